"""The parts of an HTML page: escaped text, tables, embedded figures, and sizes for paper."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence

from caresim.views.plot.drawing import Drawing

__all__ = ["beside", "document", "element", "head", "image", "listing", "paragraphs", "table"]

CSS = """
@page { size: A4; margin: 8mm 9mm; }
body { font: 15px/1.4 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #1a1a1a;
  max-width: 1080px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 1.5em; margin: 0 0 .3em; }
h2 { font-size: 1.08em; margin: 1em 0 .25em; border-bottom: 1px solid #999; }
h3 { font-size: 1em; margin: .8em 0 .2em; }
p { margin: .25em 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .16em .45em; text-align: right; border-bottom: 1px solid #ddd;
  vertical-align: bottom; }
th:first-child, .worded :is(th, td):nth-child(2) { text-align: left; }
tbody th { font-weight: 400; min-width: 8em; }
thead tr + tr th:first-child { text-align: right; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.scrolls { overflow-x: auto; }
thead th { border-bottom: 1px solid #666; font-weight: 600; }
thead th[colspan] { text-align: center; border-bottom: 1px solid #bbb; }
.unit, .small { color: #444; font-size: .86em; }
.headline { font-size: 1.06em; font-weight: 600; }
.nowrap { white-space: nowrap; }
.figures { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 12px; margin: .6em 0; }
.figures img { flex: 1 1 460px; min-width: 0; max-width: 100%; height: auto; object-fit: cover;
  object-position: top; }
.pair { display: flex; flex-wrap: wrap; gap: 0 28px; }
.pair > section { flex: 1 1 400px; min-width: 0; }
ul { margin: .2em 0; padding-left: 1.5em; }
@media print {
  body { font-size: 7.2pt; line-height: 1.22; max-width: none; margin: 0; padding: 0; }
  h2 { margin-top: .6em; }
  h3 { margin-top: .45em; }
  th, td { padding: .05em .38em; }
  .small { font-size: .8em; }
  p { margin: .15em 0; }
  .figures { display: block; }
  .figures img { max-height: 240mm; margin: 2mm auto; display: block; }
  .sheet .figures { display: flex; flex-wrap: nowrap; justify-content: space-around; gap: 4mm;
    margin: .3em 0; }
  .sheet .figures img { flex: 0 1 auto; height: 56mm; margin: 0; }
  .together p { display: inline; }
  .together { margin: .15em 0; }
  ul { font-size: .82em; padding-left: 1.2em; }
  .pair { flex-wrap: nowrap; }
  .pair > section { flex: 1 1 0; }
  .pair > section + section { flex-grow: 1.35; }
  tbody th { white-space: nowrap; }
  .scrolls { overflow: visible; }
  tr, img, li { break-inside: avoid; }
  .sheet.dense { font-size: 5.8pt; line-height: 1.12; }
  .sheet.dense p, .sheet.dense h2 { margin: .1em 0; }
  .sheet.dense .figures img { height: 32mm; }
  .sheet.dense .small { font-size: .88em; }
  .sheet.dense .shown { display: flex; gap: 4mm; align-items: flex-start; margin: .3em 0; }
  .sheet.dense .shown > section { flex: 1 1 0; min-width: 0; }
  .sheet.dense .shown h2 { margin-top: 0; }
}
"""


def element(tag: str, content: str, *, of: str = "", **attributes: str) -> str:
    """Return an element around markup; ``of`` is its class. Attributes are escaped."""
    given = {"class": of} if of else {}
    marks = "".join(f' {k}="{html.escape(v)}"' for k, v in {**given, **attributes}.items())
    return f"<{tag}{marks}>{content}</{tag}>"


def paragraphs(text: str) -> str:
    """Return plain text as paragraphs, one for each line that is not empty."""
    lines = (line.strip() for line in text.splitlines())
    return " ".join(element("p", html.escape(line, quote=False)) for line in lines if line)


def listing(items: Iterable[str]) -> str:
    """Return plain texts as a list."""
    return element("ul", "".join(element("li", html.escape(i, quote=False)) for i in items))


def head(text: str, unit: str = "", *, scope: str = "col", **attributes: str) -> str:
    """Return a cell of the head of a table from plain texts; ``unit`` stands small behind it."""
    shown = html.escape(text, quote=False)
    if unit:
        shown += " " + element("span", html.escape(unit, quote=False), of="unit")
    return element("th", shown, scope=scope, **attributes)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str) -> str:
    """Return a table of cells that are markup already; ``heads`` are whole rows of the head.

    The first cell of a row is its heading. ``caption`` says to those who cannot see it what the
    table is; on a narrow screen the table scrolls.
    """
    lines = (
        element("tr", element("th", first, scope="row") + "".join(element("td", c) for c in rest))
        for first, *rest in rows
    )
    top = element("thead", "".join(element("tr", row) for row in heads))
    told = element("caption", html.escape(caption, quote=False))
    whole = element("table", told + top + element("tbody", "".join(lines)))
    return element(
        "div", whole, of="scrolls", role="region", tabindex="0", **{"aria-label": caption}
    )


def beside(*parts: str) -> str:
    """Return parts side by side where there is room."""
    return element("div", "".join(element("section", part) for part in parts), of="pair")


def image(drawing: Drawing) -> str:
    """Return a drawing as an image inside the page; its small print is cut off."""
    data = base64.b64encode(drawing.svg).decode("ascii")
    shown = f"aspect-ratio: {drawing.width:.3f} / {drawing.height:.3f}"
    source = f"data:image/svg+xml;base64,{data}"
    return f'<img style="{shown}" src="{source}" alt="{html.escape(drawing.text)}">'


def document(title: str, body: str, *, of: str = "") -> str:
    """Return a whole page that needs nothing from outside.

    ``of`` is its class: on paper ``"sheet"`` sets figures beside each other, ``"dense"`` is small.
    """
    name = html.escape(title, quote=False)
    opened = f'<body class="{of}">' if of else "<body>"
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{CSS}</style>\n</head>\n{opened}\n{body}\n</body>\n</html>\n"
    )
