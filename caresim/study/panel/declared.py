"""What a file declares of regressions of a panel: questions, specifications, published answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from caresim.study.panel.quantities import Quantity

__all__ = ["TIME", "Declared", "Growth", "Published", "Regression", "Specification"]

TIME = "time"  # the control that is a straight line for all units


@dataclass(frozen=True)
class Specification:
    """How a regression is made.

    ``lags`` are in years, below zero for later ones; ``controls`` name quantities of the same year,
    or "time", a straight line for all units. Where outcome or exposure is more than its ``jump``
    times that of the year before, or less than that part of it, the unit begins a new level; 0 lets
    it go on. ``hidden_out`` leaves out figures published without their value. ``since`` is the
    first year, of outcomes, None for that of the question; ``only`` are the years taken, if not
    all, and ``without`` units left out besides those of the question.
    """

    name: str
    label: str
    effects: str
    lags: tuple[int, ...]
    controls: tuple[str, ...] = ()
    method: str = "within"
    weighted: bool = False
    lagged_outcome: bool = False
    hidden_out: bool = False
    outcome_jump: float = 0.0
    exposure_jump: float = 0.0
    since: int | None = None
    only: tuple[int, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """What a study found of an exposure at some lags; no interval where it names none."""

    estimate: float
    low: float | None = None
    high: float | None = None
    of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Regression:
    """One question: every outcome on every exposure, or on all together, in each specification.

    ``first`` and ``last`` are the years of outcomes in which financial years end; ``without`` are
    units left out.
    """

    study: str
    outcomes: tuple[str, ...]
    exposures: tuple[str, ...]
    specifications: tuple[str, ...]
    first: int
    last: int
    together: bool = False
    without: tuple[str, ...] = ()
    published: Published | None = None
    remark: str = ""


@dataclass(frozen=True)
class Growth:
    """Two growth curves with own and crossed lags, and what a study found of their lags.

    ``times`` multiplies the exposure before its logarithm, as another unit of money does.
    ``years_out`` takes the mean over units out of every year, of both. ``pooled`` is how many of
    the first crossed lags are averaged as well, and the others apart.
    """

    study: str
    name: str
    outcome: str
    exposure: str
    first: int
    last: int
    without: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    published_own: Published | None = None
    published_back: tuple[Published, ...] = ()
    times: float = 1.0
    years_out: bool = False
    pooled: int = 0
    source: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Declared:
    """All that a file declares, with the ``rules`` that were written down before anything ran."""

    rules: Mapping[str, str]
    quantities: Mapping[str, Quantity]
    specifications: Mapping[str, Specification]
    regressions: tuple[Regression, ...]
    growths: tuple[Growth, ...] = field(default=())
