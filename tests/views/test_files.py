"""Files are written whole; of an earlier run go those that caresim wrote and nobody has changed."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim import __version__
from caresim.language import CaresimError
from caresim.views.files.claim import claimed
from caresim.views.files.whole import _is_inside, write_all

FILES = {"a.csv": "1\n", "page.html": "é", "figures/b.png": b"\x89PNG"}


def write(folder, files, told=None):
    with claimed(folder, overwrite=True) as place:
        return write_all(files, place, "run.json", told or {})


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def record(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def digest(data):
    return hashlib.sha256(data).hexdigest()


def forge(folder, digests, others=None):
    """Write a record that says of itself that caresim wrote it."""
    made = {"written_by": f"caresim {__version__}", "files": list(digests), "digests": digests}
    text = json.dumps({**made, **(others or {})})
    (folder / "run.json").write_text(text, encoding="utf-8")


def test_the_record_names_its_writer_and_every_file_with_its_digest(tmp_path):
    paths = write(tmp_path, FILES, {"runs": [1]})
    found = contents(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in paths] == [*FILES, "run.json"]
    assert record(tmp_path) == {
        "written_by": f"caresim {__version__}",
        "runs": [1],
        "files": [*FILES, "run.json"],
        "digests": {name: digest(found[name]) for name in FILES},
    }


def test_files_of_an_earlier_run_go_and_those_of_one_s_own_stay(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / "figures" / "mine.png").write_bytes(b"mine")
    write(tmp_path, {"c.csv": ""})
    assert set(contents(tmp_path)) == {"c.csv", "run.json", "figures/mine.png"}


@pytest.mark.parametrize("name", ["a.csv", "figures/b.png"])
def test_a_file_that_was_changed_since_stays(name, tmp_path):
    write(tmp_path, FILES)
    (tmp_path / name).write_bytes(b"changed by hand")
    write(tmp_path, {"c.csv": ""})
    assert set(contents(tmp_path)) == {"c.csv", "run.json", name}


MINE = {"thesis.docx": b"three years of work"}
FOREIGN = {
    "another program": {"written_by": "another 1.0"},
    "no writer": {"written_by": None},
    "a name that begins alike": {"written_by": "caresimilar 1"},
    "no digests": {"digests": None},
    "a list of digests": {"digests": ["thesis.docx"]},
    "another digest": {"digests": {"thesis.docx": "0" * 64}},
    "no digest": {"digests": {"thesis.docx": None}},
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_record_that_caresim_did_not_write_makes_nothing_go(kind, tmp_path):
    (tmp_path / "thesis.docx").write_bytes(MINE["thesis.docx"])
    forge(tmp_path, {"thesis.docx": digest(MINE["thesis.docx"])}, FOREIGN[kind])
    write(tmp_path, {"a.csv": "1\n"})
    assert contents(tmp_path)["thesis.docx"] == MINE["thesis.docx"]


@pytest.mark.parametrize("text", ["", "old", "[]", "[" * 100_000, '"caresim"', "null", "\x00"])
def test_what_is_no_record_makes_nothing_go(text, tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "run.json").write_text(text)
    write(tmp_path, {"a.csv": "1\n"})
    assert set(contents(tmp_path)) == {"a.csv", "mine", "run.json"}


@pytest.mark.parametrize("name", ["../outside", "figures/../../outside", "figures/../outside"])
def test_nothing_outside_the_folder_goes(name, tmp_path):
    folder = tmp_path / "out"
    (folder / "figures").mkdir(parents=True)
    for place in (tmp_path, folder):
        (place / "outside").write_bytes(b"mine")
    for listed in (name, str(tmp_path / "outside")):
        forge(folder, {listed: digest(b"mine")})
        write(folder, {"a.csv": "1\n"})
    assert (tmp_path / "outside").read_bytes() == b"mine"
    assert (folder / "outside").read_bytes() == b"mine"


@given(st.text() | st.sampled_from(["..", ".", "", "figures/", "figures/..", "/", "a/b", "C:/x"])
       | st.lists(st.sampled_from(["a", "..", ".", "", "b.csv"])).map("/".join))  # fmt: skip
def test_what_is_inside_is_a_plain_name_below_plain_folders(name):
    if _is_inside(name):
        assert not {"", ".", ".."} & set(name.split("/"))
        assert Path("out", name).resolve().is_relative_to(Path("out").resolve())


@pytest.mark.parametrize("name", ["a.csv", "figures/a.png", "hub/model-output/a/b.csv"])
def test_plain_names_are_inside(name):
    assert _is_inside(name)


@pytest.mark.parametrize("name", ["..", "../a", "a/../../b", "/etc/a", "a//b", "a/", ""])
def test_what_leads_out_is_not_inside(name):
    assert not _is_inside(name)


def test_no_link_is_followed_when_files_go(tmp_path):
    folder, there = tmp_path / "out", tmp_path / "there"
    folder.mkdir()
    there.mkdir()
    (there / "b.png").write_bytes(b"mine")
    (folder / "figures").symlink_to(there)
    (folder / "a.csv").symlink_to(there / "b.png")
    forge(folder, {"a.csv": digest(b"mine"), "figures/b.png": digest(b"mine")})
    write(folder, {"c.csv": ""})
    assert contents(there) == {"b.png": b"mine"}
    assert (folder / "a.csv").is_symlink()


def test_a_record_behind_a_link_is_not_read(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine").write_bytes(b"mine")
    forge(tmp_path, {"mine": digest(b"mine")})
    (folder / "run.json").symlink_to(tmp_path / "run.json")
    write(folder, {"a.csv": ""})
    assert (folder / "mine").read_bytes() == b"mine"
    assert record(tmp_path)["files"] == ["mine"], "nor written to"


def test_figures_are_not_written_behind_a_link(tmp_path):
    folder, there = tmp_path / "out", tmp_path / "there"
    folder.mkdir()
    there.mkdir()
    (folder / "figures").symlink_to(there)
    with pytest.raises(CaresimError, match="figures is a link to another place"):
        write(folder, FILES)
    assert contents(there) == {}
    assert contents(folder) == {}


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_replaced(tmp_path):
    write(tmp_path, {"a.csv": "1\n"})
    before = contents(tmp_path)
    (tmp_path / "page.html").mkdir()
    with pytest.raises(CaresimError, match=r"page\.html is a folder where a file is to be"):
        write(tmp_path, {**FILES, "a.csv": "2\n"})
    assert contents(tmp_path) == before
