"""A folder is claimed before results are made: for one run at a time, and left as it was found."""

import errno
import json
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from caresim.language import CaresimError
from caresim.language.files import write_whole
from caresim.views.files import claim, owner
from caresim.views.files.claim import CLAIM, Place, claimed, claimed_file
from caresim.views.files.owner import OWNER, Owner
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


def leave_claim(folder, **fields):
    """Make a claim as a process leaves it that was stopped at once."""
    (folder / CLAIM / "mark").mkdir(parents=True)
    (folder / CLAIM / "mark" / "half.csv").write_text("1,")
    write_owner(folder, **{"process": ended(), **fields})


def write_owner(folder, **fields):
    here = {**asdict(Owner.this()), "mark": "mark", **fields}
    (folder / CLAIM / OWNER).write_text(json.dumps(here))


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
    real = claim._taken

    def slow(folder, *rest):
        (folder / "a.csv").write_text("of the other run")
        return real(folder, *rest)

    monkeypatch.setattr(claim, "_taken", slow)
    with pytest.raises(CaresimError, match="already holds files"), claimed(tmp_path):
        pass
    assert names(tmp_path) == ["a.csv"]


def test_a_folder_behind_a_link_is_claimed(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "there")
    with claimed(tmp_path / "out") as place:
        write(place)
    assert names(tmp_path / "there") == ["a.csv", "run.json"]


def test_a_folder_on_another_disk_is_written_to(tmp_path):
    """As a volume that is mounted into a container."""
    other = Path("/dev/shm")  # noqa: S108
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second disk to try here")
    with TemporaryDirectory(dir=other) as there:
        (tmp_path / "out").symlink_to(there)
        with claimed(tmp_path / "out") as place:
            write(place)
        assert names(Path(there)) == ["a.csv", "run.json"]


@pytest.mark.parametrize("where", ["file", "file/below", "nothing"])
def test_what_cannot_be_a_folder_is_refused_in_one_sentence(where, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "nothing").symlink_to(tmp_path / "nowhere")
    before = names(tmp_path)
    with pytest.raises(CaresimError) as caught, claimed(tmp_path / where):
        pass
    assert str(caught.value).startswith(str(tmp_path / where))
    assert names(tmp_path) == before


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "a/" * 3000])
def test_what_is_no_path_is_refused_in_one_sentence(name, tmp_path):
    with pytest.raises(CaresimError, match=r"too long|a sign that stands in none") as caught:  # noqa: SIM117
        with claimed(tmp_path / name):
            pass
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == []


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
    "another computer": {"host": "elsewhere", "kernel": "another"},
    "no process": {"process": None},
    "a process in words": {"process": "1"},
    "no host": {"host": None},
    "a key too many": {"more": 1},
}


@pytest.mark.parametrize("named", OWNERS)
def test_a_claim_that_cannot_be_judged_is_refused_with_what_to_delete(named, tmp_path):
    leave_claim(tmp_path, **OWNERS[named])
    with pytest.raises(CaresimError) as caught, claimed(tmp_path, overwrite=True):
        pass
    assert f"if none runs any more, delete {tmp_path / CLAIM}" in str(caught.value)
    assert names(tmp_path) == [CLAIM]


LEFT = {
    "its number was given to another process": {"process": os.getpid()},
    "its container is gone": {"host": "elsewhere"},
    "the computer was started anew": {"kernel": "another"},
}


@posix
@pytest.mark.parametrize("how", LEFT)
def test_a_claim_that_nobody_locks_any_more_is_taken_over(how, tmp_path):
    leave_claim(tmp_path, **LEFT[how])
    with claimed(tmp_path) as place:
        write(place)
    assert names(tmp_path) == ["a.csv", "run.json"]


@posix
def test_where_a_disk_has_no_locks_the_process_tells(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(owner.fcntl, "flock", unsupported)
    with claimed(tmp_path), pytest.raises(CaresimError) as caught, claimed(tmp_path):
        pass
    assert f"(process {os.getpid()})" in str(caught.value)
    assert "if that process is none of caresim's, delete" in str(caught.value)
    leave_claim(tmp_path, is_locked=False)
    with claimed(tmp_path) as place:
        write(place)
    assert names(tmp_path) == ["a.csv", "run.json"]


@posix
def test_the_workers_of_a_run_that_was_killed_are_waited_for(tmp_path):
    program = (
        "import os, sys, time\nfrom pathlib import Path\n"
        "from caresim.views.files.claim import claimed\n"
        "with claimed(Path(sys.argv[1])):\n"
        "    if os.fork(): os._exit(9)\n"
        "    time.sleep(0.5)\n    os._exit(0)\n"
    )
    folder = tmp_path / "out"
    subprocess.run([sys.executable, "-c", program, str(folder)], check=False)
    assert names(folder) == [CLAIM], "it was left"
    with claimed(folder) as place:
        write(place)
    assert names(folder) == ["a.csv", "run.json"]


@posix
def test_an_owner_that_is_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / CLAIM).mkdir()
    os.mkfifo(tmp_path / CLAIM / OWNER)
    with pytest.raises(CaresimError, match="delete"), claimed(tmp_path):
        pass


@posix
def test_what_a_claim_is_made_of_is_no_claim_yet(tmp_path):
    """A run may be killed at any moment: what is left then is in nobody's way."""
    (tmp_path / f"{CLAIM}-0123").mkdir()
    (tmp_path / CLAIM).mkdir()
    with claimed(tmp_path) as place:
        write(place)
    assert {"a.csv", "run.json"} < set(names(tmp_path))


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00"])
def test_a_claim_without_an_owner_is_refused_with_what_to_delete(text, tmp_path):
    (tmp_path / CLAIM).mkdir()
    (tmp_path / CLAIM / OWNER).write_text(text)
    with pytest.raises(CaresimError, match=f"delete .*{CLAIM}"), claimed(tmp_path):
        pass


@posix
def test_a_claim_made_while_the_old_one_is_taken_away_is_put_back(tmp_path, monkeypatch):
    leave_claim(tmp_path)
    real = Owner.state

    def meanwhile(found, stage):
        monkeypatch.setattr(Owner, "state", real)
        write_owner(tmp_path, mark="new", is_locked=False)
        return "ended"

    monkeypatch.setattr(Owner, "state", meanwhile)
    with pytest.raises(CaresimError, match="another run is writing"), claimed(tmp_path):
        pass
    assert owner.read_owner(tmp_path / CLAIM).mark == "new"


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


# One file


def test_the_place_of_a_file_is_claimed_and_what_was_made_for_it_goes(tmp_path):
    file = tmp_path / "new" / "a.xmile"
    with claimed_file(file):
        with pytest.raises(CaresimError) as caught, claimed_file(file):
            pass
        assert str(caught.value).startswith(f"another run is writing to {file} (process ")
        with claimed_file(file.with_name("b.xmile")):
            pass
    assert names(tmp_path) == []


def test_a_file_may_be_written_beside_results_that_are_being_made(tmp_path):
    with claimed_file(tmp_path / "a.xmile"), claimed(tmp_path) as place:
        write(place)
    assert names(tmp_path) == ["a.csv", "run.json"]


def test_a_name_as_long_as_a_disk_takes_is_claimed(tmp_path):
    file = tmp_path / ("a" * 249 + ".xmile")
    with claimed_file(file):
        write_whole({file: "<xmile/>"})
    assert names(tmp_path) == [file.name]


def test_what_can_be_gone_on_from_is_noted_on_a_fault(tmp_path):
    (tmp_path / "parts").mkdir()
    with pytest.raises(KeyboardInterrupt) as caught, claimed(tmp_path, unfinished="parts"):
        raise KeyboardInterrupt
    assert caught.value.__notes__ == [
        f"what is done is kept in {tmp_path / 'parts'}, and the same command goes on from there"
    ]
