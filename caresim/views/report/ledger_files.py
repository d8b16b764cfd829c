"""Writes a frozen projection, and its scores, to a folder."""

from __future__ import annotations

from pathlib import Path

from caresim.study.ledger import Frozen, Scored
from caresim.study.ledger.frozen import RECORD
from caresim.views.files.claim import Place
from caresim.views.files.whole import write_all
from caresim.views.report.ledger_page import score_html, score_markdown

__all__ = ["write_frozen", "write_scored"]

SCORES = "score.json"


def write_frozen(frozen: Frozen, place: Place) -> list[Path]:
    """Write the two tables of a promise, and the record of what it rests on with their digests.

    Raises CaresimError when something cannot be written.
    """
    return write_all(frozen.files, place, RECORD, frozen.facts)


def write_scored(scored: Scored, place: Place) -> list[Path]:
    """Write the scores as a table and as two pages, and how they came about.

    Raises CaresimError when something cannot be written.
    """
    files: dict[str, str | bytes] = {
        "score.csv": scored.text(),
        "score.md": score_markdown(scored),
        "score.html": score_html(scored),
    }
    told = {
        "promise": str(scored.frozen),
        "digest": scored.frozen.digest,
        "summary": scored.summary(),
        "not_yet": [list(pair) for pair in scored.waiting],
    }
    return write_all(files, place, SCORES, told)
