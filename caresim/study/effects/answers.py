"""What a model answers to published effects, and whether its answers meet theirs."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caresim.language.csv_rows import Row, csv_kind, read_table
from caresim.language.csv_text import table_text
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.study.effects.declared import Published

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RULE", "Answer", "Effects"]

NOTHING = 0.01  # of the study's estimate: a model effect below it counts as none
DIGITS = 5
FILE = csv_kind("a CSV file of answers to published effects", ModelError)
FIELDS = ("release", "drawn", "effect", "unit", "role", "estimate", "study_low", "study_high",
          "model_low", "model_median", "model_high", "meets", "sign_right")  # fmt: skip
RULE = (
    "An effect is met where the model's 80 % interval and the study's interval overlap; where the "
    "study prints no interval, where its estimate lies in the model's; where it found none, where "
    "the model's interval holds zero or stays below the size that counts as none. A sign is right "
    "where the model's median has that of the study; an effect below a hundredth of the study's "
    "has none. Where the study's own interval holds zero, no sign is asked for."
)


@dataclass(frozen=True)
class Answer:
    """A published effect and the model's: median and the ends of its 80 % interval.

    They are in the study's unit, or where the study tells a sign alone in that of the replay; all
    None where the model cannot replay the effect.
    """

    effect: Published
    low: float | None = None
    median: float | None = None
    high: float | None = None

    @property
    def size(self) -> tuple[float, float, float] | None:
        """Low, median and high; None where the model cannot replay the effect."""
        if self.low is None or self.median is None or self.high is None:
            return None
        return self.low, self.median, self.high

    @property
    def sign(self) -> str:
        """The sign of the model's median, "0" for practically nothing, empty without a replay."""
        if self.size is None:
            return ""
        low, median, high = self.size
        if max(abs(low), abs(high)) <= NOTHING * abs(self.effect.estimate or 0):
            return "0"
        return "0" if median == 0 else "+" if median > 0 else "-"

    @property
    def sign_right(self) -> bool | None:
        """Whether the model has the study's sign; None without a replay or a sign to meet."""
        if not (self.sign and self.effect.told):
            return None
        return self.sign == self.effect.told

    @property
    def meets(self) -> bool | None:
        """Whether the answer meets the study's; None without a replay or a size to meet."""
        effect = self.effect
        if self.size is None or effect.estimate is None:
            return None
        low, _, high = self.size
        if effect.range is not None:
            return low <= effect.range[1] and high >= effect.range[0]
        within = low <= effect.estimate <= high
        small = effect.estimate == 0 and max(abs(low), abs(high)) <= effect.trifle
        return within or small

    @property
    def too_small(self) -> float | None:
        """The study's estimate over the model's median: 4 where the model's is a quarter of it.

        None where the signs differ, and where the study tells no sign or no size.
        """
        if not (self.sign_right and self.effect.estimate and self.median):
            return None
        return self.effect.estimate / self.median


@dataclass(frozen=True, eq=False)
class Effects:
    """Published effects beside the answers of one release of a model.

    ``drawn`` says what the intervals are of: draws from the posterior, from the priors, or a
    single run, whose intervals are points.
    """

    answers: tuple[Answer, ...]
    model: str
    release: str
    drawn: str

    @classmethod
    def shipped(cls, model: Model) -> tuple[Effects, ...]:
        """Return the answers that ship with a model, by release, the latest last.

        They stand beside the file or folder of the effects, as CSV of the same name. Raises
        ModelError where the answers are of other effects.
        """
        from caresim.study.effects.reader import read  # only files need pydantic

        declared = model.effects_file
        if declared is None or not declared.with_suffix(".csv").is_file():
            return ()
        found = {effect.name: effect for effect in read(declared)}
        table = read_table(declared.with_suffix(".csv"), FIELDS, kind=FILE)
        table.faults.tell()
        rows = list(table)
        if missing := {row["effect"] for row in rows} - set(found):
            message = (
                f"{declared} does not have the effect '{min(missing)}' of its answers; "
                "run caresim effects and ship what it writes"
            )
            raise ModelError(message)
        drawn = {row["release"]: row["drawn"] for row in rows}
        return tuple(
            cls(_answers(found, rows, release), type(model).__name__, release, drawn[release])
            for release in drawn
        )

    def __getitem__(self, name: str) -> Answer:
        return next(answer for answer in self.answers if answer.effect.name == name)

    def table(self) -> pd.DataFrame:
        """Return a row for each effect: what the study found, the model's answer, the verdicts.

        ``meets`` and ``sign_right`` are None where they cannot be told; ``times_too_small`` is the
        study's estimate over the model's median. Units differ from row to row.
        """
        import pandas as pd

        rows = {a.effect.name: _row(a) for a in self.answers}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("effect")

    def counts(self) -> pd.DataFrame:
        """Return how many effects there are, are replayed, are met and have the right sign.

        Rows are the roles and "all"; ``with_size`` and ``with_sign`` are those of the replayed that
        ``met`` and ``signs_right`` are out of, ``met_saying_little`` those of the met whose file
        says that meeting them is hardly a test.
        """
        import pandas as pd

        roles = {role: [a for a in self.answers if a.effect.role == role] for role in _ROLES}
        counted = {role: _counts(own) for role, own in roles.items()} | {
            "all": _counts(self.answers)
        }
        return pd.DataFrame.from_dict(counted, orient="index").rename_axis("role")

    def text(self, *earlier: Effects) -> str:
        """Return the answers as CSV, numbers to five figures, below those of earlier releases."""
        rows = (
            [release.release, release.drawn, *_cells(answer)]
            for release in (*earlier, self)
            for answer in release.answers
        )
        return table_text(FIELDS, rows)

    def __str__(self) -> str:
        every, kept = _counts(self.answers), _counts(_of(self.answers, "kept"))
        return (
            f"{self.model} replays {every['replayed']} of {every['effects']} published effects. It "
            f"meets {every['met']} of the {every['with_size']} that have a size"
            f"{_of_which(every['met_saying_little'])}, and has the sign right in "
            f"{every['signs_right']} of {every['with_sign']}. Of the {kept['effects']} "
            f"effects kept from priors and structure it replays {kept['replayed']} and meets "
            f"{kept['met']} of {kept['with_size']}{_of_which(kept['met_saying_little'])}."
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        table = self.table().to_html(float_format="{:,.3g}".format, na_rep="")
        return f"<p>{html.escape(str(self))}</p>{table}<p><small>{RULE}</small></p>"


_ROLES = ("prior", "kept", "not independent")


def _of(answers: Iterable[Answer], role: str) -> list[Answer]:
    return [answer for answer in answers if answer.effect.role == role]


def _counts(answers: Iterable[Answer]) -> dict[str, int]:
    found = list(answers)
    met = [a.meets for a in found if a.meets is not None]
    signs = [a.sign_right for a in found if a.sign_right is not None]
    replayed = sum(a.size is not None for a in found)
    return {
        "effects": len(found), "replayed": replayed, "with_size": len(met), "met": sum(met),
        "met_saying_little": sum(bool(a.meets and a.effect.says_little) for a in found),
        "with_sign": len(signs), "signs_right": sum(signs),
    }  # fmt: skip


def _of_which(saying_little: int) -> str:
    return f", of which {saying_little} say little" if saying_little else ""


def _row(answer: Answer) -> dict[str, Any]:
    effect = answer.effect
    return {
        "study": effect.study,
        "outcome": effect.outcome,
        "unit": effect.replay.unit if effect.replay else effect.unit,
        "role": effect.role,
        "estimate": effect.sign if effect.estimate is None else effect.estimate,
        "study_low": effect.low,
        "study_high": effect.high,
        "model_low": answer.low,
        "model_median": answer.median,
        "model_high": answer.high,
        "meets": answer.meets,
        "sign_right": answer.sign_right,
        "times_too_small": answer.too_small,
        "missing": effect.missing,
    }


def _cells(answer: Answer) -> list[str]:
    row = _row(answer)
    return [answer.effect.name, *(_cell(row[key]) for key in FIELDS[3:])]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def _answers(found: dict[str, Published], rows: list[Row], release: str) -> tuple[Answer, ...]:
    own = {row["effect"]: row for row in rows if row["release"] == release}
    return tuple(Answer(found[n], *_numbers(own[n])) for n in found if n in own)


def _numbers(row: Row) -> list[float | None]:
    try:
        return [row.number(key) for key in ("model_low", "model_median", "model_high")]
    except ModelError as fault:
        message = f"{fault}: the answer to '{row['effect']}'; run caresim effects again"
        raise ModelError(message) from None
