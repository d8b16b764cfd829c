"""How large a council is: its share of England's figures, by year, and of lines of spending."""

from dataclasses import replace

import numpy as np
import pytest
from council_cases import AREAS, ENGLAND, LAST, PARTS, SHARES, area, council

from caresim.language.dates import year_end
from caresim.language.parameters import Series
from caresim.language.place_figures import PlaceFigures
from caresim.study.parts.local import local_numbers
from caresim.study.parts.shares import LEAST, Shares

SERIES = [
    *("population", "spend_statutory", "spend_nonstatutory", "spend_sure_start_under5"),
    *("spend_family_support", "spend_young_people", "spend_children_looked_after"),
    *("referrals", "cin_31mar", "cla_31mar"),
]
COUNTED = [size for size in PARTS.sizes if size.name != "children"]
NEW = ("Bournemouth, Christchurch and Poole", "Dorset")  # from 2019-20


@pytest.mark.parametrize("series", SERIES)
def test_shares_of_all_councils_add_up_to_one_each_year(series):
    """Those that were or became others among them; the least size of a few adds next to nothing."""
    sums = {}
    for one in PARTS.areas:
        for year, share in SHARES.by_year(one.code, (series,)).items():
            sums[year] = sums.get(year, 0.0) + share
    assert {2011, 2015, 2020} <= set(sums)
    off = {year: total for year, total in sums.items() if not 1 - 1e-9 < total < 1.001}
    assert not off, f"shares of {series} add up to {off}"


@pytest.mark.parametrize("series", SERIES)
def test_a_share_is_the_figure_over_the_sum_where_every_council_has_one(series):
    years = [year for year in SHARES._years[series] if year <= year_end(LAST)]
    for name in ("Leeds", "Birmingham"):
        code = area(name).code
        for year in years[-2:]:
            cells = {
                one.code: PARTS.figures.of(one.code, series).get(f"{year - 1}-{year % 100:02d}")
                for one in PARTS.areas
            }
            known = [value for value in cells.values() if value is not None]
            by_hand = cells[code] / sum(known)
            assert SHARES.by_year(code, (series,))[year] == pytest.approx(by_hand, rel=0.01)


def tiny(hidden, **cells):
    """Return shares where three councils have the figures of one series that are given."""
    codes = [one.code for one in PARTS.areas if not (one.first_year[2:4] > "09" or one.last_year)]
    a, b, c = codes[:3]
    years = ("2017-18", "2018-19", "2019-20")
    values = {
        code: {year: value for year, value in zip(years, row, strict=True) if value is not None}
        for code, row in zip((a, b, c), cells.values(), strict=True)
    }
    people = {code: dict.fromkeys(years, 100.0) for code in (a, b, c)}
    figures = PlaceFigures(
        {"s47": values, "population": people},
        frozenset(((a, b, c)[i], "s47", years[j]) for i, j in hidden),
    )
    return Shares(replace(PARTS, figures=figures), LAST), (a, b, c)


def test_a_suppressed_figure_counts_as_three():
    shares, (a, b, _) = tiny([(0, 1)], a=(10, None, 10), b=(50, 50, 50), c=(40, 40, 40))
    assert shares.by_year(a, ("s47",))[2019] == pytest.approx(3 / 93)
    assert shares.by_year(b, ("s47",))[2019] == pytest.approx(50 / 93)


def test_a_missing_figure_lies_between_those_beside_it():
    shares, (a, _, _) = tiny([], a=(10, None, 20), b=(50, 50, 50), c=(40, 40, 40))
    assert shares.by_year(a, ("s47",))[2019] == pytest.approx(15 / 105)


def test_figures_added_up_have_the_share_of_their_sum():
    name = area("Leeds").code
    both = ("spend_statutory", "spend_nonstatutory")
    for year in (2012, 2020):
        label = f"{year - 1}-{year % 100:02d}"
        own = sum(PARTS.figures.of(name, one)[label] for one in both)
        whole = sum(PARTS.figures.total(one)[label] for one in both)
        assert SHARES.by_year(name, both)[year] == pytest.approx(own / whole, rel=0.01)


@pytest.mark.parametrize("name", NEW)
def test_a_council_of_2019_keeps_its_share_before(name):
    code = area(name).code
    assert set(SHARES.by_year(code, ("spend_statutory",))) == {2020}
    model = council(name)
    for parameter in ("early_help_budget", "youth_justice_budget", "statutory_given"):
        own, whole = (one.parameters[parameter].value for one in (model, ENGLAND))
        ratios = [
            mine / theirs
            for time, mine, theirs in zip(own.times, own.values, whole.values, strict=True)
            if time < 2020
        ]
        assert ratios == pytest.approx([ratios[-1]] * len(ratios)), f"{parameter} of {name}"
        assert ratios[0] > 1e-4


def test_a_new_council_has_the_size_of_its_land():
    """Dorset and Bournemouth, Christchurch and Poole share land with what was before."""
    before = ("Bournemouth", "Poole")
    codes = [next(a.code for a in PARTS.areas if a.name == name) for name in before]
    old = sum(SHARES.by_year(code, ("population",))[2019] for code in codes)
    assert SHARES.by_year(area(NEW[0]).code, ("population",))[2020] > old, "and Christchurch"


@pytest.mark.parametrize("one", COUNTED, ids=lambda size: size.name)
def test_no_size_is_below_its_floor(one):
    """A fiftieth of the council's share of children, so that nothing is divided by nothing."""
    for place in AREAS:
        people = np.mean([*SHARES.by_year(place.code, ("population",)).values()])
        shares = SHARES.by_year(place.code, one.series)
        assert shares, f"{place.name} has no figure of {one.called}"
        assert min(shares.values()) >= LEAST * people * (1 - 1e-9), f"{one.called} of {place.name}"
        assert max(shares.values()) < 0.3, f"{one.called} of {place.name}"


def test_sizes_are_those_of_their_use():
    code, size = area("Leeds").code, next(s for s in PARTS.sizes if s.name == "looked_after")
    years = SHARES.by_year(code, size.series)
    shares = [years[year] for year in sorted(years)]
    assert SHARES.share(code, size, "start") == pytest.approx(np.mean(shares[:3]))
    assert SHARES.share(code, size, "level") == pytest.approx(np.mean(shares))
    assert SHARES.share(code, size, "policy") == shares[-1]
    assert SHARES.share(code, size, "dated", 2015) == years[2015]
    assert SHARES.share(code, size, "dated", 2050) == shares[-1], "the last share is kept"
    assert SHARES.share(code, size, "dated", 1990) == shares[0]


def test_nothing_is_known_after_the_year_but_people():
    early = Shares(PARTS, "2014-15", people_later=True)
    code = area("Leeds").code
    assert max(early.by_year(code, ("cla_31mar",))) == 2015
    assert max(early.by_year(code, ("population",))) > 2020
    assert max(Shares(PARTS, "2014-15").by_year(code, ("population",))) == 2015


@pytest.fixture(scope="module")
def numbers():
    """The numbers of every council by name, levels aside."""
    return {one.name: local_numbers(ENGLAND, PARTS, one.code, SHARES) for one in AREAS}


@pytest.fixture(scope="module")
def lines(numbers):
    """The dated shares of every council, by name."""
    names = [line.parameter for line in PARTS.lines]
    return {name: [own[line].value for line in names] for name, own in numbers.items()}


def test_lines_of_early_help_add_up_to_at_most_all_of_it(lines):
    over = {}
    for name, series in lines.items():
        totals = np.sum([one.values for one in series], axis=0)
        if totals.max() > 1:
            over[name] = totals.max()
    assert not over, f"lines come to more than early help: {over}"


def test_lines_are_shares(lines):
    for name, series in lines.items():
        values = np.array([one.values for one in series])
        assert values.min() >= 0, name
        assert values.max() <= 1, name


def test_lines_that_are_cut_keep_their_proportions(numbers):
    """Those that add up to less stay as the figures say, against England's."""
    code, numbers = area("Halton").code, numbers["Halton"]
    cut = 0
    for i, time in enumerate(numbers["sure_start_share"].value.times):
        plain = []
        for line in PARTS.lines:
            whole = ENGLAND.parameters[line.parameter].value.values[i]
            plain.append(min(whole * SHARES.line(code, line, int(time) + 1), 1))
        own = [numbers[line.parameter].value.values[i] for line in PARTS.lines]
        assert own == pytest.approx(np.array(plain) / max(sum(plain), 1), rel=1e-9)
        cut += sum(plain) > 1
    assert cut, "Halton is a council with a year that is cut"


def test_numbers_of_a_council_are_england_s_times_its_share(numbers):
    code, numbers = area("Leeds").code, numbers["Leeds"]
    dated = ENGLAND.parameters["early_help_budget"].value
    own = numbers["early_help_budget"].value
    assert isinstance(own, Series)
    assert own.times == dated.times
    shares = SHARES.by_year(code, ("spend_nonstatutory",))
    for time, mine, theirs in zip(own.times, own.values, dated.values, strict=True):
        if (year := int(time) + 1) in shares:
            assert mine == pytest.approx(theirs * shares[year])
    assert "reentry_rate" not in numbers, "a rate is England's"


def test_councils_together_have_england_s_budgets(numbers):
    """What the three old councils of Dorset had is in no council of today until 2019-20."""
    budget = ENGLAND.parameters["early_help_budget"].value
    total = np.zeros(len(budget.times))
    for own in numbers.values():
        total += own["early_help_budget"].value.values
    assert total == pytest.approx(np.array(budget.values), rel=0.01)
