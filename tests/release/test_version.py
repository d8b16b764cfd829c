"""Version, changelog and citation say the same of a release."""

import re
import tomllib

from changelog import newest
from wheels import ROOT

import caresim

CITATION = dict(
    re.findall(
        r"^([\w-]+): (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE
    )
)


def test_the_version_is_the_same_everywhere(installed):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version, _, _ = newest()
    assert {
        "pyproject.toml": project["version"],
        "CITATION.cff": CITATION["version"],
        "CHANGELOG.md": version,
        "the wheel": installed.metadata["Version"],
    } == dict.fromkeys(
        ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "the wheel"), caresim.__version__
    )


def test_a_day_of_release_is_the_same_in_changelog_and_citation():
    _, day, _ = newest()
    assert re.fullmatch(r"unreleased|\d{4}-\d{2}-\d{2}", day)
    assert CITATION.get("date-released", "unreleased") == day


def test_the_newest_section_is_the_first_with_its_day():
    text = "# Changelog\n\n## 0.2.0 – 2027-01-05\n\nNew.\n\n## 0.1.0 – 2026-12-01\n\nOld.\n"
    assert newest(text) == ("0.2.0", "2027-01-05", "\nNew.\n\n")
