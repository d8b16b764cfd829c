"""Reads the newest section of CHANGELOG.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def newest(text=TEXT):
    """Return version, date or ``unreleased``, and text of the newest section."""
    found = re.search(r"^## (\S+) – (\S+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, "the newest section begins with '## VERSION – DATE' or '## VERSION – unreleased'"
    return found.groups()


def told_names(section):
    """Return the names that the part on public names tells, under the bold word of their item."""
    part = re.search(r"^### Public names\n(.*?)(?=^### |\Z)", section, re.DOTALL | re.MULTILINE)
    items = (
        re.findall(r"^- \*\*(\w+)\*\*: (.*?)(?=^- |\n\n|\Z)", part[1], re.DOTALL | re.MULTILINE)
        if part
        else []
    )
    return {kind: set(re.findall(r"`([^`]+)`", text)) for kind, text in items}
