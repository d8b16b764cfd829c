"""The page on sources names every series, and the dates that the model uses."""

import re
from pathlib import Path

import pytest

from caresim.england import England, given
from caresim.language import Period

FOLDER = Path(given.__file__).parent
PAGE = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
RELEASES = PAGE[PAGE.index("## Which series") : PAGE.index("## Definitions")]
CAUSES = PAGE[PAGE.index("## Named causes") :]
DATES = [name for name, value in vars(given).items() if isinstance(value, Period)]


@pytest.mark.parametrize("name", England.observed.series)
def test_a_series_stands_with_its_release(name):
    # ages share a row, in which the first is written out and the others end in `_10_15`, `_16_17`
    row = re.sub(r"_(10_15|16_17)$", "_0_9", name) if "_aged_" in name else name
    written = name if f"`{name}`" in RELEASES else row
    assert f"`{written}`" in RELEASES, f"SOURCES.md does not say which release {name} is from"


@pytest.mark.parametrize("name", [name for name in DATES if name != "DATA_YEARS"])
def test_the_dates_of_a_path_have_a_named_cause(name):
    assert f"`{name}`" in CAUSES


def test_the_page_names_no_cause_that_the_model_has_not():
    named = set(re.findall(r"`([A-Z_0-9]{4,})`", CAUSES))
    assert named <= set(DATES), f"not in given.py: {named - set(DATES)}"


@pytest.mark.parametrize("entry", England.parameters.values(), ids=lambda entry: entry.name)
def test_what_no_source_gives_is_graded_an_assumption(entry):
    unfound = re.match(r"Assumed|A lever|A switch", entry.source) or "not found in" in entry.source
    if unfound and not entry.address and not entry.is_open:
        assert entry.grade in ("assumption", "observational"), entry.source
    if "not found in" in entry.source:
        assert entry.grade == "assumption", entry.source
