"""England is timed beside another release, and beside its export where both compute the same."""

import compare_releases
import engine_size
import numpy as np
import pytest
import time_export
import time_release

import caresim as cs
from caresim.england import England


def test_a_checkout_runs_england_as_often_as_it_is_called(tmp_path):
    with time_release.called(compare_releases.ROOT, 3, tmp_path) as job:
        first, second = job(), job()
    assert first == second
    assert first.split()[0] == "3"
    assert first.split()[2] == str(len(England().stocks()))


def test_a_folder_that_holds_no_caresim_is_refused(tmp_path, capfd):
    # where this checkout is installed it is found all the same, and told from the one asked for
    refused = pytest.raises(RuntimeError, match="cannot run England")
    with time_release.called(tmp_path, 3, tmp_path) as job, refused:
        job()
    assert "caresim" in capfd.readouterr().err


def test_without_the_last_release_a_line_says_so():
    found, missing = {}, []
    assert time_release.section(1, found, missing, "no-such-ref") == ""
    assert found == {}
    assert "no-such-ref" in missing[0]


@pytest.fixture(scope="module")
def draws():
    return cs.draws(England(), 3, seed=1, structure="as published", chance=False)


def test_pysimlin_runs_each_draw_of_england_as_caresim_does(draws):
    pytest.importorskip("simlin")
    england = England()
    run = time_export.exported(england, "euler")
    time_export.refuse_disagreement(england, run, draws)
    at = england.published_names().index("looked_after")
    shown = np.array([saved[:, at] for saved in run(draws)])
    assert shown.shape == (3, 27)
    assert len(set(shown[:, -1])) == 3, "the draws were not told apart"


def test_an_export_that_computes_something_else_stops_the_benchmark(draws):
    pytest.importorskip("simlin")
    england = England()
    run = time_export.exported(england, "euler")
    with pytest.raises(SystemExit, match=r"1\.0e-08 off in .*: no time is worth having"):
        time_export.refuse_disagreement(
            england, lambda chosen: [saved * (1 + 1e-8) for saved in run(chosen)], draws
        )


def test_the_engine_has_no_more_files_than_it_aims_for():
    found = {}
    table = engine_size.section(found)
    assert found["engine files"] <= 30
    assert f"| all | {found['engine files']} |" in table
