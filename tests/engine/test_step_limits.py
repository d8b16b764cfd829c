"""What a run says of stocks that are passed through too fast for its step."""

import pytest

from caresim.engine.clock import Clock
from caresim.engine.methods import METHODS
from caresim.engine.step_limits import FEWEST_STEPS, step_notices

CLOCK = Clock(2009, 2035, 16)
LABELS = {"enquiry": "Under enquiry", "assessment": "Being assessed", "care": "Looked after"}


def texts(turnover, method="rk4", clock=CLOCK):
    return [str(notice) for notice in step_notices(turnover, LABELS, clock, method)]


def test_slow_stocks_are_not_spoken_of():
    assert step_notices({"care": 0.5, "assessment": 0.0}, LABELS, CLOCK, "rk4") == []
    assert step_notices({}, LABELS, CLOCK, "rk4") == []


def test_a_stay_of_three_steps_is_enough_and_a_shorter_one_is_noticed():
    three = 16 / FEWEST_STEPS
    assert texts({"care": three * 0.999}) == []
    assert len(texts({"care": three * 1.001})) == 1


def test_the_notice_names_the_stays_with_years_and_steps_and_says_what_to_do():
    notices = step_notices({"assessment": 1 / 0.13, "enquiry": 1 / 0.0575}, LABELS, CLOCK, "rk4")
    assert [(n.kind, n.subject) for n in notices] == [("step", "enquiry")]
    assert str(notices[0]) == (
        "the shortest stay in 'Under enquiry' (0.058 years, 0.9 steps) and 'Being assessed' "
        "(0.13 years, 2.1 steps) is under 3 steps, so that the step may be too coarse there; "
        "cs.check_step(model) measures what that changes"
    )


def test_a_stock_without_a_label_keeps_its_name():
    assert "the shortest stay in 'queue' (0.1 years" in texts({"queue": 10.0})[0]


def test_a_long_list_is_cut_after_the_four_shortest_stays():
    (text,) = texts({f"s{i}": 6.0 + i for i in range(7)})
    named = [text.index(f"'s{i}'") for i in (6, 5, 4, 3)]
    assert named == sorted(named), "shortest first"
    assert "'s2'" not in text
    assert " and 3 more is under 3 steps" in text


def test_four_stays_are_all_named():
    (text,) = texts({f"s{i}": 6.0 + i for i in range(4)})
    assert "more" not in text
    assert "and 's0' (" in text


@pytest.mark.parametrize("method", METHODS)
def test_half_of_what_the_method_keeps_stable_is_too_fast(method):
    edge = METHODS[method].stability / 2 * 16
    (mild,) = step_notices({"care": edge * 0.99}, LABELS, CLOCK, method)
    assert "may be too coarse" in str(mild)
    (strong,) = step_notices({"care": edge * 1.01}, LABELS, CLOCK, method)
    assert (strong.kind, strong.subject) == ("step", "care")
    assert str(strong) == (
        f"the stock 'Looked after' turns over {edge * 1.01:.1f} times a year, too fast for "
        f"16 {method} steps a year: results may be wrong; take more steps"
    )


def test_each_stock_is_spoken_of_once_the_strong_notices_first():
    notices = step_notices({"care": 6.0, "enquiry": 40.0}, LABELS, CLOCK, "rk4")
    assert [n.subject for n in notices] == ["enquiry", "care"]
    assert "Under enquiry" not in str(notices[1])


def test_more_steps_a_year_put_both_notices_to_rest():
    turnover = {"care": 6.0, "enquiry": 40.0}
    assert len(texts(turnover)) == 2
    assert texts(turnover, clock=Clock(2009, 2035, 128)) == []


def test_a_model_that_was_checked_says_what_finer_steps_change():
    (notice,) = step_notices({"enquiry": 1 / 0.0575}, LABELS, CLOCK, "rk4", 2e-7)
    assert notice.kind == "checked"
    assert str(notice) == (
        "the shortest stay in 'Under enquiry' (0.058 years, 0.9 steps) is under 3 steps; with the "
        "model's shipped values finer steps change no published output by more than 0.00002 %"
    )


@pytest.mark.parametrize(("steps", "method"), [(8, "rk4"), (16, "euler")])
def test_the_check_does_not_speak_for_coarser_steps_or_another_method(steps, method):
    (notice,) = step_notices({"care": 6.0}, LABELS, Clock(2009, 2035, steps), method, 2e-7)
    assert notice.kind == "step"
    assert "cs.check_step(model)" in str(notice)
