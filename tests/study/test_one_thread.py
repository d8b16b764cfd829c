"""The linear algebra of fits runs on one thread, and what a caller has set comes back after it."""

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import caresim as cs
from caresim.england import England
from caresim.study.fit import calibrate as fitting
from caresim.study.fit.one_thread import one_thread
from caresim.study.named_model import model_named

NORLAND = f"{Path(__file__).parents[1] / 'library_model' / 'norland.py'}:Norland"


def blas_threads():
    return [p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas"]


def test_blas_has_one_thread_inside_and_what_it_had_outside():
    before = blas_threads()
    with one_thread():
        assert set(blas_threads()) == {1}
    assert blas_threads()[: len(before)] == before


def test_threads_come_back_after_a_fault():
    before = blas_threads()
    with pytest.raises(ValueError, match="stop"), one_thread():
        raise ValueError("stop")
    assert blas_threads()[: len(before)] == before


def test_a_fit_and_its_draws_run_in_it(monkeypatch):
    """Seen from inside: whenever the misfit is computed, BLAS has one thread."""
    seen = []
    plain = fitting.Misfit.misses

    def misses(self, columns, **options):
        seen.append(set(blas_threads()))
        return plain(self, columns, **options)

    monkeypatch.setattr(fitting.Misfit, "misses", misses)
    few = cs.calibrate(model_named(NORLAND), progress=False, scales="listed", most_steps=2)
    fitted, drawn = len(seen), few.draws(2, seed=1)
    assert fitted > 2
    assert len(seen) > fitted
    assert set().union(*seen) == {1}
    assert drawn.n_runs == 2


def test_a_fit_is_the_same_whatever_threads_the_caller_allows():
    figures = England.observed.until("2013-14")
    with threadpool_limits(1):
        alone = cs.calibrate(England(), figures, progress=False, most_steps=3)
    free = cs.calibrate(England(), figures, progress=False, most_steps=3)
    np.testing.assert_array_equal(alone.jacobian, free.jacobian)
    assert alone.values == free.values
