"""What a file of published effects declares: what a study found, and how a model replays it."""

from __future__ import annotations

from dataclasses import dataclass, field

from caresim.study.scenario.change import Change

__all__ = ["DIFFERENCE", "PER_CENT", "Dose", "Published", "Replay", "Window"]

DIFFERENCE, PER_CENT = "difference", "per cent"


@dataclass(frozen=True)
class Window:
    """When an outcome is measured: the mean of financial years, a day, or all between two days.

    One of ``years`` and ``ends`` is given. A rate is added up over each of the ``years`` or from
    the coordinate ``begins`` to ``ends``; a level stands on 31 March, at ``ends``, or is added up
    over the time between, in its unit times years.
    """

    years: tuple[str, ...] = ()
    begins: float | None = None
    ends: float | None = None


@dataclass(frozen=True)
class Dose:
    """What an effect is counted by: an output added up over the run, over a parameter.

    ``output`` is a rate, by what it is higher with the changes than against them; ``over`` names
    the parameter that it is divided by, such as the cost of one conference, empty for none.
    """

    output: str
    over: str = ""


@dataclass(frozen=True)
class Replay:
    """How a model answers: two runs, the outputs that are added up, and the measure between them.

    ``changes`` make the run with the effect, ``against`` the one it is compared with, by default
    nothing. The difference is multiplied by ``times`` and divided by ``per`` and the ``dose``, or
    given in % of the run it is compared with.
    """

    changes: tuple[Change, ...]
    against: tuple[Change, ...]
    outputs: tuple[str, ...]
    window: Window
    measure: str
    unit: str
    times: float = 1.0
    per: float = 1.0
    per_source: str = ""
    dose: Dose | None = None
    note: str = ""


@dataclass(frozen=True)
class Published:
    """An effect that a study found, and how the model replays it or what it lacks.

    ``estimate``, ``low`` and ``high`` are in ``unit``; a study that tells the direction alone has
    a ``sign``, "+" or "-", and no estimate. ``interval`` says what ``low`` and ``high`` are.
    ``role`` is "prior" where priors or structure may lean on the effect, "kept" where not, and "not
    independent" where they lean on the figures that the study was made from.
    Below ``trifle`` an effect counts as none. ``says_little`` is why its answer is hardly a test.
    Either ``replay`` or ``missing`` is given.
    """

    name: str
    study: str
    design: str
    years: str
    dose: str
    outcome: str
    window: str
    unit: str
    interval: str
    role: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    sign: str = ""
    trifle: float = 0.0
    caution: str = ""
    says_little: str = ""
    address: str = ""
    missing: str = ""
    replay: Replay | None = field(default=None, repr=False)

    @property
    def range(self) -> tuple[float, float] | None:
        """The ends of the study's interval, None where it prints none."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def told(self) -> str:
        """The sign that the study found, empty where it found none or its interval holds zero."""
        if self.sign or not self.estimate:
            return self.sign
        if self.range and self.range[0] <= 0 <= self.range[1]:
            return ""
        return "+" if self.estimate > 0 else "-"
