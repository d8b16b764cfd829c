"""The kept score of projections for councils: its sums, its aims, and what rivals may see."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from council_cases import ENGLAND, HERE, PARTS, area
from scipy import stats

from caresim.language import ModelError
from caresim.language.dates import financial_year, year_end
from caresim.study.parts.people import group_of, people_of, usual_people
from caresim.study.parts.rivals import rivals_of
from caresim.study.parts.score import METHODS, read_scores, score_notes, score_text
from caresim.study.parts.scoring import HORIZONS, ORIGINS, complete

SCORES = read_scores(PARTS)
KEYS = ["origin", "area", "series"]


@pytest.fixture(scope="module")
def rows():
    """The kept score as a row for each target, read by pandas."""
    wide = pd.read_csv(HERE / "score.csv")
    parts = []
    for horizon in HORIZONS:
        names = {c: c[:-2] for c in wide.columns if c.endswith(f"_{horizon}")}
        parts.append(wide[[*KEYS, *names]].rename(columns=names).assign(horizon=horizon))
    return pd.concat(parts).dropna(subset="actual").reset_index(drop=True)


@pytest.mark.parametrize(
    "only",
    [
        {},
        {"series": "referrals"},
        {"horizon": 4},
        {"series": "looked_after", "horizon": 2, "origin": "2015-16"},
    ],
    ids=str,
)
def test_errors_are_those_that_pandas_finds(rows, only):
    found = SCORES.pooled(**only)
    for key, value in only.items():
        rows = rows[rows[key] == value]
    assert found.count == len(rows)
    for method in METHODS:
        by_hand = 100 * (rows[method] / rows["actual"] - 1).abs().mean()
        assert found.errors[method] == pytest.approx(by_hand), method
    assert found.best_growth == min(found.errors["whole_projected"], found.errors["whole_damped"])
    assert found.beats_last == (found.errors["model"] < found.errors["last_value"])


def test_bands_hold_as_often_as_a_simulation_says(rows):
    """Bands of some hundred targets, from draws of what they are made of."""
    rows = rows.sample(600, random_state=1)
    rng = np.random.default_rng(2)
    shape = (len(rows), 4001)
    normal = rng.normal(size=shape) * rows["loose"].to_numpy()[:, None]
    far = stats.t.rvs(4, size=shape, random_state=rng) * rows["noise"].to_numpy()[:, None]
    logs = np.log(rows["actual"] / rows["model"]).to_numpy()[:, None]
    places = (normal + far < logs).mean(axis=1)
    for band in (50, 80, 95):
        held = 100 * np.mean(np.abs(places - 0.5) <= band / 200)
        chosen = np.isin(np.arange(len(SCORES.groups)), positions(rows))
        part = replace(
            SCORES,
            texts={k: v[chosen] for k, v in SCORES.texts.items()},
            numbers={k: v[chosen] for k, v in SCORES.numbers.items()},
            groups=SCORES.groups[chosen],
        )
        assert part.pooled().held[band] == pytest.approx(held, abs=2.5), f"{band} % bands"


def positions(rows):
    """Return where rows stand among those of the score."""
    keys = zip(*(SCORES.texts[k] for k in KEYS), SCORES.numbers["horizon"], strict=True)
    at = {(*map(str, key[:3]), int(key[3])): i for i, key in enumerate(keys)}
    return [at[key] for key in rows[[*KEYS, "horizon"]].itertuples(index=False, name=None)]


def test_all_targets_are_there(rows):
    """Each council with all core figures, five series, four origins, four years where they are."""
    councils = complete(PARTS, "2019-20")
    assert set(rows["area"]) == councils
    per_origin = {o: min(4, 2020 - year_end(o)) for o in ORIGINS}
    assert len(rows) == len(councils) * 5 * sum(per_origin.values())
    assert not rows.duplicated([*KEYS, "horizon"]).any()


def test_a_council_is_scored_where_it_has_all_figures():
    by_hand = set()
    years = [financial_year(year) for year in range(2013, 2021)]
    for one in PARTS.areas:
        cells = [PARTS.figures.of(one.code, s).get(y) for s in PARTS.core for y in years]
        if None not in cells:
            by_hand.add(one.code)
    assert complete(PARTS, "2019-20") == by_hand
    assert len(by_hand) > 100


def test_what_came_is_the_figure(rows):
    for row in rows.sample(300, random_state=3).itertuples():
        year = financial_year(year_end(row.origin) + row.horizon)
        figure = PARTS.figures.of(row.area, PARTS.series[row.series])[year]
        assert row.actual == pytest.approx(figure, rel=5e-4), "it is kept to four figures"


def test_rivals_see_no_figure_after_the_origin(rows):
    """From figures to the origin alone, each comes out as it is kept."""
    for row in rows.sample(200, random_state=4).itertuples():
        origin = year_end(row.origin)
        figures = PARTS.figures.of(row.area, PARTS.series[row.series])
        own, whole = (
            {year_end(y): v for y, v in known.items() if year_end(y) <= origin and v > 0}
            for known in (figures, ENGLAND.observed.points(row.series))
        )
        found = rivals_of(own, whole, np.ones(2), origin, (row.horizon,))
        for name in ("last_value", "damped_trend", "whole_damped"):
            kept = getattr(row, name)
            assert found[name][0] == pytest.approx(kept, rel=6e-4), f"{name} of {row}"


def test_the_growth_of_the_whole_is_the_same_for_every_council(rows):
    """It rests on the projection of England, not on what a council did later."""
    growth = rows["whole_projected"] / rows["last_value"]
    large = rows["last_value"] > 300
    spread = growth[large].groupby([rows["origin"], rows["series"], rows["horizon"]])
    assert (spread.max() / spread.min()).max() < 1.003


def test_the_model_is_nearer_than_the_last_value_and_growth():
    whole = SCORES.pooled()
    assert whole.errors["model"] <= 0.95 * whole.errors["last_value"], whole.errors
    assert whole.errors["model"] <= 1.0 * whole.best_growth, whole.errors


def test_bands_hold_about_as_often_as_they_say():
    held = SCORES.pooled().held
    assert 72 <= held[80] <= 88, held
    assert 42 <= held[50] <= 58, held
    assert held[95] >= 90, held


def test_a_score_is_read_as_it_was_written(rows, tmp_path):
    kept = rows.head(40).to_dict("records")
    (tmp_path / "score.csv").write_text(score_text(kept), encoding="utf-8")
    again = read_scores(replace(PARTS, folder=tmp_path))
    assert again.pooled().count == 40
    assert again.numbers["actual"].tolist() == [row["actual"] for row in sorted_as(kept, again)]


def sorted_as(kept, scores):
    at = {(r["origin"], r["area"], r["series"], r["horizon"]): r for r in kept}
    keys = zip(*(scores.texts[k] for k in KEYS), scores.numbers["horizon"], strict=True)
    return [at[*map(str, key[:3]), int(key[3])] for key in keys]


def test_a_broken_score_says_where(tmp_path):
    text = (HERE / "score.csv").read_text(encoding="utf-8").splitlines()[:3]
    text[1] = text[1].replace(",922,", ",many,")
    (tmp_path / "score.csv").write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(ModelError, match=r"score\.csv, row 2, column 'actual_1'"):
        read_scores(replace(PARTS, folder=tmp_path))


def test_without_a_score_it_is_said(tmp_path):
    parts = replace(PARTS, folder=tmp_path)
    assert read_scores(parts) is None
    assert score_notes(parts, area("Leeds"), ["referrals"], {"referrals": "referrals"}) == (
        "projections for councils are not scored",
    )


def test_where_the_last_value_was_nearer_it_is_said():
    labels = {"looked_after": "looked-after children", "referrals": "referrals"}
    for name in ("Rutland", "Leeds"):
        found = {
            n: SCORES.pooled(series=n, group=group_of(PARTS, area(name)), horizon=4) for n in labels
        }
        worse = [labels[n] for n, one in found.items() if not one.beats_last]
        notes = score_notes(PARTS, area(name), [*labels], labels)
        assert len(notes) == 1 + bool(worse)
        for told in worse:
            assert told in notes[1]
        for n, one in found.items():
            assert f"{labels[n]} {one.errors['model']:.0f} %" in notes[0]


def test_a_third_of_councils_each_are_small_middle_and_large():
    there = [one for one in PARTS.areas if people_of(PARTS, one) and one.code not in PARTS.refused]
    groups = [group_of(PARTS, one) for one in there]
    assert {group: groups.count(group) / len(groups) for group in set(groups)} == pytest.approx(
        dict.fromkeys(("small", "middle", "large"), 1 / 3), abs=0.01
    )
    assert group_of(PARTS, area("Rutland")) == "small"
    assert group_of(PARTS, area("Birmingham")) == "large"
    people = [people_of(PARTS, one) for one in there]
    assert usual_people(PARTS) == np.median(people)
