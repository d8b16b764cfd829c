"""The vector exp, log and pow of the compiled target: to the last place, at their edges, any width.

Exact values come from the decimal arithmetic of the standard library, to forty digits.
"""

import math
from decimal import Decimal

import numpy as np
import pytest

from caresim.engine.prepare import available_targets

if "compiled" not in available_targets():
    pytest.skip("the compiled target needs llvmlite", allow_module_level=True)

from vector_maths import errors, exact, vector

LAST_PLACES = 1.5
N = 1500
HALF_PLACE = 2.0**-53
LEAST, SMALLEST = 2.0**-1022, 5e-324  # the least normal number, and the least of all
WIDTHS = (2, 4, 8, 16)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture(autouse=True, scope="module")
def kept_apart(tmp_path_factory):
    """Keep the compiled code of these tests out of the user's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARESIM_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


def assert_to_the_last_place(function, x):
    apart = errors(function, x)
    worst = int(apart.argmax())
    assert apart[worst] <= LAST_PLACES, (
        f"{function}({x[worst]!r}) is {apart[worst]:.2f} units in the last place from the exact one"
    )


def everywhere(rng, first, last):
    """Return numbers with every exponent between two positive ones alike."""
    return rng.integers(*np.array([first, last]).view(np.int64), N).view(float)


# exp

EXP_RANGES = {
    "its whole range": lambda rng: rng.uniform(-708, 709.7, N),
    "about zero": lambda rng: rng.uniform(-1, 1, N),
    "very near zero": lambda rng: rng.choice([-1, 1], N) * 10 ** rng.uniform(-320, -8, N),
    "where the result is subnormal": lambda rng: rng.uniform(-745.1, -708.4, N),
    "where the reduction turns": lambda rng: (rng.integers(-1020, 1020, N) + 0.5) * math.log(2),
}


@pytest.mark.parametrize("part", EXP_RANGES)
def test_exp_is_right_to_the_last_place(part, rng):
    assert_to_the_last_place("exp", EXP_RANGES[part](rng))


def test_exp_of_nothing_is_one():
    assert vector("exp", [0.0, -0.0, SMALLEST, -SMALLEST, 1e-17]).tolist() == [1.0] * 5


def test_exp_that_no_number_can_hold_is_not_finite():
    assert math.isfinite(vector("exp", 709.78)[0])
    assert vector("exp", [709.79, 710, 1e6, 1e300, math.inf]).tolist() == [math.inf] * 5


def test_exp_of_little_fades_to_nothing():
    assert vector("exp", -745.1)[0] == SMALLEST
    assert vector("exp", [-745.2, -746, -1e6, -1e300, -math.inf]).tolist() == [0.0] * 5


def test_exp_never_falls_as_its_argument_rises():
    """No step back where the reduction turns from one power of two to the next."""
    turns = (np.arange(-1020, 1020) + 0.5) * math.log(2)
    near = np.sort(turns[:, None] * (1 + np.arange(-3, 4) * 1e-14)).ravel()
    assert (np.diff(vector("exp", near)) >= 0).all()


# log

LOG_RANGES = {
    "its whole range": lambda rng: everywhere(rng, SMALLEST, 1.7e308),
    "subnormal numbers": lambda rng: everywhere(rng, SMALLEST, LEAST),
    "about one": lambda rng: rng.uniform(0.5, 2, N),
    "very near one": lambda rng: 1 + rng.choice([-1, 1], N) * 10 ** rng.uniform(-15, -1, N),
    "where the reduction turns": lambda rng: (
        math.sqrt(0.5) * (1 + rng.uniform(-1e-6, 1e-6, N)) * 2.0 ** rng.integers(-9, 9, N)
    ),
    "the ends of the normal numbers": lambda _: np.array([LEAST, np.nextafter(LEAST, 0), 1.7e308]),
}


@pytest.mark.parametrize("part", LOG_RANGES)
def test_log_is_right_to_the_last_place(part, rng):
    assert_to_the_last_place("log", LOG_RANGES[part](rng))


def test_log_of_one_is_nothing():
    assert vector("log", 1.0).tolist() == [0.0]


@pytest.mark.parametrize("x", [0.0, -0.0, -SMALLEST, -1.0, -1e300, -math.inf, math.nan])
def test_what_has_no_logarithm_is_not_a_number(x):
    assert np.isnan(vector("log", x)[0])


def test_log_of_what_is_beyond_all_numbers_is_not_finite():
    """Else an overflow on the way would come out as a number like any other."""
    assert not np.isfinite(vector("log", math.inf)[0])


# pow


def powers(rng, largest):
    """Return bases and exponents whose powers are from e^-largest to e^largest."""
    base = 10 ** rng.uniform(-300, 300, 2 * N)
    exponent = rng.uniform(-largest, largest, 2 * N) / np.log(base)
    return base, exponent


@pytest.mark.parametrize("largest", [1, 30, 400, 700])
def test_pow_loses_no_more_than_its_logarithm_grows(largest, rng):
    """As x^p is exp(p log x), an error of half a place in p log x grows with it."""
    base, exponent = powers(rng, largest)
    for x, p, y in zip(base, exponent, vector("pow", base, exponent), strict=True):
        value = exact("pow", x, p)
        apart = float(abs(Decimal(float(y)) - value) / value)
        allowed = 2 * HALF_PLACE * (1 + abs(p * math.log(x)))
        assert apart <= allowed, f"{x!r} ** {p!r} is {apart:.1e} from the exact one"


def test_powers_of_models_are_right_to_a_trillionth(rng):
    """Shares and factors: what equations raise to a power."""
    base, exponent = rng.uniform(1e-3, 1e3, N), rng.uniform(-3, 3, N)
    np.testing.assert_allclose(vector("pow", base, exponent), base**exponent, rtol=1e-14)


@pytest.mark.parametrize(("p", "value"), [(0.5, 0.0), (2.0, 0.0), (700.0, 0.0), (0.0, 1.0)])
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_pow_of_nothing(zero, p, value):
    assert vector("pow", zero, p)[0] == value


@pytest.mark.parametrize("p", [-0.5, -1.0, -SMALLEST, -1e300])
def test_pow_of_nothing_to_a_negative_exponent_is_not_a_number(p):
    assert np.isnan(vector("pow", 0.0, p)[0])


@pytest.mark.parametrize("x", [0.0, SMALLEST, 0.3, 1.0, 7.0, 1.7e308, -2.0])
def test_pow_to_nothing_is_one(x):
    assert vector("pow", x, 0.0)[0] == 1.0


@pytest.mark.parametrize("p", [-1e300, -3.0, 0.1, 5.0, 1e300])
def test_pow_of_one_is_one(p):
    assert vector("pow", 1.0, p)[0] == 1.0


@pytest.mark.parametrize("p", [0.5, 2.0, 3.0, -1.0])
def test_pow_of_a_negative_number_is_not_a_number_whatever_the_exponent(p):
    """As its docstring says; literal whole exponents are written as products before this."""
    assert np.isnan(vector("pow", -2.0, p)[0])


def test_pow_that_no_number_can_hold_is_not_finite():
    assert vector("pow", [1e300, 1e-300], [2.0, -2.0]).tolist() == [math.inf] * 2


def test_pow_of_much_to_a_negative_exponent_fades_to_nothing():
    assert vector("pow", [1e300, 1e-300], [-2.0, 2.0]).tolist() == [0.0] * 2


# All three


@pytest.mark.parametrize("lanes", [n for n in WIDTHS if n != 2])
def test_the_width_of_the_registers_changes_no_bit(lanes, rng):
    x, p = powers(rng, 650)
    edges = [0.0, -0.0, 1.0, -1.0, 710.0, -746.0, SMALLEST, math.inf, -math.inf, math.nan]
    both = np.concatenate([x, p * np.log(x), edges])
    np.testing.assert_array_equal(vector("exp", both, lanes=lanes), vector("exp", both, lanes=2))
    np.testing.assert_array_equal(vector("log", both, lanes=lanes), vector("log", both, lanes=2))
    np.testing.assert_array_equal(vector("pow", x, p, lanes=lanes), vector("pow", x, p, lanes=2))


@pytest.mark.parametrize("lanes", WIDTHS)
def test_a_value_does_not_hang_on_its_neighbours(lanes):
    """One that does not exist, beside others, spoils none of them."""
    x = np.array([2.0, -1.0, 2.0, math.nan] * 4)
    for function, expected in (("log", math.log(2)), ("exp", math.exp(2))):
        found = vector(function, x, lanes=lanes)
        alone = vector(function, 2.0, lanes=lanes)[0]
        assert (found[::2] == alone).all()
        assert alone == pytest.approx(expected, rel=3e-16)


@pytest.mark.parametrize("function", ["exp", "log"])
def test_no_value_is_far_from_that_of_the_standard_library(function, rng):
    """The decimal reference and math agree on what is meant."""
    x = rng.uniform(0.01, 700, N)
    reference = np.array([getattr(math, function)(v) for v in x])
    np.testing.assert_allclose(vector(function, x), reference, rtol=5e-16, atol=1e-18)
