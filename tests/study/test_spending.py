"""Spending is divided as the model says, and the parts make the total."""

from typing import ClassVar

import numpy as np
import pytest

import caresim as cs
from caresim.language import (
    Aux,
    Dimension,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    RunError,
    Series,
    Stock,
    cloud,
    total,
)
from caresim.study.draws import Draws
from caresim.study.spending import divided

AGE = Dimension("Age", ["young", "old"])
YEARS = tuple(float(year) for year in range(2019, 2024))
ENTRIES = (
    Parameter("care_0", 100.0, "child"),
    Parameter("leaving_rate", 0.1, "1/year"),
    Parameter("fee", 50.0, "GBP/child/year"),
    Parameter("help_budget", 4_000.0, "GBP/year"),
    Parameter("later_budget", Series(YEARS, (0.0, 0.0, 0.0, 9.0, 9.0), held=True), "GBP/year"),
    Parameter("deflator", Series(YEARS, (1.0, 1.1, 1.2, 1.3, 1.5), held=True)),
)
p = Parameters({entry.name: entry for entry in ENTRIES}, "2019-20")


class Plain(Model):
    """Children whose care is paid for, age by age, beside help at a fixed budget."""

    parameters = p
    start, until = "2019-03-31", "2024-03-31"
    price_level, spending_total = "general_prices", "total_spend"
    general_prices = Aux("Price level", p.deflator * 1)
    care = Stock("In care", "child", p.care_0, over=AGE)
    left = Flow("Left", care >> cloud, care * p.leaving_rate)
    help_spend = Aux("Help for families", p.help_budget * 1)
    care_spend = Aux("Spending on care", care * p.fee)
    all_care_spend = Aux("Spending on all care", total(care_spend))
    later_spend = Aux("Extra cost of the new", p.later_budget * 1)
    total_spend = Aux("Total", total(help_spend, all_care_spend, later_spend))


class Paid(Plain):
    """The same with its spending divided."""

    spending_by: ClassVar = {
        "stage": (Plain.help_spend, Plain.care_spend, Plain.later_spend),
        "line": (Plain.help_spend, Plain.all_care_spend, Plain.later_spend),
    }


RUN = cs.run(Paid())
STAGES = ["Help for families", "Care, young", "Care, old", "Extra cost of the new", "Total"]
FEES = Draws({"fee": np.array([20.0, 50.0, 60.0]), "help_budget": np.array([9e3, 4e3, 1e3])},
             "prior", 1)  # fmt: skip
NAMES = ["help_spend", "care_spend_young", "care_spend_old", "later_spend"]


def with_parts(*parts, **others):
    class Other(Plain):
        spending_by: ClassVar = {"stage": parts, **others}

    return cs.run(Other())


def test_columns_are_the_parts_in_words_and_last_the_total():
    table = cs.spending(RUN)
    assert table.columns.to_list() == STAGES
    assert table.index.to_list() == list(RUN.clock.financial_years)
    assert table.index.name == "financial_year"


def test_numbers_are_the_runs_own_in_pounds_a_year():
    table = cs.spending(RUN, by="line")
    for label, name in (("All care", "all_care_spend"), ("Total", "total_spend")):
        np.testing.assert_allclose(table[label], RUN.annual()[name], rtol=1e-12)
    assert table.loc["2019-20", "Help for families"] == pytest.approx(4_000)


@pytest.mark.parametrize("by", ["stage", "line"])
@pytest.mark.parametrize("prices", ["real", "cash"])
def test_the_parts_add_up_to_the_total(by, prices):
    table = cs.spending(RUN, by, prices=prices)
    np.testing.assert_allclose(table.iloc[:, :-1].sum(axis=1), table["Total"], rtol=1e-9)


def test_a_quantity_over_ages_is_a_column_for_each():
    real, line = cs.spending(RUN), cs.spending(RUN, "line")
    np.testing.assert_allclose(real["Care, young"] + real["Care, old"], line["All care"])


def test_cash_is_the_real_amount_times_the_price_level_of_the_year():
    real, cash = cs.spending(RUN), cs.spending(RUN, prices="cash")
    level = RUN.yearly("total_spend")[:, 0] / RUN.at_prices("cash").yearly("total_spend")[:, 0]
    for label in STAGES:
        np.testing.assert_allclose(cash[label] * level, real[label], rtol=1e-12)
    assert cash.loc["2023-24", "Total"] > 1.2 * real.loc["2023-24", "Total"]


def test_units_name_the_prices():
    assert cs.spending(RUN).attrs["units"]["Total"] == "GBP/year, 2019-20 prices"
    assert cs.spending(RUN, prices="cash").attrs["units"]["Care, old"] == "GBP/year, cash"
    assert cs.spending(RUN.at_prices("cash")).attrs["units"]["Total"] == "GBP/year, cash"


def test_an_ensemble_gives_the_median_of_each_part_and_of_their_total():
    many = cs.run(Paid(), draws=FEES, outputs=NAMES)
    table = cs.spending(many)
    stored = [many.yearly(name) for name in NAMES]
    for label, values in zip(STAGES, [*stored, sum(stored)], strict=True):
        np.testing.assert_allclose(table[label], np.median(values, axis=1), rtol=1e-12)
    first = table.iloc[0]
    assert first.iloc[:-1].sum() != pytest.approx(first["Total"], rel=1e-3), "medians, not sums"


def test_the_total_is_the_sum_where_the_model_has_none():
    class Bare(Model):
        parameters = b = Parameters.of(budget=(4e3, "GBP/year"))
        start, until = "2019-03-31", "2024-03-31"
        a_spend = Aux("Spending on a", b.budget * 1)
        b_spend = Aux("Spending on b", b.budget * 2)
        spending_by: ClassVar = {"half": (a_spend, b_spend)}

    run = cs.run(Bare())
    assert cs.spending(run, "half").loc["2020-21"].to_list() == pytest.approx([4e3, 8e3, 12e3])
    assert [part.name for part in divided(run, "half")] == ["a_spend", "b_spend", ""]


def test_a_run_that_did_not_store_the_parts_says_what_to_ask_for():
    run = cs.run(Paid(), outputs=["help_spend", "total_spend"])
    with pytest.raises(RunError) as caught:
        cs.spending(run)
    told = str(caught.value)
    assert "'Current policy' did not store 'care_spend_young', 'care_spend_old'" in told
    outputs = told.partition("run it with outputs=")[2]
    asked = [*NAMES, "total_spend"]
    assert outputs == str(asked)
    assert cs.spending(cs.run(Paid(), outputs=asked)).equals(cs.spending(RUN))


def test_a_division_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(RunError, match="by 'stage' or 'line', not by 'stages'; did you mean 'sta"):
        cs.spending(RUN, "stages")
    with pytest.raises(RunError, match="Plain does not say how its spending divides; give the"):
        cs.spending(cs.run(Plain()))


def test_cash_without_a_price_level_is_refused():
    class Priceless(Paid):
        price_level = None

    with pytest.raises(RunError, match="Priceless has no price level"):
        cs.spending(cs.run(Priceless()), prices="cash")
    with pytest.raises(RunError, match="prices is 'real' or 'cash', not 'nominal'"):
        cs.spending(RUN, prices="nominal")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((Plain.help_spend, Plain.care_spend), id="one is missing"),
        pytest.param((Plain.total_spend, Plain.help_spend), id="one stands twice"),
    ],
)
def test_parts_that_do_not_make_the_total_are_refused_with_both_numbers(parts):
    with pytest.raises(ModelError, match=r"spending_by\['stage'\] of Other adds up to £[\d,]+ in "):
        cs.spending(with_parts(*parts))


def test_what_is_no_spending_is_refused():
    with pytest.raises(ModelError, match="holds 'care' in child; it takes quantities in GBP/year"):
        cs.spending(with_parts(Plain.care))
    with pytest.raises(ModelError, match="holds 'help_spend'; it takes quantities in GBP/year"):
        cs.spending(with_parts("help_spend"))
    stray = Aux("Stray", p.help_budget * 1)
    stray.__set_name__(None, "stray")
    with pytest.raises(ModelError, match="has no 'stray'"):
        cs.spending(with_parts(stray))


def test_a_model_may_have_a_quantity_called_spending():
    class Named(Model):
        parameters = b = Parameters.of(budget=(4e3, "GBP/year"))
        spending = Aux("Spending", b.budget * 1)

    assert Named.published_names() == ("spending",)
    assert Named.spending_by == {}
