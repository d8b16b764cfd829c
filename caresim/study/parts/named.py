"""Which place is meant: by name, code or number, with the way out for one that is no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from caresim.language.dates import year_end
from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.parts import Parts
from caresim.language.place_figures import Area
from caresim.study.arguments import text_of

__all__ = ["found_area", "plain_name"]

OLD, NEW = "is no longer one", "became one only later"


def found_area(parts: Parts, name: str, year: str) -> Area:
    """Return the place that is meant, as it is in a financial year.

    Raises ModelError for a name that is unknown or that several have, for a place that is no more
    or not yet one in that year, with what it became or was part of, and for one that is refused.
    """
    asked = text_of(name, f"the name of a {parts.called}", "Leeds", ModelError)
    found = _meant(parts, asked)
    if not found:
        near = did_you_mean(asked, [area.name for area in parts.areas])
        message = f"there is no {parts.called} {came(asked)} in {parts.whole}{near}"
        raise ModelError(message)
    there = [area for area in found if _why_not_there(parts, area, year) == ""]
    if len(there) > 1:
        listed = ", ".join(f"{area.name} ({area.code})" for area in there)
        message = f"'{asked}' may be {listed}: give the whole name, or the code"
        raise ModelError(message)
    if not there:
        raise ModelError(f"{found[0].name}: {_why_not_there(parts, found[0], year)}")
    area = there[0]
    if area.code in parts.refused:
        message = f"{area.name} has no model of its own: {parts.refused[area.code]}"
        raise ModelError(message)
    return area


def plain_name(text: str) -> str:
    """Return a name as it is compared: small letters and figures, and "and" for its sign."""
    return re.sub(r"[^a-z0-9]+", " ", text.casefold().replace("&", " and ")).strip()


def _meant(parts: Parts, asked: str) -> list[Area]:
    """Return the places that a text may mean: whole names and codes first, then parts of names."""
    code, words = asked.strip().upper(), plain_name(asked)
    by_code = [a for a in parts.areas if code == a.code or code in a.numbers]
    whole = [a for a in parts.areas if words and words in _names(a)]
    if by_code or whole:
        return by_code or whole
    wanted = set(words.split())
    return [a for a in parts.areas if wanted and wanted <= set(plain_name(a.name).split())]


def _names(area: Area) -> Iterator[str]:
    """Yield how a place is called: "Bristol, City of" is also "City of Bristol", and "Bristol"."""
    yield plain_name(area.name)
    first, comma, rest = area.name.partition(",")
    if comma:
        yield plain_name(f"{rest} {first}")
        yield plain_name(first)


def _why_not_there(parts: Parts, area: Area, year: str) -> str:
    """Say why a place is none in a year, empty where it is one."""
    last = year_end(year)
    if area.last_year and year_end(area.last_year) < last:
        became = _listed(parts, area.after)
        return f"it {OLD} after {area.last_year}; its land went to {became}: ask for that"
    if area.first_year and year_end(area.first_year) > last:
        was = _listed(parts, area.before)
        return f"it {NEW}, in {area.first_year}; figures to {year} are those of {was}: ask for that"
    return ""


def _listed(parts: Parts, codes: Sequence[str]) -> str:
    names = [area.name for code in codes for area in parts.areas if area.code == code]
    *others, final = names or ["others"]
    return f"{', '.join(others)} and {final}" if others else final
