"""The page on all places of a model: what it is, what it may be used for, how good it has been."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from caresim.language.model import Model
from caresim.language.parts import Parts
from caresim.language.place_figures import Area
from caresim.language.published import published
from caresim.study.parts.people import GROUPS
from caresim.views.files.names import slug
from caresim.views.report.markdown import escaped, table

if TYPE_CHECKING:
    from caresim.study.parts.projected import Projected
    from caresim.study.parts.score import Pooled, Scores

__all__ = ["every_place_page", "every_place_text"]

BANDS = (50, 80, 95)


def every_place_page(
    model: Model,
    parts: Parts,
    places: Sequence[tuple[Area, Projected]],
    scores: Scores | None,
    images: Mapping[str, str],
) -> str:
    """Return the page as Markdown; ``images`` are figures beside it, with their series in words."""
    names = places[0][1].names
    what = (
        f"{len(places)} {parts.several}, each as a model of its own: the equations of "
        f"{parts.whole}, with levels fitted to its figures together with all others. For each, "
        f"{escaped(parts.given)}. {escaped(parts.note)}."
    )
    lines = [
        f"# {parts.several.capitalize()} of {parts.whole}: projections",
        "",
        what,
        "",
        "## What it may be used for",
        "",
        *_uses(parts),
        "",
        "## How good it has been",
        "",
        *_score(model, parts, names, scores),
        "",
        "## Files",
        "",
        *_files(parts, scores, images),
        "",
        escaped(published(model).credit),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _uses(parts: Parts) -> Iterator[str]:
    own = f"a {parts.called}'s"
    yield f"- To see {own} figures beside a path that fits {parts.whole} and all others."
    yield (
        f"- To see how large a policy for {parts.whole} is there, and what would follow if it "
        f"acted as it does in {parts.whole}."
    )
    yield f"- Not to rank {parts.several}: why levels differ is not explained."
    yield (
        "- Not as a forecast of change where the last value was nearer, as said below; and never "
        "without its band."
    )


def _score(
    model: Model, parts: Parts, names: Sequence[str], scores: Scores | None
) -> Iterator[str]:
    if scores is None or not len(scores.groups):
        yield "Not scored."
        return
    horizon, origins = _horizon(scores), sorted(set(scores.texts["origin"].tolist()))
    yield (
        f"Fitted anew to what was known in {', '.join(origins)} and projected {horizon} years on. "
        "Errors are mean absolute ones in % of the figure, beside those of keeping the last value, "
        f"of a damped trend, and of the last value grown as {parts.whole} was projected or damped, "
        "whichever was nearer; the last columns say how many % of figures the bands held."
    )
    yield ""
    head = ["Series", "Size", "Figures", "Model", "Last value", "Damped trend"]
    head += [f"{parts.whole}'s growth", *(f"{band} % band" for band in BANDS)]
    yield table(head, _rows(model, names, scores, horizon))
    yield ""
    yield " ".join(_nearer(model, parts, names, scores))


def _rows(model: Model, names: Sequence[str], scores: Scores, horizon: int) -> Iterator[list[str]]:
    """Yield a row for each series, of all places and of those of each size."""
    for name in names:
        for group in ("", *GROUPS):
            only = {"series": name, "horizon": horizon} | ({"group": group} if group else {})
            if scores.count(**only):
                label = escaped(model.variable(name).label)
                yield [label, group or "all", *_numbers(scores.pooled(**only))]


def _numbers(found: Pooled) -> list[str]:
    errors = [found.errors[name] for name in ("model", "last_value", "damped_trend")]
    cells = [f"{error:.1f}" for error in (*errors, found.best_growth)]
    return [f"{found.count:,}", *cells, *(f"{found.held[band]:.0f}" for band in BANDS)]


def _nearer(model: Model, parts: Parts, names: Sequence[str], scores: Scores) -> Iterator[str]:
    """Yield what was nearer than the model, and for which series and sizes."""
    tests: tuple[tuple[str, Callable[[Pooled], bool]], ...] = (
        ("The last value", lambda found: not found.beats_last),
        (
            f"The last value grown as {parts.whole}",
            lambda found: found.best_growth <= found.errors["model"],
        ),
    )
    for what, is_nearer in tests:
        cases = [
            f"{_lower(model, name)} ({', '.join(groups)} {parts.several})"
            for name in names
            if (groups := _groups(scores, name, is_nearer))
        ]
        told = f"nearer than the model for {'; '.join(cases)}: take its change for no forecast"
        yield f"{what} was {told if cases else 'nowhere nearer than the model'}."


def _groups(scores: Scores, name: str, is_so: Callable[[Pooled], bool]) -> list[str]:
    """Return the sizes of places for whose score of a series something is so."""
    only = {"series": name, "horizon": _horizon(scores)}
    there = [group for group in GROUPS if scores.count(**only, group=group)]
    return [group for group in there if is_so(scores.pooled(**only, group=group))]


def _lower(model: Model, name: str) -> str:
    label = model.variable(name).label
    return label[:1].lower() + label[1:]


def _horizon(scores: Scores) -> int:
    return int(scores.numbers["horizon"].max())


def _files(parts: Parts, scores: Scores | None, images: Mapping[str, str]) -> Iterator[str]:
    ahead = f", and errors {_horizon(scores)} years ahead" if scores is not None else ""
    yield (
        f"- `{slug(parts.several)}.csv`: a row for each {parts.called}; for each series its last "
        f"figure, what is projected 5 and 10 years on with the band that holds 80 %{ahead} for "
        f"{parts.several} of its size, a third of all each."
    )
    for name, label in images.items():
        yield f"- [{escaped(label)}]({name}): a panel for each {parts.called}."


def every_place_text(
    model: Model, parts: Parts, places: Sequence[tuple[Area, Projected]], scores: Scores | None
) -> str:
    """Return what a terminal shows: how many places there are and how good projections were."""
    first = f"{len(places)} {parts.several} of {parts.whole} are projected"
    if scores is None or not len(scores.groups):
        return f"{first}; not scored."
    horizon = _horizon(scores)
    lines = [f"{first}; {horizon} years ahead, projections were off by:"]
    for name in places[0][1].names:
        if scores.count(series=name, horizon=horizon):
            found = scores.pooled(series=name, horizon=horizon)
            lines.append(
                f"  {_lower(model, name)}: {found.errors['model']:.0f} % (last value "
                f"{found.errors['last_value']:.0f} %, {parts.whole}'s growth "
                f"{found.best_growth:.0f} %); 80 % bands held {found.held[80]:.0f} %"
            )
    lines += _nearer(model, parts, places[0][1].names, scores)
    return "\n".join(lines)
