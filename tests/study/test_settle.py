"""The last steps of a fit: to the point where none is left, from wherever they begin."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.study.fit.settle import settled


@dataclass
class Valley:
    """A long, bent and nearly flat valley, with priors at its sides; its lowest point is known."""

    flatness: float = 0.05
    low: float = -50.0
    high: float = 50.0

    def bounds(self):
        return np.full(2, self.low), np.full(2, self.high)

    def residuals(self, columns):
        x, y = columns
        return np.stack([y - x**2 / 10, self.flatness * (x - 1.0), self.flatness * (y - 0.1)])

    def jacobian(self, point):
        flat = self.flatness
        return np.array([[-point[0] / 5, 1.0], [flat, 0.0], [0.0, flat]])


class Slope(Valley):
    """Each full step leads as far again, without end."""

    def residuals(self, columns):
        return np.stack([np.exp(-columns[0]), columns[1]])

    def jacobian(self, point):
        return np.array([[-np.exp(-point[0]), 0.0], [0.0, 1.0]])


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_it_ends_at_the_same_point_wherever_it_starts(x, y):
    found = settled(Valley(), np.array([x, y]))
    assert found == pytest.approx([1.0, 0.1], abs=1e-7)


def test_a_parameter_at_its_bound_stays_there_and_the_others_settle():
    found = settled(Valley(low=-50.0, high=0.5), np.array([0.5, 0.0]))
    slope = Valley().flatness ** 2
    assert found[0] == 0.5
    assert found[1] == pytest.approx((0.5**2 / 10 + slope * 0.1) / (1 + slope), abs=1e-9)


def test_steps_that_never_end_leave_the_fit_where_it_was():
    start = np.array([1.0, 0.0])
    assert settled(Slope(high=10.0), start).tolist() == start.tolist()


def test_a_point_that_would_be_worse_is_not_taken():
    start = np.array([1.0, 0.1])
    assert settled(Valley(), start) == pytest.approx(start, abs=1e-9)
