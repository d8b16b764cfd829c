"""Runs that memory cannot hold are refused before they begin."""

import os
import sys

import pytest

from caresim.engine import memory
from caresim.engine.memory import available_memory, refuse_if_too_large
from caresim.language import RunError

SIZE = {"n_runs": 1000, "n_moments": 27, "n_levels": 10, "n_rates": 20}
STORED = 8 * 1000 * (27 * 10 + 26 * 20)  # levels at every moment, rates between them


def test_a_run_that_just_fits_is_made():
    refuse_if_too_large(**SIZE, available=STORED)


def test_a_run_that_is_one_byte_too_large_is_refused():
    with pytest.raises(RunError):
        refuse_if_too_large(**SIZE, available=STORED - 1)


def test_working_space_counts():
    refuse_if_too_large(**SIZE, working=500, available=STORED + 500)
    with pytest.raises(RunError):
        refuse_if_too_large(**SIZE, working=500, available=STORED + 499)


def test_the_refusal_says_what_is_needed_what_there_is_and_what_to_do():
    with pytest.raises(RunError) as caught:
        refuse_if_too_large(10**9, 27, 30, 40, available=16 * 10**9)
    assert str(caught.value) == (
        "1,000,000,000 runs of 70 stored quantities at 27 moments need 14.8 TB of memory, and "
        "16.0 GB are free: store less with outputs=[…] or every='year', or take fewer draws"
    )


def test_a_single_run_is_called_one_run():
    with pytest.raises(RunError, match=r"^1 run of 3 stored quantities at 2 moments need 32 bytes"):
        refuse_if_too_large(1, 2, 1, 2, available=5)


def test_an_absurd_request_is_refused_on_this_machine():
    with pytest.raises(RunError, match="memory"):
        refuse_if_too_large(10**12, 27, 30, 40)


def test_an_ordinary_request_is_not_refused_on_this_machine():
    refuse_if_too_large(1000, 27, 15, 15, working=10**6)


def test_a_system_that_does_not_say_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    refuse_if_too_large(10**12, 27, 30, 40)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (123_456_789, "123 MB"),
     (14.84e12, "14.8 TB"), (5e18, "5,000 PB")],
)  # fmt: skip
def test_sizes_are_written_for_people(count, text):
    assert memory._size(count) == text


# What the system says


@pytest.mark.skipif(sys.platform == "win32", reason="reads the size of the machine with sysconf")
def test_what_is_available_is_some_of_the_machine():
    found = available_memory()
    assert found is not None
    assert 0 < found <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows")
def test_windows_says_what_is_available():
    assert memory._of_windows() > 10**6


def test_the_kernel_s_figure_is_read_in_kilobytes(tmp_path):
    table = tmp_path / "meminfo"
    table.write_text("MemTotal:  9000 kB\nMemFree:  10 kB\nMemAvailable:    2048 kB\n")
    assert memory._of_linux(table) == [2048 * 1024]
    table.write_text("MemTotal:  9000 kB\n")
    assert memory._of_linux(table) == []
    assert memory._of_linux(tmp_path / "absent") == []


def group(folder, version, limit, use, stat=""):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(memory.GROUP_FILES[version][:2], (limit, use), strict=True):
        (folder / name).write_text(f"{text}\n")
    (folder / "memory.stat").write_text(stat)


@pytest.fixture
def groups(tmp_path):
    """Return a function that reads made-up control groups for one line of a process's groups."""

    def read(line):
        own = tmp_path / "cgroup"
        own.write_text(f"3:cpu:/elsewhere\n{line}\n")
        return memory._of_groups(own, tmp_path / "mounted")

    return read


def test_a_container_s_limit_counts_and_files_in_memory_are_given_back(groups, tmp_path):
    group(tmp_path / "mounted", 2, 1000, 700, "anon 400\ninactive_file 300\n")
    assert groups("0::/") == [600]


def test_the_limits_of_parents_count_too(groups, tmp_path):
    group(tmp_path / "mounted" / "user", 2, 900, 100)
    group(tmp_path / "mounted" / "user" / "job", 2, 5000, 50)
    assert sorted(groups("0::/user/job")) == [800, 4950]


def test_a_group_without_a_limit_leaves_the_machine_s(groups, tmp_path):
    group(tmp_path / "mounted", 2, "max", 700)
    assert groups("0::/") == []


def test_groups_of_the_first_version_are_read(groups, tmp_path):
    stat = "inactive_file 1\ntotal_inactive_file 30\n"
    group(tmp_path / "mounted" / "memory" / "job", 1, 1000, 400, stat)
    group(tmp_path / "mounted" / "memory", 1, 9223372036854771712, 400)
    assert groups("4:memory:/job") == [630]


def test_a_group_that_is_over_its_limit_has_nothing_left(groups, tmp_path):
    group(tmp_path / "mounted", 2, 1000, 1001)
    assert groups("0::/") == [0]


def test_a_path_of_the_host_is_looked_up_from_the_root(groups, tmp_path):
    group(tmp_path / "mounted", 2, 1000, 250)
    assert groups("0::/kubepods/pod1/unknown_here") == [750]
