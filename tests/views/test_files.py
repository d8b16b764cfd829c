"""Files are written whole; of an earlier run go those that caresim wrote and nobody has changed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
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
    with pytest.warns(UserWarning, match=f"keeps what was changed since, .*: {name}$"):
        write(tmp_path, {"c.csv": ""})
    assert set(contents(tmp_path)) == {"c.csv", "run.json", name}


@pytest.mark.parametrize("name", ["a.csv", "figures/b.png", "run.json", "new.csv"])
def test_a_file_that_is_not_as_caresim_wrote_it_is_kept_beside_the_new_one(name, tmp_path):
    write(tmp_path, FILES)
    (tmp_path / name).write_bytes(b"three years of work")
    with pytest.warns(UserWarning, match=f"{name} as .*kept1"):
        write(tmp_path, {**FILES, "new.csv": "2"})
    (tmp_path / name).write_bytes(b"a fourth year")
    with pytest.warns(UserWarning, match="kept2"):
        write(tmp_path, {**FILES, "new.csv": "3"})
    found = contents(tmp_path)
    stem, suffix = name.split(".")
    assert found[f"{stem}.kept1.{suffix}"] == b"three years of work"
    assert found[f"{stem}.kept2.{suffix}"] == b"a fourth year"
    assert found["new.csv"] == b"3"


def test_a_link_in_the_way_is_kept_and_not_followed(tmp_path):
    (tmp_path / "there").write_bytes(b"mine")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").symlink_to(tmp_path / "there")
    with pytest.warns(UserWarning, match=r"a\.csv as a\.kept1\.csv"):
        write(folder, FILES)
    assert (folder / "a.kept1.csv").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"mine"


def test_what_an_interrupted_overwriting_had_written_already_is_not_kept_twice(tmp_path):
    write(tmp_path, {"a.csv": "1"})
    (tmp_path / "a.csv").write_bytes(b"2")  # as the run that was stopped before its record
    write(tmp_path, {"a.csv": "2"})
    assert set(contents(tmp_path)) == {"a.csv", "run.json"}


def test_a_record_that_is_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "run.json")
    with pytest.warns(UserWarning, match=r"run\.json as run\.kept1\.json"):
        write(tmp_path, FILES)
    assert record(tmp_path)["files"] == [*FILES, "run.json"]


def test_half_a_letter_as_a_path_may_have_it_is_written_as_its_code(tmp_path):
    write(tmp_path, {"a.csv": "plan\udcff"}, {"file": "plan\udcff.toml"})
    assert (tmp_path / "a.csv").read_bytes() == b"plan\\udcff"
    assert record(tmp_path)["file"] == "plan\udcff.toml"


# What cannot be written where it was meant for


def instead(fault):
    """Return the folder that a sentence says the results are in."""
    found = re.search("; the results are in (.*) instead$", str(fault.value))
    assert found, str(fault.value)
    return Path(found[1])


def test_results_that_cannot_be_put_in_place_are_written_elsewhere_and_it_is_said(tmp_path):
    folder = tmp_path / "out"
    (folder / "page.html").mkdir(parents=True)
    with pytest.raises(CaresimError, match=r"page\.html is a folder where") as fault:
        write(folder, FILES)
    assert contents(folder) == {}
    found = contents(instead(fault))
    assert set(found) == {*FILES, "run.json"}
    assert instead(fault).parent == tmp_path, "beside it, where that can be done"


def test_results_whose_folder_was_deleted_meanwhile_are_written_elsewhere(tmp_path):
    with claimed(tmp_path / "out") as place:
        shutil.rmtree(tmp_path / "out")
        with pytest.raises(CaresimError, match="out cannot be written to") as fault:
            write_all(FILES, place, "run.json", {})
    assert set(contents(instead(fault))) == {*FILES, "run.json"}


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX")
def test_on_a_full_disk_no_half_file_is_left(tmp_path):
    program = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from caresim.views.files.claim import claimed\n"
        "from caresim.views.files.whole import write_all\n"
        "with claimed(Path(sys.argv[1])) as place:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "    write_all({'a.csv': '1', 'b.csv': 'x' * 2000}, place, 'run.json', {})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "out"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path),
             "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stderr.strip().endswith("CaresimError: out cannot be written to: File too large")
    assert contents(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


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
    with pytest.warns(UserWarning, match=r"thesis\.docx$|run\.json as run\.kept1\.json$"):
        write(tmp_path, {"a.csv": "1\n"})
    assert contents(tmp_path)["thesis.docx"] == MINE["thesis.docx"]


@pytest.mark.parametrize("text", ["", "old", "[]", "[" * 100_000, '"caresim"', "null", "\x00"])
def test_what_is_no_record_makes_nothing_go(text, tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "run.json").write_text(text)
    with pytest.warns(UserWarning, match=r"run\.json as run\.kept1\.json$"):
        write(tmp_path, {"a.csv": "1\n"})
    assert set(contents(tmp_path)) == {"a.csv", "mine", "run.json", "run.kept1.json"}
    assert (tmp_path / "run.kept1.json").read_text() == text


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
    with pytest.warns(UserWarning, match="kept1"):
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
