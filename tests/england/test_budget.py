"""The budget for numbers: docs/calibration.md counts them, and says what earns each its place."""

import re
import tomllib

import pytest
from england_cases import AGES, ENGLAND, FOLDER, OBSERVED, PARAMETERS, ROOT

import caresim as cs
from caresim.language.walks import sizes_in
from caresim.study.drawing import with_a_prior

PAGE = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## A budget for numbers")[2].partition("\n## ")[0]
SENTENCE = " ".join(SECTION.replace("\n>", "\n").split())
OUTSIDE, ALL = "given from outside", "all"
KINDS = ("estimated", "drawn", "lever")
SIZES = frozenset(sizes_in(ENGLAND))
CLAIMED = "trust"  # the one sector that stands on a claim of the review alone


def told(pattern):
    """Return the numbers that the sentence says."""
    found = re.search(pattern, SENTENCE)
    assert found, f"the budget does not say '{pattern}'"
    return tuple(map(int, found.groups()))


def rows():
    """Return the table: a sector, its three counts, and what earns them."""
    row = re.compile(r"^\| (\w[\w ]*?) \| (\d+) \| (\d+) \| (\d+) \| (.*)\|$", re.MULTILINE)
    lines = row.findall(SECTION)
    return {sector: (tuple(map(int, counts)), why) for sector, *counts, why in lines}


def kind_of(name):
    if name in SIZES:  # learned from what a fit misses, and no number of the fit
        return "size"
    if PARAMETERS[name].role in ("estimated", "lever"):
        return PARAMETERS[name].role
    return "drawn" if name in with_a_prior(ENGLAND) else "none"


def counts_of(names):
    kinds = [kind_of(name) for name in names]
    return tuple(kinds.count(kind) for kind in KINDS)


def names_of(sector):
    """Return the numbers in the file of a sector, those over ages by element."""
    path = FOLDER / f"{sector}.toml"
    if not path.exists():  # a sector that has no numbers of its own
        return []
    tables = set(tomllib.loads(path.read_text(encoding="utf-8")))
    by_age = {f"{table}_{age}" for table in tables for age in AGES}
    return [name for name in PARAMETERS if name in tables | by_age]


SECTORS = [sector.__name__.rpartition(".")[2] for sector in ENGLAND.sectors]


def test_every_sector_stands_in_the_table_once_and_in_order():
    assert list(rows()) == [*SECTORS, OUTSIDE, ALL]


@pytest.mark.parametrize("sector", SECTORS)
def test_the_counts_of_a_sector_are_those_of_its_file(sector):
    counts, _ = rows()[sector]
    assert counts == counts_of(names_of(sector)), f"of {sector}.toml: {', '.join(KINDS)}"


def test_the_counts_add_up_to_all_numbers_of_the_model():
    table = {sector: counts for sector, (counts, _) in rows().items()}
    whole = table.pop(ALL)
    assert tuple(map(sum, zip(*table.values(), strict=True))) == whole
    assert counts_of(PARAMETERS) == whole


@pytest.mark.parametrize("sector", [*SECTORS, OUTSIDE])
def test_what_earns_a_sector_its_place_is_an_effect_a_sign_or_a_lever_that_exist(sector):
    counts, why = rows()[sector]
    effects = {
        name
        for path in sorted((FOLDER / "effects").glob("*.toml"))
        for name in tomllib.loads(path.read_text(encoding="utf-8"))
    }
    earned = r"Effects?:|Signs?:|Levers?:" if sector != CLAIMED else "Claim: .*not measured"
    assert not any(counts) or re.search(earned, why), f"nothing earns {sector}"
    for head, names in re.findall(r"(Effect|Lever)s?: ([^.]*)", why):
        for name in re.findall(r"`(\w+)`", names):
            if head == "Effect":
                assert name in effects, f"no published effect is named {name}"
            else:
                assert PARAMETERS[name].role == "lever", f"{name} is no lever"


def test_the_sentence_counts_what_the_model_has():
    may, estimated, back = told(
        r"(\d+) numbers may be estimated: (\d+) are, and (\d+) stay at the centre of their prior"
    )
    drawn, still = told(r"(\d+) more are drawn, of which (\d+) move no figure")
    assert told(r"(\d+) sizes of chance are learned") == (len(SIZES),)
    free, _ = told(r"all (\d+) that do free at once, the figures narrow (\d+) by half or more")
    assert (may, drawn, *rows()[ALL][0][2:]) == counts_of(PARAMETERS)
    assert estimated + back == may
    assert free == may + drawn - still


@pytest.mark.slow
def test_the_sentence_says_what_the_fit_finds():
    fit = cs.calibrate(ENGLAND, OBSERVED, progress=False)
    _, estimated, back = told(
        r"(\d+) numbers may be estimated: (\d+) are, and (\d+) stay at the centre of their prior"
    )
    assert (estimated, back) == (len(fit.estimated), len(fit.set_by_prior))
    _, still = told(r"(\d+) more are drawn, of which (\d+) move no figure")
    assert still == sum(name not in fit.joint.names for name in fit.drawn)
    free, half = told(r"all (\d+) that do free at once, the figures narrow (\d+) by half or more")
    assert free == len(fit.joint.names)
    assert half == sum(share >= 0.5 for share in fit.learned.values())
