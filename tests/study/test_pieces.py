"""What is done of a long task is used again, only for what it was made of, and never in its way."""

import os
from dataclasses import replace

import numpy as np
import pytest

from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation
from caresim.study.fit import calibrate as calibrating
from caresim.study.fit.calibrate import calibrate
from caresim.study.pieces import keep_piece, read_piece, remove_pieces


class Leaving(Model):
    """Children who leave care at a rate to be estimated."""

    parameters = p = Parameters(
        {
            "rate": Parameter(
                "rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                prior=Prior("lognormal", 0.3, 5),
            ),
            "start": Parameter("start", 1000.0, "child"),
        }
    )  # fmt: skip
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)


FIGURES = Observed(
    tuple(
        Observation(
            "care", f"20{y:02d}-{y + 1}", 1000.0 * 0.8 ** (y - 8), *[""] * 6, tolerance=0.01
        )
        for y in range(9, 14)
    )
)


@pytest.fixture
def ended(monkeypatch):
    """Return a list of the starts that are followed to their end from now on."""
    found, real = [], calibrating.minimum

    def counting(problem, start, *rest, exact=True):
        if not exact:  # those after it begin where starts led to
            found.append(start.tolist())
        return real(problem, start, *rest, exact=exact)

    monkeypatch.setattr(calibrating, "minimum", counting)
    return found


def fit(folder=None, **options):
    given = {"model": Leaving(), "observed": FIGURES, "progress": False, **options}
    return calibrate(given.pop("model"), **given, parts=folder)


def same(a, b):
    assert a.values == b.values
    assert (a.steps, a.converged, a.n_points) == (b.steps, b.converged, b.n_points)
    np.testing.assert_array_equal(a.residuals, b.residuals)
    np.testing.assert_array_equal(a.jacobian, b.jacobian)


def test_a_fit_that_was_stopped_goes_on_from_the_starts_that_are_done(tmp_path, ended):
    whole = fit(starts=4)
    assert len(ended) == 4
    fit(tmp_path, starts=2)
    same(fit(tmp_path, starts=4), whole)
    assert len(ended) == 4 + 2 + 2, "two of four were there"
    same(fit(tmp_path, starts=4), whole)
    assert len(ended) == 8


LOOSER = Observed(tuple(replace(row, tolerance=0.02) for row in FIGURES.observations))
OTHERS = {
    "figures": {"observed": FIGURES.until("2012-13")},
    "tolerance": {"observed": LOOSER},
    "a number": {"model": Leaving(start=900.0)},
    "steps": {"most_steps": 2},
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_what_was_made_of_anything_else_is_made_anew(other, tmp_path, ended):
    fit(tmp_path)
    found = fit(tmp_path, **OTHERS[other])
    assert len(ended) == 2
    same(found, fit(**OTHERS[other]))


def test_a_version_of_caresim_does_not_take_what_another_left(tmp_path, ended, monkeypatch):
    fit(tmp_path)
    monkeypatch.setattr("caresim.study.pieces.__version__", "0.0.1")
    fit(tmp_path)
    assert len(ended) == 2


DAMAGE = ["", "{", "null", '{"caresim_piece": "', '{"caresim_piece": "key"}', "\x00", "[" * 9999]


@pytest.mark.parametrize("text", DAMAGE)
def test_a_piece_that_is_damaged_is_none(text, tmp_path):
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert read_piece(tmp_path, "a", "key") is None
    keep_piece(tmp_path, "a", "key", [1.5, None])
    assert read_piece(tmp_path, "a", "key") == [1.5, None]
    assert read_piece(tmp_path, "a", "another key") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    assert read_piece(tmp_path, "a", "key") is None
    remove_pieces(tmp_path)
    assert (tmp_path / "a.json").exists()


def test_where_nothing_can_be_kept_the_fit_goes_on(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    same(fit(tmp_path / "file" / "below"), fit())


def test_pieces_alone_are_removed_and_files_of_one_s_own_stay(tmp_path):
    keep_piece(tmp_path / "own", "my_data", "key", 1)
    (tmp_path / "own" / "my_thesis.json").write_text("{}", encoding="utf-8")
    remove_pieces(tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["my_thesis.json"]
    keep_piece(tmp_path / "ours", "a", "key", 1)
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    remove_pieces(tmp_path / "link")
    assert read_piece(tmp_path / "ours", "a", "key") == 1, "no link is followed"
    (tmp_path / "ours" / ".b.json-left").mkdir()
    (tmp_path / "ours" / ".b.json-left" / "b.json").write_text("{half", encoding="utf-8")
    remove_pieces(tmp_path / "ours")
    assert not (tmp_path / "ours").exists()
