"""What stands beside spending: a file is read whole, all faults of another are told at once."""

import re

import pytest

from caresim.language import Aux, Flow, Model, Parameters, Stock, cloud
from caresim.language.beside import beside_of, read_beside
from caresim.language.errors import ModelError

WHOLE = """
title = "Beside spending"
said = "Never added."
[[part]]
name = "Courts"
said = "They are paid elsewhere."
series = ["cases", "court_cost"]
[[part]]
name = "Groups"
said = "Fixed."
[[part.figure]]
what = "old against young"
figure = "3 times"
source = "A panel, 2019"
address = "https://example.org"
"""


class Court(Model):
    """Cases come and cost, and only what is spent on them is in the total."""

    parameters = Parameters.of(
        rate=(0.5, "1/year"), cases_0=(10.0, "case"), price=(3.0, "GBP/case"), due=(2.0, "GBP/case")
    )
    cases = Stock("Cases", "case", parameters.cases_0)
    ended = Flow("Ended", cases >> cloud, cases * parameters.rate)
    court_cost = Aux("Cost of courts", ended * parameters.due)
    line_spend = Aux("Spending on a line", ended * parameters.price)
    all_spend = Aux("All spending", line_spend * 1)
    spending_total = "all_spend"


def file_of(folder, text):
    path = folder / "beside.toml"
    path.write_text(text, encoding="utf-8")
    return path


def model_of(folder, text):
    class Own(Court):
        beside_file = file_of(folder, text)

    return Own()


def test_a_whole_file_is_read_in_its_order(tmp_path):
    beside = read_beside(file_of(tmp_path, WHOLE))
    assert (beside.title, beside.said) == ("Beside spending", "Never added.")
    courts, groups = beside.parts
    assert courts.series == ("cases", "court_cost") == beside.series
    assert (groups.series, groups.figures[0].figure) == ((), "3 times")


def test_a_model_that_names_no_file_has_nothing_beside_it():
    assert beside_of(Court()) is None


def test_counts_and_money_outside_the_total_may_stand_beside_it(tmp_path):
    model = model_of(tmp_path, WHOLE)
    assert beside_of(model) is read_beside(model.beside_file)


@pytest.mark.parametrize("name", ["line_spend", "all_spend"])
def test_money_of_the_total_is_refused_as_it_would_count_twice(tmp_path, name):
    model = model_of(tmp_path, WHOLE.replace("court_cost", name))
    with pytest.raises(ModelError, match=f"'{name}' is money of which 'all_spend' is made; take"):
        beside_of(model)


def test_a_series_that_the_model_lacks_is_named_with_the_one_meant(tmp_path):
    model = model_of(tmp_path, WHOLE.replace("court_cost", "court_costs"))
    with pytest.raises(ModelError, match=r"'court_costs' is no quantity of Own; did you mean"):
        beside_of(model)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('said = "Never added."', "", "'said' is missing; add it"),
        ('title = "Beside spending"', "title = 3", "'title' is 3; write a text"),
        ('name = "Courts"', 'nam = "Courts"', "part 1: unknown key 'nam'; did you mean 'name'?"),
        ('series = ["cases", "court_cost"]', "", "part 1: it has neither 'series' nor a [[part"),
        ('["cases", "court_cost"]', '"cases"', "part 1: 'series' is 'cases'; write names, such"),
        ('figure = "3 times"', "figure = 3", "part 2, figure 1: 'figure' is 3; write a text"),
        ('source = "A panel, 2019"', "", "part 2, figure 1: 'source' is missing; add it"),
        ("[[part.figure]]", "[part.figure]", "part 2: 'figure' is a dict; write each as"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_do(tmp_path, old, new, fault):
    assert old in WHOLE
    with pytest.raises(ModelError, match=re.escape(fault)):
        read_beside(file_of(tmp_path, WHOLE.replace(old, new, 1)))


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    text = WHOLE.replace('said = "Fixed."', "").replace('name = "Courts"', "")
    with pytest.raises(ModelError, match="has 2 faults") as caught:
        read_beside(file_of(tmp_path, text))
    assert "part 1: 'name'" in str(caught.value)
    assert "part 2: 'said'" in str(caught.value)


def test_a_file_without_parts_says_how_to_begin(tmp_path):
    with pytest.raises(ModelError, match=r"it has no parts; give each a \[\[part\]\]"):
        read_beside(file_of(tmp_path, 'title = "A"\nsaid = "B"\n'))
