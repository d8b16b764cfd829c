"""What is wrong with the tables of a file in which a model declares its places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from caresim.language.errors import came
from caresim.language.toml_faults import key_faults, text_faults

__all__ = ["LISTS", "TABLES", "USES", "table_faults"]

USES = ("dated", "start", "level", "policy")
LISTS = ("apart", "core")
# of each entry of a table: its texts, its lists, and the lists that it may go without
ENTRIES = {
    "sizes": (("called",), ("series",), USES),
    "lines": (("part",), ("of",), ()),
    "levels": (("called",), (), ("breaks", "chance")),
    "costs": (("spend", "quantity"), ("parameters",), ()),
}
OF_LISTS = ("starts", "spending")  # tables whose entries are lists, and those of texts
OF_TEXTS = ("series", "refused")
TABLES = (*ENTRIES, *OF_LISTS, *OF_TEXTS, *LISTS)


def table_faults(place: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is missing in the tables, and what is none of it."""
    for key in LISTS:
        if key in content:
            yield from _list_faults(place, content, key)
    for key in (*ENTRIES, *OF_LISTS, *OF_TEXTS):
        table = content.get(key)
        if not isinstance(table, dict):
            yield f"{place}: '{key}' is {came(table)}; write it as a table [{key}]"
            continue
        for name in table:
            if key in ENTRIES:
                yield from _entry_faults(f"{place}, [{key}.{name}]", table[name], *ENTRIES[key])
            else:
                told = _list_faults if key in OF_LISTS else text_faults
                yield from told(f"{place}, [{key}]", table, name)


def _entry_faults(
    place: str, table: object, texts: tuple[str, ...], lists: tuple[str, ...], more: tuple[str, ...]
) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{place} is {came(table)}; write it as a table"
        return
    yield from key_faults(place, table, (*texts, *lists, *more))
    for key in texts:
        yield from text_faults(place, table, key, needed=True)
    for key in lists:
        yield from _list_faults(place, table, key)
    for key in more:
        if key in table:
            yield from _list_faults(place, table, key)


def _list_faults(place: str, table: Mapping[str, Any], key: str) -> Iterator[str]:
    """Yield what is no list of texts; it may be empty."""
    value = table.get(key)
    if value is None:
        yield f"{place}: '{key}' is missing; add it"
    elif not (isinstance(value, list) and all(isinstance(item, str) and item for item in value)):
        yield f"{place}: '{key}' is {came(value)}; write a list of names"
