"""The equations of a model as mathematics: one formula for each quantity, as it was declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caresim.language.errors import ModelError
from caresim.language.expressions import Call, walk
from caresim.language.lags import Delay, Smooth
from caresim.language.model import Model
from caresim.language.nesting import room_for
from caresim.language.pipes import Ageing, Cloud, End
from caresim.language.sentences import sentences_of
from caresim.language.structure import equations_of
from caresim.language.variables import Aux, Check, Flow, Stock, Variable
from caresim.study.arguments import model_of
from caresim.views.equations.rows import formula
from caresim.views.equations.symbols import Symbols

__all__ = ["Equation", "equations"]

KINDS = {Stock: "stock", Flow: "flow", Aux: "aux", Smooth: "smooth", Delay: "delay", Check: "check"}


@dataclass(frozen=True, repr=False)
class Equation:
    """One quantity of a model and the formula that defines it.

    ``kind`` is stock, flow, aux, smooth, delay or check; ``over`` the labels of its dimensions;
    ``moves`` says of a flow where it goes from and to; ``sector`` is the part of the model;
    ``sentence`` is what the author says of it: the string on the line after it.
    ``causes`` are the periods in which its paths lead from one value to another, with why.
    """

    name: str
    label: str
    unit: str
    kind: str
    latex: str
    over: tuple[str, ...] = ()
    moves: str = ""
    sector: str = ""
    sentence: str = ""
    causes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        over = f" by {' and '.join(self.over)}" if self.over else ""
        moves = f", {self.moves}" if self.moves else ""
        return f"<{self.kind} {self.name} [{self.unit}]{over}: {self.label}{moves}>"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        head = f"**{self.label}** (`{self.name}`, {self.kind}, {self.unit})"
        said = [self.sentence] if self.sentence else []
        return "\n\n".join([head, f"$$\n{self.latex}\n$$", *said, *self.causes])


def equations(model: Model | type[Model]) -> list[Equation]:
    """Return the equations in the order of declaration, those over dimensions once.

    Names stand in words, parameters in italics; *t* is the date in years. Raises ModelError for
    what is no model, ExportError for a kind of expression that has no formula.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> {"stock", "flow", "aux"} <= {equation.kind for equation in cs.equations(England())}
    True
    """
    kind = model if isinstance(model, type) else type(model)
    if not issubclass(kind, Model):
        model_of(model, "equations", ModelError)
    with room_for(kind, "a formula"):
        return _listed(kind)


def _listed(kind: type[Model]) -> list[Equation]:
    symbols, declared = Symbols(kind), kind.declared()
    flows = [v for written in declared.values() for v in written if isinstance(v, Flow)]
    sentences = sentences_of(kind)
    return [
        Equation(
            variable.name or "",
            variable.label,
            str(variable.unit),
            next(text for made, text in KINDS.items() if isinstance(variable, made)),
            formula(variable, symbols, flows),
            tuple(d.label for d in variable.dimensions),
            _moves(variable, symbols) if isinstance(variable, Flow) else "",
            sector,
            sentences.get(variable.name or "", ""),
            _causes(variable),
        )
        for sector, written in declared.items()
        for variable in written
    ]


def _causes(variable: Variable) -> tuple[str, ...]:
    nodes = walk(*equations_of(variable))
    periods = [node.period for node in nodes if isinstance(node, Call) and node.period]
    return tuple(dict.fromkeys(map(str, periods)))


def _moves(flow: Flow, symbols: Symbols) -> str:
    """Return where a flow goes from and to, in words."""
    source, target = (_place(end, symbols) for end in (flow.pipe.source, flow.pipe.target))
    if isinstance(flow.pipe, Ageing):
        return f"{source} → the next {flow.pipe.along}, the last → {target}"
    return f"{source} → {target}"


def _place(end: End, symbols: Symbols) -> str:
    if isinstance(end, Cloud):
        return "outside"
    if isinstance(end, Variable) and end.dimensions:
        return end.label
    first: Any = next(iter(end.elements.values())) if end.dimensions else end
    group, place = symbols.home(first)
    fixed = [e for d, e in place.items() if d not in end.dimensions]
    return ", ".join((getattr(group, "label", first.label), *fixed))
