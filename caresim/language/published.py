"""What of a model's publication belongs to it: title, figures, credit, licence and score.

A class publishes what it declares, for the numbers that it declares. A model with other numbers,
with other figures or under another name shows its own, or nothing, and says which: here alone that
is decided, and every table, figure and page asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from caresim.language.observed import Observed
from caresim.language.parameters import Parameter, Parameters, Series
from caresim.language.part import Part
from caresim.language.vintage import Vintage

__all__ = [
    "FROM_FILE",
    "NOT_SCORED",
    "Published",
    "credit_of",
    "credit_shown",
    "differing",
    "published",
]

FROM_FILE = "Published figures: as their file gives them, with the sources that it names."
# what a class that follows another does not take over
OWN = ("observed", "backtest_file", "posterior_file", "title", "credit", "licence", "location")
NOT_SCORED = "not scored"  # of a vintage that has no score, where the score would stand
MOST_NAMED = 3
SHORT = 40  # letters of what tells two runs of one name apart


class _Publishing(Protocol):
    parameters: Parameters
    figures_basis: Parameters | None
    starting: Mapping[str, float] | None
    vintage: Vintage | None
    observed: Observed | None
    backtest_file: Path | None
    stands_for: Part | None


@dataclass(frozen=True)
class Published:
    """What a model may show of what its class publishes.

    ``of`` is the class that publishes, ``changes`` says how the model differs from it, empty where
    it does not; ``name`` and ``title`` are what to call it. ``figures`` and ``score_file`` are None
    where those that there are belong to something else, and texts are then empty. ``given_credit``
    is whose all else is, ``location`` that of tables of the hubverse.
    """

    of: str
    changes: tuple[str, ...]
    name: str
    title: str
    location: str
    figures: Observed | None
    credit: str
    given_credit: str
    score_file: Path | None
    has_more: bool

    @property
    def is_unscored(self) -> bool:
        """Whether figures are its own and no score is."""
        return bool(self.changes) and self.figures is not None and self.score_file is None

    @property
    def label(self) -> str:
        """What tells a run of it from one of another model, empty for the published one."""
        told = ", ".join(self.changes)
        return told if len(told) <= SHORT else self.name

    @property
    def note(self) -> str:
        """How it differs and what is therefore left out, in one sentence; else empty."""
        if not self.changes or not self.has_more:
            return ""
        told = "; ".join(self.changes)
        return f"not {self.of} as published: {told}; shown {self._with}"

    @property
    def _with(self) -> str:
        if not self.figures:
            return "without its published figures and score, which are not of this model"
        return f"with figures of its own{'' if self.score_file else f', {NOT_SCORED}'}"


def published(model: _Publishing) -> Published:
    """Return what of the publication of its class belongs to a model."""
    if model.stands_for is not None:
        return _published_part(model, model.stands_for)
    of: Any = type(model)
    home, vintage = _publisher(of), _own_vintage(model)
    has_set = vintage is not None or model.figures_basis is not None
    names = differing(model)
    numbers = [*_figures_said(model, vintage), *_numbers_said(model, vintage, names)]
    fits = not names and not model.starting
    changes = [f"it is {of.__name__}, which follows {home.__name__}"] if home is not of else []
    figures = model.observed if fits and (has_set or _is_own(of, "observed")) else None
    has_score = fits and (has_set or _is_own(of, "backtest_file"))
    return Published(
        of=home.__name__,
        changes=(*changes, *numbers),
        name=_name(of, vintage, numbers),
        title=_text(of, "title", numbers) or _name(of, vintage, numbers),
        location=_text(of, "location", numbers) or _name(of, vintage, numbers),
        figures=figures,
        credit=_credit(of, figures, numbers),
        given_credit=_text(of, "given_credit", [*changes, *numbers]),
        score_file=model.backtest_file if has_score else None,
        has_more=any(getattr(of, key, None) for key in OWN),
    )


def _published_part(model: _Publishing, part: Part) -> Published:
    """Return what a place of a whole publishes: figures and title of its own, and no score file."""
    names = _unlike(model.parameters, model.figures_basis or model.parameters)
    changed = [_values(model.parameters, names)] if names else []
    of: Any = type(model)
    return Published(
        of=of.__name__,
        changes=tuple(changed),
        name=part.name,
        title=part.title,
        location=part.code,
        figures=model.observed if not changed else None,
        credit=_own_credit(of),
        given_credit=_text(of, "given_credit", ()),
        score_file=None,
        has_more=True,
    )


def _credit(of: Any, figures: Observed | None, numbers: Sequence[str]) -> str:
    is_without = figures is None and not numbers and _home(of, "observed") is None
    return _own_credit(of) if is_without else credit_of(of, figures)


def credit_of(of: Any, figures: Observed | None, *, fitted: bool = False) -> str:
    """Return whose some figures are: as a class says of its own, else as their file does.

    A class that has no figures speaks of those that are shown beside it, though not of those that
    it is ``fitted`` to.
    """
    if figures is None:
        return ""
    home = _home(of, "observed")
    if home is None:
        return ("" if fitted else _own_credit(of)) or FROM_FILE
    own = figures is home.observed or set(figures.observations) <= set(home.observed.observations)
    return _own_credit(home) if own else FROM_FILE


def credit_shown(model: _Publishing, figures: Observed | None) -> str:
    """Return whose some figures are that are shown beside a model, which may be a place's own."""
    if model.stands_for is not None and figures is not None and figures is model.observed:
        return _own_credit(type(model))
    return credit_of(type(model), figures)


def _own_credit(of: Any) -> str:
    return " ".join(filter(None, (_text(of, "credit", ()), _text(of, "licence", ()))))


def differing(model: _Publishing) -> tuple[str, ...]:
    """Return the parameters that are others than those its figures, fit and score belong to."""
    basis = model.figures_basis
    return _unlike(model.parameters, type(model).parameters if basis is None else basis)


def _unlike(mine: Parameters, theirs: Parameters) -> tuple[str, ...]:
    if mine is theirs:
        return ()
    known = theirs.entries
    return tuple(
        name
        for name, entry in mine.entries.items()
        if entry is not known.get(name) and entry != theirs.get(name)
    )


def _publisher(of: Any) -> Any:
    """Return the class that publishes what a class shows: itself, or one that it follows."""
    homes = (_home(of, key) for key in OWN)
    return next((home for home in homes if home is not None and not _owns(of, home)), of)


def _home(of: Any, key: str) -> Any:
    """Return the class that declares something, None where none does."""
    return next((one for one in of.__mro__ if vars(one).get(key)), None)


def _owns(of: Any, home: Any) -> bool:
    """Return whether a class may show what another declares: one without equations is no model."""
    return home is of or not getattr(home, "variables", None)


def _is_own(of: Any, key: str) -> bool:
    home = _home(of, key)
    return home is not None and _owns(of, home)


def _own_vintage(model: _Publishing) -> Vintage | None:
    """Return the vintage of a model where it is another than that of its class."""
    mine, of = model.vintage, type(model).vintage
    if mine is None or mine is of or (of is not None and mine.fingerprint == of.fingerprint):
        return None
    return mine


def _figures_said(model: _Publishing, vintage: Vintage | None) -> list[str]:
    if vintage is not None:
        return _vintage_said(vintage)
    shipped = type(model).observed
    known = shipped.observations if shipped else ()
    other = model.observed is not None and model.observed.observations != known
    return ["figures of its own"] if other else []


def _numbers_said(model: _Publishing, vintage: Vintage | None, names: tuple[str, ...]) -> list[str]:
    """Say which numbers are others than those of the vintage, or else of the class."""
    if vintage is None:
        names = _unlike(model.parameters, type(model).parameters)
    found = [_values(model.parameters, names)] if names else []
    if model.starting:
        verb = "starts" if len(model.starting) == 1 else "start"
        found.append(f"{_listed(list(model.starting))} {verb} at levels that are given")
    return found


def _values(parameters: Parameters, names: tuple[str, ...]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} parameters exchanged, {_listed(list(names))}"
    return ", ".join(_value(parameters[name]) for name in names)


def _value(entry: Parameter) -> str:
    if isinstance(entry.value, Series):
        return f"{entry.name} by dates of its own"
    setting = next((label for label, value in entry.choices if value == entry.value), None)
    return f"{entry.name} = {setting or format(entry.value, 'g')}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _name(of: Any, vintage: Vintage | None, numbers: Sequence[str]) -> str:
    """Return the name of the class, with the vintage and that more is changed."""
    own = _vintage_said(vintage)
    more = ["changed"] if len(numbers) > len(own) else []
    return ", ".join([of.__name__, *own, *more])


def _vintage_said(vintage: Vintage | None) -> list[str]:
    return [] if vintage is None else [f"vintage {vintage.folder.resolve().name}"]


def _text(of: Any, key: str, changes: Sequence[str]) -> str:
    return str(getattr(of, key)) if not changes and _is_own(of, key) else ""
