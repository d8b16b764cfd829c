"""The scenarios that come with caresim are known by name from any folder; a file beside wins."""

import json
import re
from pathlib import Path

import pytest
from policy_model import MODEL

import caresim as cs
from caresim.england import England
from caresim.study.results import project
from caresim.study.scenario.explained import explain

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml"))
BASELINE = (ROOT / "scenarios" / "baseline.toml").read_text(encoding="utf-8")
POLICY = (
    'name = "Own"\n{extends}[[change]]\nparameter = "return_factor"\nscale = 1.1\n'
    'from = 2027-04-01\nwhy = "w"\nsource = "s"\n'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, which is the present one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def own(folder, stem, *, extends=None):
    line = f'extends = "{extends}"\n' if extends else ""
    path = folder / f"{stem}.toml"
    path.write_text(POLICY.format(extends=line), encoding="utf-8")
    return path


def of_files(run_or_scenario):
    notices = getattr(run_or_scenario, "warnings", None) or run_or_scenario.notices
    return [notice for notice in notices if notice.kind == "file"]


# The list


def test_the_list_holds_every_file_of_the_folder_with_title_and_summary():
    listed = cs.scenarios()
    assert sorted(listed) == NAMES
    for name, entry in listed.items():
        read = cs.read_scenario(entry.path)
        assert (entry.name, entry.title, entry.summary) == (name, read.name, read.summary)


def test_the_list_reads_well_as_text_and_as_a_table():
    text, page = repr(cs.scenarios()), cs.scenarios()._repr_html_()
    assert max(map(len, text.splitlines())) <= 110
    for name, entry in cs.scenarios().items():
        assert re.search(rf"^  {name} +{re.escape(entry.title)}$", text, re.MULTILINE)
        assert " ".join(entry.summary.split()) in " ".join(text.split())
        assert f"<code>{name}</code>" in page
    assert page.count("<tr>") == len(NAMES) + 1


# By name


def test_every_name_is_the_scenario_of_its_file(folder):
    for name in NAMES:
        read = cs.read_scenario(name)
        assert read == cs.read_scenario(ROOT / "scenarios" / f"{name}.toml")
        assert read.path == cs.scenarios()[name].path
        assert not read.notices


def test_a_run_by_name_is_the_run_of_the_file(folder):
    named = cs.run(England(), "early_help_first", until="2030-03-31")
    path = ROOT / "scenarios" / "early_help_first.toml"
    assert named.annual().equals(cs.run(England(), path, until="2030-03-31").annual())


def test_a_file_extends_a_shipped_scenario_from_any_folder(folder):
    read = cs.read_scenario(own(folder, "own", extends="early_help_first"))
    own_of = [link.own_changes[0].parameter for link in (read.parent, read)]
    assert own_of == ["early_help_budget", "return_factor"]
    assert [link.name for link in read.trail][1:] == ["Current policy", "Policy of March 2020"]
    assert read.changes == (*read.parent.changes, *read.own_changes)
    assert read.extends == "early_help_first"
    assert not read.notices


def test_scenarios_of_two_folders_share_the_shipped_baseline(folder):
    mine = own(folder, "own", extends="baseline")
    found = project(England(), ["early_help_first", mine], until="2028-03-31", n_draws=0)
    assert [run.name for run in found.runs] == ["Policy of March 2020", "Early help first", "Own"]
    assert found.files["Policy of March 2020"] == cs.scenarios()["baseline"].path.resolve()
    assert found.files["Early help first"] == cs.scenarios()["early_help_first"].path


def test_the_baseline_by_name_is_not_run_twice(folder):
    found = project(England(), ["baseline", "early_help_first"], until="2028-03-31", n_draws=0)
    assert [run.name for run in found.runs] == ["Policy of March 2020", "Early help first"]


# A file beside wins


def test_a_file_of_the_present_folder_wins_and_the_run_says_so(folder):
    own(folder, "more_poverty")
    run = cs.run(England(), "more_poverty", until="2030-03-31")
    assert run.name == "Own"
    (notice,) = of_files(run)
    assert notice.subject == "more_poverty"
    assert "the file more_poverty.toml, not the other scenario" in str(notice)
    assert str(notice) in [told["text"] for told in run.provenance["notices"]]


def test_a_file_beside_wins_after_extends_wherever_the_reader_is(folder):
    (folder / "mine").mkdir()
    own(folder / "mine", "baseline")
    middle = '\nname = "Middle"\nextends = "baseline"\n'
    (folder / "mine" / "middle.toml").write_text(middle, encoding="utf-8")
    last = '\nname = "Last"\nextends = "middle"\n'
    (folder / "mine" / "last.toml").write_text(last, encoding="utf-8")
    read = cs.read_scenario("mine/last.toml")
    assert [change.parameter for change in read.changes] == ["return_factor"]
    assert [notice.subject for notice in of_files(read)] == ["baseline"]


def test_a_copy_of_a_shipped_file_is_the_same_scenario_and_nothing_to_say(folder):
    (folder / "baseline.toml").write_text(BASELINE, encoding="utf-8")
    read = cs.read_scenario(own(folder, "own", extends="baseline"))
    assert not read.notices


def test_a_path_is_that_file_and_nothing_to_say(folder):
    own(folder, "more_poverty")
    assert not cs.read_scenario("more_poverty.toml").notices


def test_what_is_said_of_a_file_stays_with_what_is_made_of_it(folder):
    own(folder, "more_poverty")
    made = cs.Scenario("Made", extends=cs.read_scenario("more_poverty"))
    assert [notice.subject for notice in made.notices] == ["more_poverty"]


def test_a_folder_of_that_name_is_no_scenario(folder):
    (folder / "early_help_first").mkdir()
    assert cs.read_scenario("early_help_first").name == "Early help first"


def test_a_shipped_scenario_extends_the_shipped_one_whatever_lies_here(folder):
    own(folder, "baseline")
    assert cs.read_scenario("early_help_first").trail[-1].changes == ()


# Names that mean nothing


@pytest.mark.parametrize(
    ("given", "fragments"),
    [
        ("early_help_frist", ["'early_help_frist' is not known", "mean 'early_help_first'?"]),
        ("moer", ["did you mean 'more'?"]),
        ("zzz", ["no file zzz.toml", "'caresim scenarios' lists"]),
        ("early_help_first.toml", ["does not exist; 'early_help_first' is shipped", "without"]),
        ("scenarios/baseline.toml", ["nor does its folder; 'baseline' is shipped"]),
    ],
)
def test_a_name_that_means_nothing_gets_advice(folder, given, fragments):
    if given == "moer":
        own(folder, "more")
    with pytest.raises(cs.ScenarioError) as caught:
        cs.read_scenario(given)
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_a_name_after_extends_that_means_nothing_gets_advice(folder):
    with pytest.raises(cs.ScenarioError, match=r"own\.toml: 'extends' names 'early_help_frist'.*"
                       r"did you mean 'early_help_first'"):  # fmt: skip
        cs.read_scenario(own(folder, "own", extends="early_help_frist"))


def test_a_name_of_a_scenario_for_another_model_means_nothing_and_says_why(folder):
    with pytest.raises(cs.ScenarioError, match=r"'more_poverty' of caresim is .* another model$"):
        cs.run(MODEL, "more_poverty")


def test_a_model_without_a_folder_of_scenarios_has_none_by_name():
    assert not cs.scenarios(MODEL)
    assert repr(cs.scenarios(MODEL)) == "No scenarios are known by name; give the path of a file"


def test_a_model_knows_the_scenarios_of_its_folder_by_name(folder):
    class Shelved(type(MODEL)):
        """The model with a folder of its own."""

        scenarios = folder

    (folder / "mine.toml").write_text('name = "Mine"\nsummary = "None."\n', encoding="utf-8")
    assert [*cs.scenarios(Shelved())] == ["mine"]
    assert cs.read_scenario("mine", Shelved()).name == "Mine"
    (folder / "odd.toml").write_text("name = \n", encoding="utf-8")
    with pytest.raises(cs.ScenarioError, match=r"odd\.toml is no scenario"):
        cs.scenarios(Shelved())


def test_a_file_for_another_model_is_refused_with_its_place(folder):
    with pytest.raises(cs.ScenarioError, match=r"current_policy_2026\.toml, change \d+: 'conf"):
        cs.run(MODEL, cs.scenarios()["more_poverty"].path)


def test_the_words_of_a_shipped_scenario_do_not_hang_on_the_folder(folder):
    assert explain(cs.read_scenario("cut_early_help"), England()).startswith("Cut early help\n")


def test_the_list_of_the_guide_is_the_list():
    guide = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    table = guide[guide.index("| File |") : guide.index("What to keep in mind")]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == NAMES


def test_the_schema_travels_with_the_scenarios():
    path = cs.scenarios()["baseline"].path.parent / "scenario.schema.json"
    assert "extends" in json.loads(path.read_text(encoding="utf-8"))["properties"]
