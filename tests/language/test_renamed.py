"""Old names work, say the new one and when they go, and stand in one table."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import Flow, Model, Parameters, Renamed, Stock, cloud
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


OLD = (
    Renamed("parameter", "stay_length", "stay_time", "0.3"),
    Renamed("parameter", "guard", "", "0.3"),
)


class Ward(Model):
    """A ward under today's names, which knows those of before."""

    parameters = p = replace(
        Parameters.of(stay_time=(2.0, "year"), patients_0=(10.0, "patient")), renamed=OLD
    )
    patients = Stock("On the ward", "patient", p.patients_0)
    leaving = Flow("Leaving", patients >> cloud, patients / p.stay_time)


SAID = "the parameter 'stay_length' is now called 'stay_time'; the old name goes with caresim 0.3"


def test_a_value_under_an_old_name_is_that_of_the_parameter_and_set_by_the_caller():
    with pytest.warns(FutureWarning, match=re.escape(SAID)) as caught:
        ward = Ward(stay_length=4.0)
    assert ward.parameters["stay_time"].value == 4.0
    assert ward.set_by_caller == ("stay_time",)
    assert {warning.filename for warning in caught} == {__file__}, "the line is that of the caller"
    with pytest.warns(FutureWarning, match=re.escape(SAID)):
        assert Ward().with_values(stay_length=3.0).set_by_caller == ("stay_time",)


def test_values_by_run_may_have_an_old_name():
    simulate = cs.prepare(Ward(), outputs=["patients"], until="2010-03-31")
    with pytest.warns(FutureWarning, match=re.escape(SAID)):
        old = simulate({"stay_length": np.array([1.0, 5.0])})
    np.testing.assert_array_equal(
        old["patients"], simulate({"stay_time": np.array([1.0, 5.0])})["patients"]
    )


def test_a_file_under_old_names_is_laid_over_and_what_is_gone_changes_nothing(tmp_path):
    file = tmp_path / "saved.toml"
    table = 'meaning = "{0}"\nunit = "{1}"\nvalue = 5\nrole = "fixed"\nsource = "A file"\n'
    file.write_text(
        "[stay_length]\n" + table.format("Stay", "year") + "[guard]\n" + table.format("Guard", "1"),
        encoding="utf-8",
    )
    gone = "the parameter 'guard' is gone and changes nothing; take it out before caresim 0.3"
    with pytest.warns(FutureWarning) as caught:
        ward = cs.with_parameters(Ward(), file)
    assert {str(warning.message) for warning in caught} == {SAID, gone}
    assert {name: entry.value for name, entry in ward.parameters.items()} == {
        "stay_time": 5.0, "patients_0": 10.0,
    }  # fmt: skip


def test_every_old_name_of_england_leads_to_a_parameter_or_is_gone():
    for row in England.parameters.renamed:
        assert row.old not in England.parameters.entries, row
        assert not row.new or row.new in England.parameters.entries, row
