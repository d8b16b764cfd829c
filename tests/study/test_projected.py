"""What is projected for a place: its figures, the model's line, and bands after the last figure."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language.errors import ModelError
from caresim.language.parts import parts_of_model
from caresim.study.parts.kept import read_fitted
from caresim.study.parts.people import group_of
from caresim.study.parts.projected import every_projected, headline_names, projected
from caresim.study.parts.score import errors_of, read_scores


@pytest.fixture(scope="module")
def parts():
    return parts_of_model(England())


@pytest.fixture(scope="module")
def leeds():
    return projected(cs.council(England(), "Leeds"))


def test_series_are_the_headlines_that_places_have_figures_of(leeds, parts):
    assert leeds.names == headline_names(England(), parts)
    assert leeds.names[0] == "referrals"
    assert leeds.figures.shape == leeds.projected.shape == (len(leeds.names), len(leeds.years))


def test_bands_are_nested_and_hold_the_line(leeds):
    for k, name in enumerate(leeds.names):
        after = np.array(leeds.years) > leeds.last(name)
        edges = [leeds.band(name, band) for band in (95, 80, 50)]
        rows = [*(low for low, _ in edges), leeds.projected[k], *(high for _, high in edges[::-1])]
        assert (np.diff([row[after] for row in rows], axis=0) > 0).all()
        assert np.isnan([row[~after] for row in (*edges[0], *edges[2])]).all()


def test_people_are_those_of_the_model(leeds, parts):
    known = parts.figures.of(leeds.code, "population")
    for year, people in zip(leeds.years, leeds.people, strict=True):
        if 2011 <= year <= 2020:
            assert people == pytest.approx(known[f"{year - 1}-{year % 100}"], rel=0.02)


def test_years_with_figures_are_known(leeds):
    assert (leeds.first("looked_after"), leeds.last("looked_after")) == (2010, 2020)


def test_every_place_is_projected_by_region_as_it_is_alone(leeds, parts):
    found = every_projected(England())
    regions = [area.facts["region"] for area, _ in found]
    assert regions == sorted(regions)
    assert len(found) == len(read_fitted(parts))
    own = next(one for area, one in found if area.code == leeds.code)
    np.testing.assert_array_equal(own.quantiles, leeds.quantiles)


def test_a_place_made_later_has_no_figures_before_it():
    dorset = projected(cs.council(England(), "Dorset"))
    assert dorset.first("looked_after") == dorset.last("looked_after") == 2020


def test_a_model_that_is_no_place_is_refused():
    with pytest.raises(ModelError, match="England is no place of another model"):
        projected(England())
    with pytest.raises(ModelError, match="this model is Leeds already"):
        every_projected(cs.council(England(), "Leeds"))


def test_spreads_that_are_not_kept_give_no_band(parts):
    kept = read_fitted(parts)["E08000035"]
    without = type(kept)(kept.years, kept.levels, kept.starts, kept.costs, {}, {})
    found = projected(cs.council(England(), "Leeds"), kept=without)
    assert np.isnan(found.quantiles).all()


def test_errors_are_those_of_places_of_the_size(parts):
    scores = read_scores(parts)
    leeds = next(area for area in parts.areas if area.code == "E08000035")
    group = group_of(parts, leeds)
    found = errors_of(scores, group, ("referrals", "no_such_series"))
    assert set(found) == {"referrals"}
    wanted = scores.pooled(series="referrals", group=group, horizon=4).errors
    assert (found["referrals"].group, found["referrals"].horizon) == ("large", 4)
    assert found["referrals"].model == wanted["model"]
    assert found["referrals"].last_value == wanted["last_value"]
    assert errors_of(None, group, ("referrals",)) == {}


def test_fitted_levels_and_scores_are_read_from_a_folder_that_is_asked_for(parts, tmp_path):
    first = (parts.folder / "fitted.csv").read_text(encoding="utf-8").splitlines()
    code = first[1].split(",")[0]
    own = [first[0], *(line for line in first if line.startswith(f"{code},"))]
    (tmp_path / "fitted.csv").write_text("\n".join(own) + "\n", encoding="utf-8")
    assert set(read_fitted(parts, tmp_path)) == {code}
    assert read_scores(parts, tmp_path) is None
