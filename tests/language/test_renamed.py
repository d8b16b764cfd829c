"""Old names work, say the new one and when they go, and stand in one table."""

import re
import tomllib
from pathlib import Path

import pytest

import caresim as cs
from caresim.language.renamed import RENAMED, current

ROOT = Path(__file__).parents[2]
NAMES = [row for row in RENAMED if row.kind == "name"]


@pytest.mark.parametrize("row", NAMES, ids=str)
def test_an_old_name_of_the_package_is_the_new_thing_and_says_so(row):
    with pytest.warns(FutureWarning, match=re.escape(str(row))):
        found = getattr(cs, row.old)
    assert found is getattr(cs, row.new)
    assert row.old not in cs.__all__, "what is listed has its new name"


def test_a_name_that_never_was_is_refused():
    with pytest.raises(AttributeError, match="caresim has no 'chek'"):
        cs.chek  # noqa: B018


def test_a_name_of_today_is_given_back_without_a_word(recwarn):
    assert current("target", "compiled") == "compiled"
    assert not recwarn.list


def test_the_notice_gives_both_names_and_the_release():
    (row,) = NAMES
    assert str(row) == (
        "caresim.check is now called caresim.check_step; the old name goes with caresim 0.3"
    )


def test_an_old_name_stays_for_two_minor_releases():
    major, minor = (int(part) for part in cs.__version__.split(".")[:2])
    for row in RENAMED:
        gone = tuple(int(part) for part in row.until.split("."))
        assert gone > (major, minor), f"take '{row.old}' out of the table"


def test_an_extra_that_is_empty_stands_in_the_table():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    empty = {name for name, needs in project["optional-dependencies"].items() if not needs}
    assert empty == {row.old for row in RENAMED if row.kind == "extra"}
