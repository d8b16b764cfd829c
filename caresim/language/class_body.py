"""A class body: names given once, all that is made in it under one, settings that are known."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from caresim.language.drivers import Driver
from caresim.language.errors import ModelError, came
from caresim.language.expressions import Expr
from caresim.language.feedbacks import Feedback
from caresim.language.made import Made, Noting, unnamed_in
from caresim.language.sectors import Sector, declare, lost, nameless, read_sectors
from caresim.language.variables import Variable

__all__ = ["Body"]

METHODS = (classmethod, staticmethod, property)
OF_A_RUN = ("steps_per_year", "every", "method", "outputs", "draws", "seed", "target")
LISTED = {Feedback: "feedbacks", Driver: "drivers"}
ALIKE = 0.8  # from where on a name is another one misspelt


class Body(Noting):
    """The names of a class body, each given once.

    ``is_taken`` knows the names with a meaning for every model.
    """

    def __init__(self, is_taken: Callable[[str], bool]) -> None:
        super().__init__()
        self.sectors: tuple[Sector, ...] = ()
        self._is_taken = is_taken

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(self.get(name), Variable):
            message = f"'{name}' is already a quantity of this model; give the second another name"
            raise ModelError(message)
        declare(name, value, self._is_taken)
        if name == "sectors":
            self.sectors = read_sectors(value, self._is_taken)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        # Python would make a NameError of one that is raised here
        if isinstance(thing := self.get(name), Variable) and (frame := inspect.currentframe()):
            self.made.append(Made(frame.f_back.f_lineno if frame.f_back else 0, thing))
        super().__delitem__(name)

    def update(self, *given: Any, **named: Any) -> None:
        """Give several names, each as a line of the class body does."""
        for name, value in dict(*given, **named).items():
            self[name] = value

    def with_sectors(self) -> dict[str, Any]:
        """Return the body with the quantities of its sectors before its own."""
        # only now: a module and a quantity in it may have one name, and the body means the module
        for sector in self.sectors:
            for name, where in sector.places.items():
                if self.get(name, sector.quantities[name]) is not sector.quantities[name]:
                    message = f"'{name}' is already a quantity of {where}; give it another name"
                    raise ModelError(message)
        return {k: v for sector in self.sectors for k, v in sector.quantities.items()} | self

    def check_whole(self, model: str, known: Iterable[str]) -> None:
        """Refuse what would be lost: what has no name, and a setting that is none, by its name.

        ``known`` are the settings that a model has. Raises ModelError.
        """
        for line, message in lost(self.made, self.values()):
            raise ModelError(f"{model}, line {line}: {message}")
        for name, message in (*self._loose(), *self._misspelt(set(known))):
            raise ModelError(f"{model}: '{name}' {message}")

    def _loose(self) -> Iterator[tuple[str, str]]:
        for name, value in self.items():
            if isinstance(value, Variable):
                continue
            if isinstance(value, Iterator):
                yield name, f"is {came(value)} that makes nothing; give each quantity a line"
            if name in OF_A_RUN and not callable(value):
                yield name, f"sets nothing: give it to the run, cs.run(model, {name}=…)"
            for quantity in unnamed_in(value, Variable):
                yield name, nameless(quantity)
            where = LISTED.get(type(value), "")
            if where and value not in self.get(where, ()):
                yield name, f"is not listed: write {where} = ({name},)"

    def _misspelt(self, known: set[str]) -> Iterator[tuple[str, str]]:
        """Yield public names that are nearly those of a setting, and would set nothing."""
        for name, value in self.items():
            is_method = callable(value) or isinstance(value, METHODS)
            if name in known or name.startswith("_") or isinstance(value, Expr) or is_method:
                continue
            if near := difflib.get_close_matches(name, known, n=1, cutoff=ALIKE):
                yield name, f"sets nothing; did you mean '{near[0]}'?"
