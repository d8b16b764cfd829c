"""Numbers for people are as fine as their band supports, by one rule."""

import math

import numpy as np
import pytest

from caresim.language.rounding import band_in, said, step_of, stepped


@pytest.mark.parametrize(
    ("value", "band", "shown"),
    [
        (84218.4, (82_000, 86_500), "84,200"),
        (84218.4, (83_900, 84_500), "84,220"),
        (84218.4, (84_218.3, 84_218.5), "84,220"),  # never more than four figures
        (84218.4, (50_000, 120_000), "84,000"),
        (-969.3, (-1220, -650), "−970"),
        (-969.3, (-3000, 1000), "−1,000"),
        (0.334, (0.28, 0.41), "0.33"),
        (16.27, (12.0, 21.0), "16"),
        (8.68, (8.0, 9.4), "8.7"),
        (1.2e9, (1.0e9, 1.4e9), "1,200,000,000"),
        (12.0, (-400, 420), "0"),
    ],
)
def test_a_number_is_as_fine_as_its_band_supports(value, band, shown):
    assert said(value, band) == shown
    assert said(value, tuple(reversed(band))) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (84218.4, "84,200"), (999.96, "1,000"), (0.016943, "0.0169"), (-12.349, "−12.3"),
        (0.0, "0"), (1_234_567, "1,230,000"), (16.0, "16.0"), (math.nan, "–"), (math.inf, "–"),
    ],
)  # fmt: skip
def test_without_a_band_three_figures_are_said(value, shown):
    assert said(value) == shown


@pytest.mark.parametrize("band", [(5.0, 5.0), (math.nan, 5.0), (-math.inf, math.inf)])
def test_a_band_without_width_or_end_is_none(band):
    assert said(5.1234, band) == said(5.1234)


def test_nothing_is_finer_than_the_least():
    assert said(84218.4, (84_000, 84_400), least=100) == "84,200"
    assert said(12.345, least=0.25) == "12.25"
    assert said(0.0, (0, 0), least=0.01) == "0.00"


@pytest.mark.parametrize("half", [0.0123, 1.0, 3.54, 3.56, 9.4, 9.6, 123.0, 35_400.0])
def test_half_a_band_is_one_or_two_figures_of_the_step(half):
    step = step_of(half, (0.0, 2 * half))
    assert 3.5 < half / step < 36
    assert math.isclose(math.log10(step), round(math.log10(step)))


def test_a_step_has_the_decimals_that_show_it():
    assert stepped(1.2345, 0.01) == (pytest.approx(1.23), 2)
    assert stepped(1234.5, 100) == (1200, 0)


def test_a_band_is_of_several_draws():
    assert band_in(np.array([1.0])) is None
    assert band_in(np.arange(101.0)) == pytest.approx((10, 90))
    assert band_in(np.arange(101.0), 0.5) == pytest.approx((25, 75))
