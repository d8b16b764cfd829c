"""What is measured in a process of its own, and the page that is made of it all."""

import mmap
import sys

import numpy as np
import pytest
import run
import run_apart
import time_processes

from caresim.engine.prepare import available_targets


def test_memory_counts_what_a_run_takes_beyond_its_results():
    taken = time_processes.measured("memory", "reference", "python", 500)
    assert taken["results"] == 32 * 11 * 500 * 8
    assert taken["all"] > 0


def test_a_run_and_the_same_again_are_timed():
    taken = time_processes.measured("twice", "reference", "python", 1)
    assert taken["again"] > 0
    assert taken["first"] > 0


def test_the_first_run_of_a_process_loads_what_the_second_has_at_hand(tmp_path):
    cold = time_processes.first_and_second(tmp_path)
    assert cold[0] > cold[1] > 0
    if "compiled" in available_targets():
        assert list(tmp_path.glob("*.kernel")), "no machine code was kept"


def test_the_peak_rises_with_memory_that_is_used():
    size = 40 * 2**20
    before = run_apart.peak(reset=True)
    # Straight from the system: the heap may hold that much free memory, which is counted already
    with mmap.mmap(-1, size) as block:
        for page in range(0, size, mmap.PAGESIZE):
            block[page] = 1
        risen = run_apart.peak() - before
    assert risen > 0.9 * size, f"40 MiB raised the peak by {risen / 2**20:.0f} MiB"


def test_england_runs_as_long_as_asked_and_stores_what_it_publishes():
    short, long = (run_apart.england_batch(2, "python", until)() for until in (2012, 2013))
    assert set(short.outputs) == set(short.model.published_names())
    assert short.n_runs == 2
    assert len(long.clock.save_dates) == len(short.clock.save_dates) + 1


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match=r"(?s)run_apart.py .* failed.*colour"):
        time_processes.measured("colour", "reference", "python", 1)


def test_the_page_holds_method_aims_and_sections_and_says_what_is_missing(monkeypatch):
    def sections(_repeats, found, missing, _release):
        def peers():
            found["pysimlin, rk4"] = 60.0
            missing.extend(["PySD is not here: no module"] * 2)
            return "The peers.\n"

        return {"peers": peers, "compiling": lambda: ""}

    monkeypatch.setattr(run, "sections", sections)
    text = run.page(7)
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == [
        "# How fast it is",
        "## Method",
        "## What caresim aims for",
        "## The reference model in other packages",
    ]
    assert "medians of 7 samples" in text
    assert text.count("- PySD is not here: no module\n") == 1
    assert "| 1,000 runs: times quicker than pysimlin, RK4 | ≥ 50 × | 60 × | yes |" in text
    assert "The peers.\n" in text


def test_every_section_has_a_title():
    assert list(run.sections(1, {}, [])) == [name for name in run.TITLES if name != "aims"]


def test_the_machine_is_described_with_what_is_installed():
    text = run.machine()
    assert f"Python {sys.version.split()[0]}" in text
    assert f"numpy {np.__version__}" in text


def test_an_unknown_section_is_refused_with_those_there_are(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "weather"])
    with pytest.raises(SystemExit):
        run.main()
    assert "peers" in capsys.readouterr().err
