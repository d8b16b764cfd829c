"""A folder is claimed before results are made: for one run at a time, and left as it was found."""

import json
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from caresim.language import CaresimError
from caresim.views.files import claim
from caresim.views.files.claim import CLAIM, OWNER, Place, claimed
from caresim.views.files.whole import write_all

posix = pytest.mark.skipif(os.name != "posix", reason="processes are asked after on POSIX alone")


def write(place):
    return write_all({"a.csv": "1\n"}, place, "run.json", {})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def ended():
    """Return the number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def leave_claim(folder, **owner):
    """Make a claim as a process leaves it that was stopped at once."""
    (folder / CLAIM / "token").mkdir(parents=True)
    (folder / CLAIM / "token" / "half.csv").write_text("1,")
    text = json.dumps({"host": claim._host(), "process": ended(), "token": "token", **owner})
    (folder / CLAIM / OWNER).write_text(text)


# What is claimed, and what is left


def test_a_folder_is_made_and_claimed_and_holds_the_results_alone(tmp_path):
    folder = tmp_path / "new" / "out"
    with claimed(folder) as place:
        assert names(folder) == [CLAIM], "it is there before anything is computed"
        paths = write(place)
    assert names(folder) == ["a.csv", "run.json"] == [path.name for path in paths]
    assert names(tmp_path / "new") == ["out"], "nothing beside it"


@pytest.mark.parametrize("fault", [ValueError, CaresimError, KeyboardInterrupt, SystemExit])
def test_after_a_fault_or_an_interrupt_nothing_is_left(fault, tmp_path):
    with pytest.raises(fault), claimed(tmp_path / "new" / "out"):
        raise fault
    assert names(tmp_path) == []


def test_a_folder_that_was_there_stays(tmp_path):
    with pytest.raises(ValueError, match="no"), claimed(tmp_path):
        raise ValueError("no")
    assert tmp_path.is_dir()
    assert names(tmp_path) == []


def test_a_claimed_place_may_be_handed_on(tmp_path):
    with claimed(tmp_path) as place:
        with claimed(place) as same:
            assert same is place
        assert names(tmp_path) == [CLAIM], "it is still claimed"


def test_a_folder_with_files_is_refused_unless_told(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CaresimError, match="already holds files"), claimed(tmp_path):
        pass
    with claimed(tmp_path, overwrite=True) as place:
        write(place)
    assert names(tmp_path) == ["a.csv", "notes.txt", "run.json"]


def test_a_folder_that_another_run_filled_meanwhile_is_refused(tmp_path, monkeypatch):
    real = claim._claim

    def slow(folder, *rest):
        (folder / "a.csv").write_text("of the other run")
        real(folder, *rest)

    monkeypatch.setattr(claim, "_claim", slow)
    with pytest.raises(CaresimError, match="already holds files"), claimed(tmp_path):
        pass
    assert names(tmp_path) == ["a.csv"]


def test_a_folder_behind_a_link_is_claimed(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "there")
    with claimed(tmp_path / "out") as place:
        write(place)
    assert names(tmp_path / "there") == ["a.csv", "run.json"]


@pytest.mark.parametrize("where", ["file", "file/below", "nothing"])
def test_what_cannot_be_a_folder_is_refused_in_one_sentence(where, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "nothing").symlink_to(tmp_path / "nowhere")
    before = names(tmp_path)
    with pytest.raises(CaresimError) as caught, claimed(tmp_path / where):
        pass
    assert str(caught.value).startswith(str(tmp_path / where))
    assert names(tmp_path) == before


# Two runs


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_second_run_is_refused_while_the_first_goes_on(overwrite, tmp_path):
    folder = tmp_path / "out"
    with claimed(folder, overwrite=overwrite) as place:
        with pytest.raises(CaresimError) as caught, claimed(folder, overwrite=overwrite):
            pass
        assert str(caught.value).startswith(f"another run is writing to {folder} (process ")
        write(place)
    assert names(folder) == ["a.csv", "run.json"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_of_many_at_once_one_claims(overwrite, tmp_path):
    gate = multiprocessing.Barrier(8)

    def attempt(number):
        gate.wait(timeout=60)
        try:
            with claimed(tmp_path / "deep" / "out", overwrite=overwrite) as place:
                inside.append(number)
                gate.wait(timeout=60)
                write_all({"who.txt": str(number)}, place, "run.json", {})
        except CaresimError:
            gate.wait(timeout=60)

    inside = []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))
    assert len(inside) == 1
    assert (tmp_path / "deep" / "out" / "who.txt").read_text() == str(inside[0])


# Claims that were left


@posix
def test_the_claim_of_a_process_that_was_killed_is_taken_over(tmp_path):
    program = (
        "import os, sys, signal\nfrom pathlib import Path\n"
        "from caresim.views.files.claim import claimed\n"
        "with claimed(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = tmp_path / "out"
    subprocess.run([sys.executable, "-c", program, str(folder)], check=False)
    assert names(folder) == [CLAIM], "it was left"
    with claimed(folder) as place:
        write(place)
    assert names(folder) == ["a.csv", "run.json"]


@posix
def test_a_claim_that_was_left_is_no_result(tmp_path):
    leave_claim(tmp_path)
    with claimed(tmp_path) as place:
        assert not list(place.stage.iterdir()), "nothing of the other run"
    assert names(tmp_path) == []


OWNERS = {
    "another computer": {"host": "elsewhere"},
    "no process": {"process": None},
    "a process in words": {"process": "1"},
    "no host": {"host": None},
}


@pytest.mark.parametrize("owner", OWNERS)
def test_a_claim_that_cannot_be_judged_is_refused_with_what_to_delete(owner, tmp_path):
    leave_claim(tmp_path, **OWNERS[owner])
    with pytest.raises(CaresimError) as caught, claimed(tmp_path, overwrite=True):
        pass
    assert f"if none runs any more, delete {tmp_path / CLAIM}" in str(caught.value)
    assert names(tmp_path) == [CLAIM]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00"])
def test_a_claim_without_an_owner_is_refused_with_what_to_delete(text, tmp_path):
    (tmp_path / CLAIM).mkdir()
    (tmp_path / CLAIM / OWNER).write_text(text)
    with pytest.raises(CaresimError, match=f"delete .*{CLAIM}"), claimed(tmp_path):
        pass


@posix
def test_a_claim_made_while_the_old_one_is_taken_away_is_put_back(tmp_path, monkeypatch):
    leave_claim(tmp_path)
    old, real = claim._owner(tmp_path / CLAIM), claim._runs

    def meanwhile(process):
        leave_claim_of_this_process(tmp_path)
        return False

    def leave_claim_of_this_process(folder):
        monkeypatch.setattr(claim, "_runs", real)
        text = json.dumps({**old, "process": os.getpid(), "token": "new"})
        (folder / CLAIM / OWNER).write_text(text)

    monkeypatch.setattr(claim, "_runs", meanwhile)
    with pytest.raises(CaresimError, match="another run is writing"), claimed(tmp_path):
        pass
    assert claim._owner(tmp_path / CLAIM) == {**old, "process": os.getpid(), "token": "new"}


def test_a_run_whose_claim_was_deleted_writes_nothing(tmp_path):
    folder = tmp_path / "out"
    with claimed(folder) as first:
        (folder / CLAIM).rename(tmp_path / "deleted")
        with claimed(folder) as second:
            with pytest.raises(CaresimError, match="cannot be written to"):
                write_all({"b.csv": ""}, first, "run.json", {})
            write(second)
    assert names(folder) == ["a.csv", "run.json"]


def test_a_place_is_a_folder_and_where_its_files_are_staged(tmp_path):
    with claimed(tmp_path) as place:
        assert place == Place(tmp_path, place.stage)
        assert place.stage.is_relative_to(tmp_path / CLAIM)
