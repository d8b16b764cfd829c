"""Rules: settings of one lever, such as who pays, under each of which a scenario is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.kinds import text_of
from caresim.language.plain_text import check_plain
from caresim.language.variables import Variable

__all__ = ["Rules", "check_rules"]

FEWEST = 2


@dataclass(frozen=True)
class Rules:
    """A lever whose settings every scenario is shown under, since the answer hangs on which holds.

    ``title`` says what they decide (``"Who pays"``), ``parameter`` names the lever, ``said`` gives
    by setting the words for it, as they follow "where" (``"the total is fixed"``), in the order in
    which they are shown; ``shows`` are the quantities that are compared under each.

    Raises ModelError for fewer than two settings, and for what is no text or no quantity.
    """

    title: str
    parameter: str
    said: Mapping[str, str]
    shows: tuple[Variable, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.said, Mapping) or len(self.said) < FEWEST:
            message = (
                "'said' of rules gives two settings or more in words, such as "
                f"{{'on': 'help is on'}}, not {came(self.said)}"
            )
            raise ModelError(message)
        for text in (self.title, self.parameter, *self.said, *self.said.values()):
            check_plain(text_of(text, "a text of rules", "Who pays", ModelError), "a text of rules",
                        ModelError, name=True)  # fmt: skip
        is_list = isinstance(self.shows, tuple | list) and self.shows
        if not is_list or not all(isinstance(one, Variable) for one in self.shows):
            message = f"'shows' of rules is a tuple of quantities, not {came(self.shows)}"
            raise ModelError(message)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the quantities that are shown, those over dimensions by element."""
        return tuple(part.name or "" for one in self.shows for part in one.scalars)


def check_rules(
    of: str, rules: Any, parameters: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    """Check that rules are settings of a lever of a model; raise ModelError where they are not."""
    if rules is None:
        return
    if rules.parameter not in parameters:
        near = did_you_mean(rules.parameter, parameters)
        message = f"the rules of {of}: '{rules.parameter}' is no parameter of it{near}"
        raise ModelError(message)
    entry = parameters[rules.parameter]
    settings = dict(entry.choices)
    if not entry.is_open or (odd := [name for name in rules.said if name not in settings]):
        what = f"has no setting '{odd[0]}'" if entry.is_open else "is no lever"
        message = f"the rules of {of}: '{rules.parameter}' {what}"
        raise ModelError(message)
    if missing := [name for name in rules.names if name not in known]:
        message = f"the rules of {of} show '{missing[0]}', which is no quantity of it"
        raise ModelError(message)
