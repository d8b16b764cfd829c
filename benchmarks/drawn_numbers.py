"""The numbers that a figure draws: lines, areas, bars, shades, texts that hold numbers."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.text import Text
from numpy.typing import NDArray

Numbers = dict[str, NDArray[Any]]

NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
UNSEEN = re.compile(r"<style.*?</style>|<script.*?</script>|<[^>]*>", re.DOTALL)


def numbers_in(text: str) -> list[str]:
    """Return the numbers of a text as they are written, without thousands separators."""
    found = (number.replace(",", "").replace("−", "-") for number in NUMBER.findall(text))
    return [number.lstrip("+") for number in found]


def seen(page: str) -> str:
    """Return what a reader of HTML sees."""
    return html.unescape(UNSEEN.sub(" ", page))


def drawn_numbers(figure: Figure) -> Numbers:
    """Return what each artist of a figure draws, by axes and in the order of drawing.

    Abscissae and ordinates are series of their own, in the units of the axes where an artist is
    drawn in them. Ticks are left out, the limits of the axes are not.
    """
    found: Numbers = {}
    for at, axes in enumerate(figure.axes):
        limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
        found |= {f"axes {at}/{name}": np.array(ends) for name, ends in limits.items()}
    met: Counter[str] = Counter()
    for artist in _artists(figure):
        at = figure.axes.index(artist.axes) if artist.axes in figure.axes else "none"
        kind = f"axes {at}/{type(artist).__name__.lower()}"
        met[kind] += 1
        for part, values in _parts(artist).items():
            if values.size:
                found[f"{kind} {met[kind]}/{part}"] = values
    return found


def when_saved(do: Callable[[Figure], object]) -> None:
    """Have something done with every figure that is saved from now on, in forked processes too."""
    plain = FigureCanvasBase.print_figure

    def print_figure(canvas: FigureCanvasBase, *args: Any, **options: Any) -> Any:
        do(canvas.figure)
        return plain(canvas, *args, **options)

    FigureCanvasBase.print_figure = print_figure  # type: ignore[method-assign]


def write_apart(figure: Figure, folder: Path) -> None:
    """Write a figure's numbers to a file that is called after its titles."""
    titles = [axes.get_title(loc=where) for axes in figure.axes for where in ("left", "center")]
    stem = re.sub(r"\W+", " ", " ".join(titles)).strip()[:120]
    np.savez(folder / f"{stem}.npz", **drawn_numbers(figure))


def _artists(parent: Artist) -> Iterator[Artist]:
    for child in parent.get_children():
        if not isinstance(child, Axis | Spine):
            yield child
            yield from _artists(child)


def _parts(artist: Artist) -> Numbers:
    """Return the numbers of one artist, texts as they are written."""
    if isinstance(artist, Text):
        return {"text": np.array(numbers_in(artist.get_text()), dtype=np.str_)}
    parts: Numbers = {}
    if isinstance(artist, Line2D):
        parts = _in_two(artist.get_xydata())
    elif isinstance(artist, Collection):
        corners = [path.vertices for path in artist.get_paths()]
        parts = _in_two(np.vstack([np.empty((0, 2)), *corners, artist.get_offsets()]))
    elif isinstance(artist, Patch):
        parts = _in_two(artist.get_patch_transform().transform(artist.get_path().vertices))
    if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
        parts["shade"] = np.ma.filled(np.ma.asarray(artist.get_array(), float), np.nan).ravel()
    return parts


def _in_two(points: Any) -> Numbers:
    both = np.ma.filled(np.ma.asarray(points, float), np.nan)
    return {"x": both[:, 0], "y": both[:, 1]}
