"""The XMILE file: what stands in it, that it is the same every time, and what is refused."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Check,
    Delay,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    table,
    time,
)
from caresim.language.errors import CaresimError, ExportError, RunError, ScenarioError
from caresim.views.xmile.export import exportable, xmile_text

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SPACE = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"
YEARS = tuple(float(year) for year in range(2009, 2013))
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("budget", Series(YEARS, (9.0, 8.0, 8.0, 6.0), held=True), "GBP/year",
                      "Budget", "lever", (0, 100), source="Section 251 <outturn> & more"),
            Parameter("price", 2.0, "GBP/child", "Price of a place", "lever", (1, 9)),
            Parameter("care_time", 2.5, "year", "Time in care"),
            Parameter("care_0", 100.0, "child", "In care at the start"),
        )
    }
)  # fmt: skip


class Small(Model):
    """A model with a quantity of each kind."""

    parameters = p
    start, until = "2009-03-31", "2015-03-31"
    care = Stock("In care", "child", p.care_0)
    bought = Aux("Places bought", p.budget / p.price)
    felt = Smooth("Places felt", bought, p.care_time)
    home = Delay("On the way home", "child", 0, time=p.care_time, order=2)
    entries = Flow("Into care", cloud >> care, felt)
    exits = Flow("Towards home", care >> home, care / p.care_time)
    settled = Flow("Settled", home >> cloud, home.outflow)
    effect = Aux("Effect of time", table(time, [("2009-03-31", 1), ("2010-03-31", 0.5)]))
    uneven = Aux("Uneven effect", table(p.price / p.price, [(0, 1), (0.1, 0.5), (1, 0.5)]))
    full = Check("Care is fuller than at first", care > p.care_0)


def change(parameter, verb, amount, begins, **others):
    changes = (cs.Change(parameter, verb, amount, begins, **others),)
    return cs.Scenario("A <policy> & more", changes=changes)


@pytest.fixture
def exported(tmp_path):
    """Return a function that exports a model and reads the file back."""

    def exporting(model, *arguments, **options):
        path = cs.write_xmile(model, tmp_path / "model.xmile", *arguments, **options)
        return ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314

    return exporting


@pytest.fixture
def small(exported):
    return exported(Small())


def part(root, path):
    return root.find("/".join(SPACE + name for name in path.split("/")))


def parts(root, path):
    return root.findall("/".join(SPACE + name for name in path.split("/")))


def quantity(root, name):
    found = [q for q in part(root, "model/variables") if q.get("name") == name]
    assert len(found) == 1, f"{name} stands {len(found)} times"
    return found[0]


def text_of(root, name, tag):
    return quantity(root, name).findtext(SPACE + tag)


def numbers(text):
    return [float(number) for number in text.split(",")]


# What stands in the file


def test_the_default_namespace_is_that_of_xmile_1_0(tmp_path):
    path = cs.write_xmile(Small(), tmp_path / "small.xmile")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == '<?xml version="1.0" encoding="utf-8"?>'
    space = 'xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"'
    assert lines[1] == f'<xmile version="1.0" {space}>'


def test_the_header_says_what_wrote_it_and_what_it_is(exported):
    root = exported(Small(), change("price", "set", 3.0, "2010-04-01"))
    assert part(root, "header/vendor").text == "caresim"
    product = part(root, "header/product")
    assert (product.text, product.get("version")) == ("caresim", cs.__version__)
    assert part(root, "header/name").text == "Small: A <policy> & more"


def test_the_clock_is_named_with_method_step_and_unit(exported):
    root = exported(Small(), until="2012-03-31", steps_per_year=32)
    specs = part(root, "sim_specs")
    assert specs.attrib == {"method": "Euler", "time_units": "year"}
    shown = {child.tag.removeprefix(SPACE): child.text for child in specs}
    assert shown == {"start": "2009", "stop": "2012", "dt": "0.03125"}


def test_every_quantity_and_parameter_stands_once_with_equation_unit_and_meaning(small):
    found = list(part(small, "model/variables"))
    names = [q.get("name") for q in found]
    assert len(set(names)) == len(names)
    assert set(Small.variables) | set(p) <= set(names)
    for q in found:
        for tag in ("eqn", "units", "doc"):
            assert q.findtext(SPACE + tag), f"{q.get('name')} has no {tag}"


def test_stocks_flows_and_the_rest_have_their_own_elements(small):
    kinds = {q.get("name"): q.tag.removeprefix(SPACE) for q in part(small, "model/variables")}
    assert {n for n, kind in kinds.items() if kind == "stock"} == {s.name for s in Small.stocks()}
    assert {n for n, kind in kinds.items() if kind == "flow"} == {f.name for f in Small.flows()}
    assert kinds["felt"] == kinds["budget"] == kinds["full"] == "aux"


def test_a_stock_lists_what_flows_in_and_out(small):
    def ends(name, tag):
        return [e.text for e in quantity(small, name).findall(SPACE + tag)]

    assert (ends("care", "inflow"), ends("care", "outflow")) == (["entries"], ["exits"])
    assert ends("home_stage_1", "inflow") == ["exits"]
    assert ends("home_stage_1", "outflow") == ends("home_stage_2", "inflow")
    assert ends("home_stage_2", "outflow") == ["settled"]


def test_lags_are_written_as_their_stages(small):
    assert text_of(small, "felt", "eqn") == "felt_stage_1"
    assert text_of(small, "home", "eqn") == "home_stage_1 + home_stage_2"
    change = "(bought - felt_stage_1) / (care_time / 1)"
    assert text_of(small, "felt_stage_1_change", "eqn") == change


def test_a_parameter_says_its_meaning_and_source(small):
    says = text_of(small, "budget", "doc")
    assert says == "Budget. Source: Section 251 <outturn> & more."
    assert text_of(small, "budget", "units") == "GBP/year"
    assert text_of(small, "price", "eqn") == "2"
    assert text_of(small, "full", "doc") == "Check, 1 where it holds: Care is fuller than at first"


def test_a_changed_parameter_says_so(exported):
    root = exported(Small(), change("price", "add", 1.5, "2010-04-01", over_years=2))
    assert text_of(root, "price", "doc") == "Price of a place. Changed by the scenario."
    assert text_of(root, "price", "eqn") == "TIME"
    gf = quantity(root, "price").find(SPACE + "gf")
    assert gf.find(SPACE + "xscale").attrib == {"min": "2009", "max": "2015"}
    assert numbers(gf.findtext(SPACE + "ypts")) == [2, 2, 2.75, 3.5, 3.5, 3.5, 3.5]


@pytest.mark.parametrize("file", [None, *sorted(path.stem for path in SCENARIOS.glob("*.toml"))])
def test_every_graphical_function_is_of_an_auxiliary_and_has_both_scales_and_no_xpts(file):
    # PySD takes xscale for even spacing whatever xpts says, and others need a yscale
    scenario = cs.read_scenario(SCENARIOS / f"{file}.toml") if file else None
    root = ET.fromstring(text_of_england(scenario))  # noqa: S314
    found = list(root.iter(SPACE + "gf"))
    assert len(found) >= 4
    assert len(found) == len(parts(root, "model/variables/aux/gf"))
    for gf in found:
        assert [c.tag.removeprefix(SPACE) for c in gf] == ["xscale", "yscale", "ypts"]
        across, up = (
            [float(gf.find(SPACE + scale).get(end)) for end in ("min", "max")]
            for scale in ("xscale", "yscale")
        )
        ys = numbers(gf.findtext(SPACE + "ypts"))
        assert across == [2009, 2035]
        assert up == [min(ys), max(ys)]
        assert (26 * 16) % (len(ys) - 1) == 0, "the points stand on whole steps"


def text_of_england(scenario=None):
    model = England()
    return xmile_text(exportable(model, scenario))


def test_a_look_up_is_written_with_its_scale_and_its_input(small):
    even, uneven = (quantity(small, name).find(SPACE + "gf") for name in ("effect", "uneven"))
    assert even.find(SPACE + "xscale").attrib == {"min": "2009", "max": "2010"}
    assert even.findtext(SPACE + "ypts") == "1,0.5"
    assert uneven.find(SPACE + "xscale").attrib == {"min": "0", "max": "1"}
    assert uneven.findtext(SPACE + "ypts") == "1" + ",0.5" * 10
    assert text_of(small, "effect", "eqn") == "TIME"
    assert text_of(small, "uneven", "eqn") == "price / price"


def test_a_look_up_that_no_even_distance_fits_is_refused_by_name(tmp_path):
    class Uneven(Model):
        stock = Stock("Stock", "1", 1)
        crowding = Aux("Crowding", 1 + table(stock, [(0, 1), (1 / 3, 0.5), (0.7654321, 0.1)]))

    with pytest.raises(ExportError, match=r"'crowding_table_1' cannot be .* meet 0\.0, 0\.33"):
        cs.write_xmile(Uneven(), tmp_path / "model.xmile")
    assert not list(tmp_path.iterdir())


def test_a_level_look_up_still_has_a_scale_that_can_be_drawn(exported):
    class Level(Model):
        stock = Stock("Stock", "1", 1)
        level = Aux("Level", table(stock, [(0, 0.5), (1, 0.5)]))

    scale = quantity(exported(Level()), "level").find(f"{SPACE}gf/{SPACE}yscale")
    assert scale.attrib == {"min": "0.5", "max": "1.5"}


def test_england_is_written_without_exponents_and_in_lower_case_names():
    root = ET.fromstring(text_of_england())  # noqa: S314
    for q in part(root, "model/variables"):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", q.get("name"))
        shown = [q.findtext(SPACE + "eqn"), *(e.text for e in q.iter() if e.tag.endswith("pts"))]
        for text in shown:
            assert not re.search(r"\d[eE][-+]?\d", text or ""), f"{q.get('name')}: {text}"


# The first day


class Opening(Model):
    """Stocks that start from a parameter, through a quantity and through another stock."""

    parameters = p
    start, until = "2009-03-31", "2015-03-31"
    bought = Aux("Places bought", p.budget / p.price * p.care_time)
    care = Stock("In care", "child", bought + p.care_0)
    home = Stock("At home", "child", care * 2)
    leaving = Flow("Leaving", care >> home, care / p.care_time)


def test_stocks_start_from_what_was_before_a_change_of_the_first_day(exported):
    root = exported(Opening(), change("price", "set", 3.0, "2009-04-01"))
    assert text_of(root, "price", "eqn") == "3"
    assert text_of(root, "price_before", "eqn") == "2"
    assert text_of(root, "price_before", "units") == "GBP/child"
    assert text_of(root, "care", "eqn") == "budget / price_before * care_time + care_0"
    assert text_of(root, "home", "eqn") == "care * 2"
    assert text_of(root, "bought", "eqn") == "budget / price * care_time"


def test_without_such_a_change_initial_values_stand_as_they_are(exported):
    root = exported(Opening(), change("price", "set", 3.0, "2010-04-01"))
    assert text_of(root, "care", "eqn") == "bought + care_0"
    names = [q.get("name") for q in part(root, "model/variables")]
    assert not [name for name in names if "before" in name]


def test_a_model_that_starts_at_given_levels_is_written_with_them(exported):
    root = exported(Opening().with_start(care=7.25))
    assert text_of(root, "care", "eqn") == "7.25"
    # as in a run, stocks that start from another's equation still do
    assert text_of(root, "home", "eqn") == "(bought + care_0) * 2"


# The file itself


def test_the_same_model_gives_the_same_bytes(tmp_path):
    policy = SCENARIOS / "early_help_first.toml"
    first, second = (
        cs.write_xmile(England(), tmp_path / n, policy) for n in ("a.xmile", "b.xmile")
    )
    assert first.read_bytes() == second.read_bytes()
    assert b"\r" not in first.read_bytes()


def test_a_file_that_is_there_is_replaced_and_nothing_left_beside_it(tmp_path):
    path = tmp_path / "deep" / "small.xmile"
    assert cs.write_xmile(Small(), path) == path
    longer = path.read_bytes()
    cs.write_xmile(Small(), str(path), until="2010-03-31")
    assert path.read_bytes() != longer
    assert [file.name for file in path.parent.iterdir()] == ["small.xmile"]


def test_a_refused_export_leaves_the_old_file_as_it_was(tmp_path):
    path = cs.write_xmile(Small(), tmp_path / "small.xmile")
    before = path.read_bytes()
    with pytest.raises(ExportError):
        cs.write_xmile(Small(), path, steps_per_year=12)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(CaresimError, match=r"small\.xmile cannot be written"):
        cs.write_xmile(Small(), tmp_path / "file" / "small.xmile")


# What is refused


@pytest.mark.parametrize("steps", [3, 10, 12, 100])
def test_a_step_that_other_engines_would_round_is_refused(steps, tmp_path):
    message = f"steps_per_year={steps} cannot be exported exactly"
    with pytest.raises(ExportError, match=message):
        cs.write_xmile(Small(), tmp_path / "small.xmile", steps_per_year=steps)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["step", "Care", "pulse"])
def test_a_quantity_that_xmile_cannot_name_is_refused_by_name(name, tmp_path):
    body = type(Model).__prepare__("Refused", (Model,))
    body["anchor"] = Stock("Anchor", "1", 1)
    body[name] = Aux("Refused", body["anchor"] * 2)
    model = type(Model)("Refused", (Model,), body)()
    with pytest.raises(ExportError, match=f"the quantity '{name}' cannot be exported"):
        cs.write_xmile(model, tmp_path / "model.xmile")


def test_a_unit_with_a_root_is_refused_by_the_name_of_its_quantity(tmp_path):
    class Rooted(Model):
        care = Stock("In care", "child", 0)
        spread = Aux("Spread", care**0.5)

    with pytest.raises(ExportError, match="'spread' is in"):
        cs.write_xmile(Rooted(), tmp_path / "model.xmile")


def test_a_character_that_xml_cannot_hold_is_refused_by_the_name_of_its_quantity(tmp_path):
    class Odd(Model):
        care = Stock("In care", "child", 0)

    vars(Odd.care)["label"] = "In\x07care"  # which no door lets in
    with pytest.raises(ExportError, match=r"the text of 'care' has the character '\\x07'"):
        cs.write_xmile(Odd(), tmp_path / "model.xmile")


def test_dates_and_scenarios_are_checked_as_for_a_run(tmp_path):
    path = tmp_path / "small.xmile"
    with pytest.raises(RunError, match="31 March"):
        cs.write_xmile(Small(), path, until="2012-06-30")
    with pytest.raises(ScenarioError, match="no_such_lever"):
        cs.write_xmile(Small(), path, change("no_such_lever", "set", 1.0, "2010-04-01"))
    late = change("price", "set", 3.0, "2013-04-01")
    with pytest.raises(ScenarioError, match="outside the run"):
        cs.write_xmile(Small(), path, late, until="2012-03-31")
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_and_no_scenario_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "small.xmile"
    with pytest.raises(ExportError, match=r"takes a model such as Small\(\), not"):
        cs.write_xmile(Small, path)
    with pytest.raises(ScenarioError, match="a scenario is a Scenario, a name"):
        cs.write_xmile(Small(), path, 7)
