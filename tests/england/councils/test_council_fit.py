"""The kept levels of councils belong to the shipped England: a fit finds them again."""

import numpy as np
import pandas as pd
import pytest
from council_cases import ENGLAND, HERE, LAST, PARTS, SHARES, area

from caresim.language import ModelError
from caresim.study.fit.pooled.fit import pooled, slopes_of
from caresim.study.fit.pooled.spread import Spread
from caresim.study.parts.every import UNTIL, fit_every
from caresim.study.parts.kept import last_year, read_fitted
from caresim.study.parts.places import layout_of, place_of, there_are, whole_of

THREE = ("Leeds", "Wigan", "Kent")
NEAR = 0.02


def kept_spread(layout):
    table = pd.read_csv(HERE / "spread.csv")
    rows = {kind: part.set_index("name")["value"] for kind, part in table.groupby("kind")}

    def of(kind, names):
        return rows[kind].loc[list(names)].to_numpy()

    common = [of("common", [name]).reshape(-1) for name in layout.levels]
    by_level = {k: of(k, layout.levels) for k in ("slope", "lasting", "passing", "memory", "brief")}
    return Spread(
        common=np.array(common),
        **by_level,
        starts=of("start", layout.starts),
        apart=of("apart", layout.apart),
        noise=of("noise", layout.series),
        counting=of("counting", layout.series),
    )


@pytest.fixture(scope="module")
def refitted():
    """Levels and starts of three councils, fitted again with the spread that is kept."""
    layout = layout_of(ENGLAND, PARTS, LAST, ahead=0)
    places = [place_of(ENGLAND, PARTS, area(name), SHARES, layout) for name in THREE]
    slopes = slopes_of(layout, whole_of(ENGLAND, PARTS, layout))
    return layout, pooled(layout, places, slopes, spread=kept_spread(layout))


@pytest.mark.parametrize("i", range(3), ids=THREE)
def test_a_council_fitted_again_has_the_levels_that_are_kept(refitted, i):
    layout, fit = refitted
    kept = read_fitted(PARTS)[area(THREE[i]).code]
    off = {}
    for k, name in enumerate(layout.levels):
        found = np.exp(fit.found[i].x[layout.of_level(k)])
        ratio = found / np.array(kept.levels[name][: layout.fitted]) - 1
        off[name] = np.round(ratio, 3)
    worst = max(np.abs(ratio).max() for ratio in off.values())
    assert worst < NEAR, f"the levels of {THREE[i]} are off by {off}"
    for name, value in zip(layout.starts, fit.found[i].x[layout.of_starts], strict=True):
        assert np.exp(value) == pytest.approx(kept.starts[name], rel=NEAR), name


def test_every_council_is_kept_with_all_that_is_needed():
    kept = read_fitted(PARTS)
    assert set(kept) == {one.code for one in there_are(PARTS, LAST)}
    for code, one in kept.items():
        assert one.years == tuple(range(2010, UNTIL + 1))
        assert set(one.levels) == {level.parameter for level in PARTS.levels}, code
        assert set(one.starts) == set(PARTS.starts)
        assert set(one.costs) == {cost.name for cost in PARTS.costs}
        numbers = [v for path in one.levels.values() for v in path]
        numbers += [*one.starts.values(), *one.costs.values()]
        assert min(numbers) > 0.02, f"{code}: {min(numbers)}"
        assert max(numbers) < 50, f"{code}: {max(numbers)}"


def test_levels_go_back_towards_the_usual_after_the_figures():
    """Of those far away most are nearer ten years on."""
    nearer = []
    for one in read_fitted(PARTS).values():
        for path in one.levels.values():
            last, later = (np.log(path[i]) for i in (10, 20))
            if abs(last) > 0.3:
                nearer.append(abs(later) < abs(last))
    assert np.mean(nearer) > 0.85


def test_what_is_uncertain_grows_after_the_figures():
    for code, one in read_fitted(PARTS).items():
        for name, path in one.loose.items():
            last = path[10:]
            assert last[-1] > last[0], f"{name} of {code}"
            assert np.isfinite(last).all()
            assert np.isfinite(one.noise[name][10:]).all()


def test_there_are_those_councils_that_exist_and_are_not_refused():
    names = {one.name for one in there_are(PARTS, LAST)}
    assert {"Dorset", "Bournemouth, Christchurch and Poole", "Northamptonshire"} <= names
    assert not {"Poole", "City of London", "Isles of Scilly", "North Northamptonshire"} & names
    before = {one.name for one in there_are(PARTS, "2015-16")}
    assert {"Poole", "Bournemouth", "Dorset"} <= before
    assert "Bournemouth, Christchurch and Poole" not in before


def test_a_refused_or_bare_model_has_no_places_to_fit():
    from caresim.language import Model

    class Bare(Model):
        """Nothing."""

    with pytest.raises(ModelError, match="declares no places that it is made of"):
        fit_every(Bare(), progress=False)
    with pytest.raises(ModelError, match="Bare has no figures, and so no places of its own"):
        last_year(Bare())


@pytest.mark.slow
def test_a_fit_of_all_councils_gives_the_kept_files_to_the_byte(tmp_path):
    found = fit_every(ENGLAND, origins=(), parts=tmp_path, progress=False)
    for name, text in found.files.items():
        kept = (HERE / name).read_text(encoding="utf-8")
        apart = [
            pair
            for pair in zip(kept.splitlines(), text.splitlines(), strict=True)
            if len({*pair}) > 1
        ]
        assert text == kept, f"{name} differs in {len(apart)} rows, such as {apart[:2]}"
    again = fit_every(ENGLAND, origins=(), parts=tmp_path, progress=False)
    assert again.files == found.files, "what is done is read again"
    assert max(found.moved.values()) < 0.1
