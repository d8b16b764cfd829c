"""`caresim export`: the file it writes, what it says, and how it ends."""

from importlib.util import find_spec
from xml.etree import ElementTree as ET

import pytest
from calls import EARLY_HELP, ROOT, scenario

import caresim
from caresim.england import England
from caresim.views.files.claim import claimed_file
from caresim.views.xmile import verify

NORLAND = ROOT / "tests" / "library_model" / "norland.py"
LIMITS = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}sim_specs/"
NEEDS_AN_ENGINE = pytest.mark.skipif(
    find_spec("pysd") is None and find_spec("simlin") is None,
    reason="neither PySD nor simlin is installed here",
)


def until_of(path):
    root = ET.parse(path).getroot()  # noqa: S314
    return root.findtext(LIMITS + LIMITS.partition("}")[0] + "}stop")


def test_the_file_is_that_of_python(call, tmp_path):
    file = tmp_path / "england.xmile"
    answer = call("export", file)
    assert answer.status == 0, answer.err
    assert answer.out.startswith(f"{file}: <England: ")
    assert answer.out.endswith("for Euler with 16 steps a year\n")
    ours = caresim.write_xmile(England(), tmp_path / "ours.xmile")
    assert file.read_bytes() == ours.read_bytes()


def test_scenario_horizon_and_steps_are_those_asked_for(call, tmp_path):
    file = tmp_path / "early.xmile"
    options = ("--scenario", EARLY_HELP, "--until", "2040-03-31", "--steps", "32")
    answer = call("export", file, *options)
    assert answer.status == 0, answer.err
    assert until_of(file) == "2040"
    text = file.read_text(encoding="utf-8")
    assert "<name>England: Early help first</name>" in text
    assert "<dt>0.03125</dt>" in text
    assert "Changed by the scenario" in text


def test_a_file_that_is_there_is_kept_unless_told(call, tmp_path):
    file = tmp_path / "england.xmile"
    file.write_text("mine", encoding="utf-8")
    assert "is there already" in call("export", file).refused()
    assert file.read_text(encoding="utf-8") == "mine"
    assert call("export", file, "--overwrite").status == 0
    assert until_of(file) == "2035"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--steps", "12"), "steps_per_year=12 cannot be exported exactly"),
        (
            ("--steps", "4"),
            "with Euler and 4 steps a year, as the file would say, the model cannot",
        ),
        (("--steps", "0"), "--steps"),
        (("--until", "2030-01-01"), "31 March"),
        (("--scenario", "nothing.toml"), "nothing.toml"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line(call, options, said, tmp_path):
    assert said in call("export", tmp_path / "england.xmile", *options).refused()
    assert not list(tmp_path.iterdir()), "something was written"


@pytest.mark.parametrize("name", ["england.txt", "england"])
def test_an_ending_that_other_programs_do_not_know_is_refused(call, name, tmp_path):
    assert "must end in .xmile" in call("export", tmp_path / name).refused()


@pytest.mark.parametrize("verb", ["export", "document"])
def test_a_file_that_another_call_is_making_is_refused_before_anything_is_made(
    verb, call, tmp_path
):
    file = tmp_path / ("england.xmile" if verb == "export" else "england.md")
    named = (file,) if verb == "export" else ("--out", file)
    with claimed_file(file):
        for more in ((), ("--overwrite",)):
            assert f"another run is writing to {file}" in call(verb, *named, *more).refused()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["export", "document"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_made(
    verb, call, tmp_path, monkeypatch
):
    monkeypatch.setattr("caresim.cli.model_files.served", lambda _: pytest.fail("was made"))
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    named = ("x.xmile",) if verb == "export" else ("--out", "x.md")
    path = tmp_path / "file" / named[-1]
    if verb == "document":  # which loads the model first, and draws it afterwards
        monkeypatch.undo()
        monkeypatch.setattr(
            "caresim.views.document.page.page_files", lambda *_: pytest.fail("was made")
        )
    assert "cannot be written to" in call(verb, *named[:-1], path).refused()


def test_a_folder_is_refused(call, tmp_path):
    (tmp_path / "a.xmile").mkdir()
    assert "is a folder" in call("export", tmp_path / "a.xmile", "--overwrite").refused()


@NEEDS_AN_ENGINE
def test_a_verified_export_says_what_each_engine_found(call, tmp_path):
    """Of a small model; that they find the same of England is tested with the engines."""
    policy = scenario(tmp_path, "policy", parameter="call_share", amount="0.123456789012")
    asked = ("--model", f"{NORLAND}:Norland", "--scenario", policy, "--verify")
    answer = call("export", tmp_path / "norland.xmile", *asked)
    assert answer.status == 0, answer.out + answer.err
    lines = answer.out.splitlines()[1:]
    for label, module in (("PySD", "pysd"), ("simlin", "simlin")):
        line = next(line for line in lines if line.startswith(label))
        assert ("agrees with caresim's Euler on all" in line) == (find_spec(module) is not None)
    if find_spec("simlin"):
        assert lines[-1] == "simlin's unit check: clean"


@pytest.mark.skipif(find_spec("simlin") is None, reason="simlin is not installed here")
def test_an_engine_that_differs_ends_with_status_one(call, tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "ENGINES", {"simlin": verify.ENGINES["simlin"]})
    monkeypatch.setattr(verify, "TOLERANCE", -1.0)
    answer = call("export", tmp_path / "england.xmile", "--until", "2012-03-31", "--verify")
    assert answer.status == 1
    assert "simlin" in answer.out
    assert "DIFFERS FROM" in answer.out
    assert (tmp_path / "england.xmile").exists(), "the file stays, to be looked into"
