"""Profile of a number: how well the rest can make up for it, held at several values in turn.

A number that the figures fix costs misfit wherever it is held; one that another can stand in for
costs nothing, and what moves along is what it trades off against. All other uncertain numbers are
fitted anew at each point with a Jacobian of its own, so that bounds and kinks show, which the
curvature at the best fit does not see. Source: Raue and others 2009, Bioinformatics 25(15).
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.amounts import percent, value_text
from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.language.published import published
from caresim.study.arguments import count_of, text_of
from caresim.study.fit.joint import Joint
from caresim.study.fit.misfit import natural_at
from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.refit import AT, refitted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NINETY", "Profile", "profiled"]

Values = NDArray[np.float64]
Solved = NDArray[np.bool_]
REACH = 2.5  # spreads on either side of the best fit, by the curvature there
FEWEST = 3
WIDTH = 1.6449  # standard deviations that hold 90 % of a normal distribution
NINETY = WIDTH**2  # 2.71, the rise of the sum of squares that holds 90 %: a quantile of χ²
EXACT = 1e-3  # fall of the sum of squares from one round to the next at which a point is still
MOST_ROUNDS = 8
MOST_RANGES = 4
LOWER = 0.05  # below the best fit by so much, a point says that there is a better one
MOST_NAMED = 3
DIFFERS = 0.1  # share by which profile and curvature differ, from which both are said
NOTABLE = 0.5  # prior spreads that a number moves along the profile, from which it is named


@dataclass(frozen=True, eq=False)
class Profile:
    """What it costs to hold a number at each of several values, all others fitted anew.

    ``model`` is what the model is called, with its vintage where it has one of its own.
    ``x`` are the values in standard deviations of the prior, ``values`` as they are, and ``best``
    that of the joint best fit, on the scale of ``x``; ``rise`` is the sum of squares above that of
    the best fit, so that 1 marks one standard deviation and 2.71 holds 90 %, and ``figures`` is the
    part of it that figures have, the rest being priors.
    ``trades`` are the numbers that move most along, the first most, with their slope: standard
    deviations of their prior for one of this. ``by_curvature`` is the share of the prior's width
    that the figures take off by the curvature at the best fit, as in the table of parameters;
    ``tried`` the number of points, solved or not.
    """

    name: str
    model: str
    entry: Parameter = field(repr=False)
    best: float
    x: Values = field(repr=False)
    rise: Values = field(repr=False)
    figures: Values = field(repr=False)
    by_curvature: float
    ends: tuple[float, float] = field(repr=False)
    trades: tuple[tuple[str, float], ...] = ()
    tried: int = 0
    notices: tuple[Notice, ...] = ()

    @property
    def values(self) -> Values:
        """The values at which the number was held, in its unit."""
        return natural_at(self.x, self.entry)

    @property
    def priors(self) -> Values:
        """The part of ``rise`` that the priors of all numbers have."""
        return self.rise - self.figures

    @property
    def prior(self) -> Values:
        """What the prior of the number alone says, least at its centre."""
        return self.x**2

    @property
    def interval(self) -> tuple[float, float]:
        """Where ``rise`` stays below 2.71, between points by its root, which bends least.

        An end that no point reaches is the outermost point, or the bound that it lies on.
        """
        low, high = natural_at(np.array(self._crossed), self.entry).tolist()
        return low, high

    @property
    def open_ends(self) -> tuple[str, ...]:
        """Which ends of ``interval`` are no crossing: ``"lower"`` and ``"upper"``."""
        sides = (("lower", self.rise[0]), ("upper", self.rise[-1]))
        return tuple(side for side, rise in sides if rise < NINETY)

    @property
    def prior_interval(self) -> tuple[float, float]:
        """Where 90 % of the prior lie, within the bounds."""
        ends = np.clip([-WIDTH, WIDTH], *self.ends)
        low, high = natural_at(ends, self.entry).tolist()
        return low, high

    @property
    def learned(self) -> float:
        """How much narrower ``interval`` is than that of the prior, on the prior's scale."""
        (low, high), ends = self._crossed, np.clip([-WIDTH, WIDTH], *self.ends)
        return float(1 - (high - low) / np.ptp(ends))

    @property
    def _crossed(self) -> tuple[float, float]:
        below, above = self.x <= self.best, self.x >= self.best
        low = _crossing(self.x[below][::-1], self.rise[below][::-1])
        return low, _crossing(self.x[above], self.rise[above])

    def sentence(self) -> str:
        """Say how far the figures narrow the number, and what it trades off against."""
        low, high = (_shown(end, self.entry) for end in self.interval)
        least, most = (_shown(end, self.entry) for end in self.prior_interval)
        reached = [f"its {side} end is not reached" for side in self.open_ends]
        within = ", ".join([f"90 % from {low} to {high}", *reached])
        along = float(np.ptp(self.x))
        named = [(name, by) for name, by in self.trades if abs(by) * along >= NOTABLE]
        traded = ", ".join(f"{name} ({by:+.2f})" for name, by in named).replace("-", "−")
        share, other = (percent(round(max(x, 0.0), 2)) for x in (self.learned, self.by_curvature))
        differs = abs(self.learned - self.by_curvature) > DIFFERS
        beside = f" ({other} by the curvature at the best fit)" if differs else ""
        return (
            f"the figures narrow {self.name} by {share}{beside}: {within} "
            f"(its prior: {least} to {most}); it trades off against {traded or 'no other number'}"
        )

    def table(self) -> pd.DataFrame:
        """Return one row a point: the value, the rise, its parts, and the prior's own curve."""
        import pandas as pd

        columns = {
            "value": self.values, "standard": self.x, "rise": self.rise, "figures": self.figures,
            "priors": self.priors, "prior": self.prior,
        }  # fmt: skip
        return pd.DataFrame(columns).set_index("value")

    def __repr__(self) -> str:
        return f"<Profile: {self.sentence()}>"

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        said = [self.sentence(), *map(str, self.notices)]
        told = "".join(f"<p>{html.escape(text)}</p>" for text in said)
        return f"{told}{self.table().to_html(float_format='{:,.4g}'.format)}"


def profiled(
    joint: Joint, model: Model, name: str, points: int, covariance: Values,
    learned: Mapping[str, float],
) -> Profile:  # fmt: skip
    """Hold a number of the joint fit at points over its range and fit all others anew.

    Raises ParameterError for a name that is no uncertain number of the fit, with the reason, and
    where fewer than three points can be solved.
    """
    points = count_of(points, "points", FEWEST, ParameterError)
    i = _place_of(name, joint, model)
    low, high = (float(bound[i]) for bound in joint.problem.bounds())
    with one_thread():
        x, solved = _reaching(joint, i, (low, high), points, covariance)
    if solved.sum() < FEWEST:
        message = f"only {solved.sum()} of {points} points of '{name}' could be solved"
        raise ParameterError(f"{message}; check its bounds")
    x = x[:, solved]
    squares = joint.problem.residuals(x) ** 2 - (joint.residuals**2)[:, None]
    rise, count = squares.sum(axis=0), joint.problem.n_figures
    return Profile(
        name,
        published(model).name,
        joint.problem.entries[i],
        float(joint.x[i]),
        x[i],
        rise,
        squares[:count].sum(axis=0),
        learned[name],
        (low, high),
        _trades(joint, i, x),
        points,
        tuple(_notices(name, model, solved, rise)),
    )


def _reaching(
    joint: Joint, i: int, ends: tuple[float, float], count: int, covariance: Values
) -> tuple[Values, Solved]:
    """Return the numbers at points that reach, within the bounds, to where the rise holds 90 %.

    Beside a kink that may be much farther than the curvature says: the range then grows twofold.
    """
    best, lowest = float(joint.x[i]), float((joint.residuals**2).sum())
    reach = np.full(2, REACH * np.sqrt(covariance[i, i]))
    for _ in range(MOST_RANGES):
        at = _points(best, reach, ends, count)
        x, sums = _fitted(joint, i, at, covariance)
        outermost = sums[[0, -1]] - lowest < NINETY
        short = outermost & (np.abs(at[[0, -1]] - np.array(ends)) > AT)
        if not short.any():
            break
        reach[short] *= 2
    return x, np.isfinite(sums)


def _points(best: float, reach: Values, ends: tuple[float, float], count: int) -> Values:
    """Return points within the bounds, evenly on either side of the best fit, which is one."""
    low, high = max(best - reach[0], ends[0]), min(best + reach[1], ends[1])
    below = round((count - 1) * (best - low) / (high - low))
    below = min(max(below, int(best - low > AT)), count - 1 - int(high - best > AT))
    left, right = np.linspace(low, best, below + 1), np.linspace(best, high, count - below)
    return np.concatenate([left, right[1:]])


def _fitted(joint: Joint, i: int, at: Values, covariance: Values) -> tuple[Values, Values]:
    """Return the numbers at each point and their sums of squares, infinite where unsolved.

    Each begins where it would be in a linear model, and then once more from what its neighbours on
    either side came to: beside a kink there may be two valleys, and the lower one counts.
    """
    straight = joint.x[:, None] + np.outer(covariance[:, i] / covariance[i, i], at - joint.x[i])
    found, sums = _lowest(joint, i, at, straight)
    for side in (1, -1):
        tried, others = _lowest(joint, i, at, np.roll(found, side, axis=1))
        better = others < sums - EXACT
        found[:, better], sums[better] = tried[:, better], others[better]
    return found, sums


def _lowest(joint: Joint, i: int, at: Values, start: Values) -> tuple[Values, Values]:
    """Return where the points lead to from a start, and their sums of squares.

    The sum is infinite for a point that is not solved. A draw is solved where a step gains little;
    a profile shows that little, and so a point goes on until nothing that could be seen is gained.
    """
    x, sums = start.copy(), np.full(len(at), np.inf)
    x[i] = at
    fixed = np.zeros(x.shape, dtype=bool)
    fixed[i] = True
    noise, going = np.zeros((len(joint.residuals), len(at))), np.ones(len(at), dtype=bool)
    for _ in range(MOST_ROUNDS):
        x[:, going], solved = refitted(joint.problem, x[:, going], noise[:, going], fixed[:, going])
        squares = (joint.problem.residuals(x[:, going], spoiled=True) ** 2).sum(axis=0)
        now = np.where(solved, squares, np.inf)
        gained = ~(now > sums[going] - EXACT)
        sums[going] = now
        going[going] = gained & solved
        if not going.any():
            break
    return x, sums


def _trades(joint: Joint, i: int, x: Values) -> tuple[tuple[str, float], ...]:
    """Return the other numbers that move most along a profile, with their slopes."""
    along = x[i] - x[i].mean()
    slopes = (x - x.mean(axis=1, keepdims=True)) @ along / (along @ along)
    order = np.argsort(-np.ptp(x, axis=1), kind="stable")
    others = [j for j in order.tolist() if j != i][:MOST_NAMED]
    return tuple((joint.names[j], float(slopes[j])) for j in others)


def _crossing(x: Values, rise: Values) -> float:
    """Return where the rise passes 2.71, going outwards from the best fit; else the last point."""
    roots = np.sqrt(np.maximum(rise, 0.0))
    beyond = np.flatnonzero(rise >= NINETY)
    if not beyond.size:
        return float(x[-1])
    k, goal = int(beyond[0]), float(np.sqrt(NINETY))
    if k == 0:
        return float(x[0])
    share = (goal - roots[k - 1]) / (roots[k] - roots[k - 1])
    return float(x[k - 1] + share * (x[k] - x[k - 1]))


def _notices(name: str, model: Model, solved: Solved, rise: Values) -> list[Notice]:
    found = []
    if lost := int((~solved).sum()):
        found.append(f"{lost} of {len(solved)} points could not be solved and are left out")
    if rise.min() < -LOWER:
        found.append(
            f"a point lies {-rise.min():.2g} below the best fit, from which the rise is counted: "
            "calibrate with more starts"
        )
    prior = model.parameters[name].prior
    if prior and prior.zero:
        found.append(f"'{name}' is exactly 0 with a probability of {percent(prior.zero)} beside")
    return [Notice("profile", name, text) for text in found]


def _place_of(name: object, joint: Joint, model: Model) -> int:
    """Return the place of a number in the fit; raise ParameterError that says why it has none."""
    name = text_of(name, "name", "plan_care_share", ParameterError)
    if name in joint.names:
        return joint.names.index(name)
    if name not in model.parameters:
        near = did_you_mean(name, joint.names)
        message = f"{type(model).__name__} has no parameter '{name}'{near}"
        raise ParameterError(message)
    message = f"'{name}' has no profile: {_why_certain(model.parameters[name], model)}"
    raise ParameterError(message)


def _why_certain(entry: Parameter, model: Model) -> str:
    """Return why a parameter is no uncertain number of the fit."""
    if entry.name in model.set_by_caller:
        return "it is set by the caller of the model, and so is certain"
    if entry.is_dated:
        return "it has dated values, which are given"
    if entry.role == "lever":
        return "it is a lever, which is chosen"
    if entry.exact:
        return f"it is exact ({entry.exact})"
    if not entry.prior:
        return "it has no prior, and so is certain"
    return "it moves no figure enough to be learned; it is drawn from its prior"


def _shown(value: float, entry: Parameter) -> str:
    return value_text(float(f"{value:.3g}"), entry)
