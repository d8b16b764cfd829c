"""Priors in parameter files: what is read, written again, refused, and what a fingerprint sees."""

import math
import sys
from subprocess import run

import pytest

from caresim.language import Dimension, ParameterError, Parameters, Prior
from caresim.language.parameter_text import parameter_text

TABLE = """
[effect]
meaning = "How much more of one for more of another"
value = 0.1
unit = "1"
role = "effect"
bounds = [0, 0.9]
source = "made up"
"""
FAMILIES = {
    "{ beta = { mean = 0.08, sd = 0.015 } }": Prior("beta", 0.08, 0.015),
    "{ beta = { sd = 0.015, mean = 0.08 } }": Prior("beta", 0.08, 0.015),
    "{ half_normal = { sd = 0.2 } }": Prior("half_normal", 0.2),
    "{ half_normal = { sd = 0.2 }, zero = 0.33 }": Prior("half_normal", 0.2, zero=0.33),
    "{ zero = 0.33, half_normal = { sd = 0.2 } }": Prior("half_normal", 0.2, zero=0.33),
    "{ beta = { mean = 0.25, sd = 0.15 }, zero = 0.1 }": Prior("beta", 0.25, 0.15, zero=0.1),
    "{ lognormal = { median = 0.1, spread = 2 }, zero = 0.5 }": Prior(
        "lognormal", 0.1, 2, zero=0.5
    ),
    "{ uniform = { low = 0.2, high = 0.3 }, zero = 0.01 }": Prior("uniform", 0.2, 0.3, zero=0.01),
}


@pytest.fixture
def read(tmp_path):
    def reading(text, **options):
        path = tmp_path / "numbers.toml"
        path.write_text(text, encoding="utf-8")
        return Parameters.read(path, **options)

    return reading


@pytest.mark.parametrize("written", FAMILIES)
def test_a_prior_is_read_and_written_again(read, written):
    entry = read(f"{TABLE}prior = {written}\n")["effect"]
    assert entry.prior == FAMILIES[written]
    assert read(parameter_text([entry]))["effect"] == entry


def test_each_element_has_a_prior_of_a_family_of_its_own(read):
    age = Dimension("Age", ["0–9", "10–17"])
    text = TABLE.replace("value = 0.1", 'elements = { "0–9" = 0.1, "10–17" = 0.2 }')
    priors = (
        '[effect.priors]\n"0–9" = { half_normal = { sd = 0.2 }, zero = 0.33 }\n'
        '"10–17" = { beta = { mean = 0.3, sd = 0.1 } }\n'
    )
    parameters = read(text + priors, dimensions=[age])
    assert [entry.prior for entry in parameters.values()] == [
        Prior("half_normal", 0.2, zero=0.33), Prior("beta", 0.3, 0.1),
    ]  # fmt: skip


HOSTILE = {
    "{ half_normal = { sd = 0.2 }, zero = 1 }": "'zero' is a probability above 0 and below 1, or",
    "{ half_normal = { sd = 0.2 }, zero = 0 }": "'zero' is a probability above 0 and below 1, or",
    "{ half_normal = { sd = 0.2 }, zero = -0.1 }": "'zero' is a probability above 0 and below 1",
    "{ half_normal = { sd = 0.2 }, zero = nan }": "'zero' must be a finite number, not nan",
    "{ half_normal = { sd = 0.2 }, zero = true }": "'zero' is a number, not ",
    '{ half_normal = { sd = 0.2 }, zero = "1/3" }': "'zero' is a number, not '1/3'",
    "{ half_normal = { sd = 0.2 }, zero = {} }": "'zero' is a number, not ",
    "{ half_normal = { sd = 0.2, zero = 0.3 } }": "a half_normal prior takes sd, not ",
    "{ half_normal = { mean = 0.2 } }": "a half_normal prior takes sd, not ",
    "{ half_normal = 0.2 }": "'prior' is a table of names and numbers, not 0.2",
    "{ half_normal = { sd = inf } }": "'sd' must be a finite number, not inf",
    "{ half_normal = { sd = 0 } }": "a half-normal prior needs an sd above 0, not 0",
    "{ beta = { mean = 0.08 } }": "a beta prior takes mean and sd, not ",
    "{ beta = { mean = 8, sd = 1.5 } }": "a beta prior needs a mean between 0 and 1, not 8 and 1.5",
    "{ beta = { mean = 0.5, sd = 0.5 } }": "clearly below √(mean × (1 − mean)), here 0.5",
    "{ zero = 0.3 }": "'prior' is one of lognormal, normal, uniform, beta, half_normal",
    "{}": "'prior' is one of lognormal, normal, uniform, beta, half_normal",
    "[]": "'prior' is one of lognormal, normal, uniform, beta, half_normal",
    "{ beta = { mean = 0.1, sd = 0.1 }, half_normal = { sd = 1 } }": "'prior' is one of ",
    "{ half_normal = { sd = 0.2 }, zeros = 0.3 }": "'prior' is one of ",
    "{ lognormal = { median = 5, spread = 1.1 }, zero = 0.3 }": "lies outside the bounds [0, 0.9]",
}  # fmt: skip


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_no_prior_is_refused_with_its_place(read, written):
    with pytest.raises(ParameterError) as caught:
        read(f"{TABLE}prior = {written}\n")
    message = str(caught.value)
    assert message.startswith("numbers.toml, [effect]: ")
    assert HOSTILE[written] in message


def test_a_file_in_which_an_indicator_is_estimated_is_refused(read):
    text = TABLE.replace('"effect"\nb', '"estimated"\nb')
    with pytest.raises(ParameterError, match=r"numbers\.toml, \[effect\]: .*drawn, never fitted"):
        read(f"{text}prior = {{ half_normal = {{ sd = 0.2 }}, zero = 0.33 }}\n")


def test_bounds_without_zero_beside_a_point_at_zero_are_refused(read):
    text = TABLE.replace("bounds = [0, 0.9]", "bounds = [0.05, 0.9]")
    with pytest.raises(
        ParameterError, match=r"has a point at zero outside the bounds \[0\.05, 0\.9"
    ):
        read(f"{text}prior = {{ half_normal = {{ sd = 0.2 }}, zero = 0.33 }}\n")


def test_reading_a_file_of_priors_loads_no_scipy(tmp_path):
    tables = "".join(
        f"{TABLE.replace('[effect]', f'[effect_{i}]')}prior = {written}\n"
        for i, written in enumerate(FAMILIES)
    )
    (tmp_path / "numbers.toml").write_text(tables, encoding="utf-8")
    code = (
        "import sys; from caresim.language import Parameters; "
        f"p = Parameters.read({str(tmp_path / 'numbers.toml')!r}); "
        "print(len(p), 'scipy' in sys.modules)"
    )
    answer = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == [str(len(FAMILIES)), "False"]


@pytest.mark.parametrize("zero", [0.1, 0.5])
def test_another_point_at_zero_is_another_prior(zero):
    one, other = Prior("half_normal", 0.2, zero=zero), Prior("half_normal", 0.2, zero=0.3)
    assert one != other
    assert repr(one) != repr(other), "fingerprints of numbers rest on it"
    assert math.isclose(one.continuous.middle, other.continuous.middle)
