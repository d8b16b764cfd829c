"""A vintage: what is known of a model's world up to a year, loaded together or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from caresim.language.csv_rows import csv_kind, read_heading, read_table
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ModelError, ParameterError, did_you_mean
from caresim.language.observed import Observed
from caresim.language.overlay import laid_over
from caresim.language.parameters import Dimensions, Parameters
from caresim.language.renamed import Renamed
from caresim.language.text_files import FileKind, check_ordinary, text_of
from caresim.language.toml_files import read_toml, toml_kind

__all__ = ["FIGURES", "FITTED", "GIVEN", "POSTERIOR", "RECORD", "SCORE", "Vintage", "fitted_text"]

FIGURES, GIVEN, FITTED = "observed.csv", "given.toml", "fitted.csv"
POSTERIOR, SCORE = "posterior.csv", "backtest.csv"
DRAWN = csv_kind("a CSV file of draws")
FILES = (FIGURES, GIVEN, FITTED, POSTERIOR, SCORE)
MAY_LACK = (POSTERIOR, SCORE)  # where the record of the fit lists none
ALL = "figures, what is given from outside, fitted values, posterior and score"
GIVEN_FILE = toml_kind("what is given from outside")
RECORD_FILE = FileKind("the record of a fit", "json")
ONE_FILE = FileKind("the file itself", "csv")
RECORD = "fit.json"  # what a calibration leaves beside the files, with their digests
AGAIN = "take the folder as it was written, or calibrate again"


@dataclass(frozen=True, eq=False)
class Vintage:
    """One folder with all that figures up to a year say, beside the equations of a model.

    ``observed`` are the figures, ``fitted`` the values of the estimated parameters in the order of
    the fit. The folder holds ``observed.csv``, ``given.toml`` (the parameters that are given from
    outside, with the CSV files that they name), ``fitted.csv``, ``posterior.csv`` and
    ``backtest.csv``. Beside a fit's ``fit.json``, which lists files with their digests, each is the
    one that was written; posterior and score may be missing where it lists none. ``fitted_with``
    is the fingerprint of the equations that were fitted, where the record says so.
    """

    folder: Path
    observed: Observed
    fitted: Mapping[str, float]
    fitted_with: str = field(default="", repr=False)

    @classmethod
    def read(cls, folder: str | Path) -> Vintage:
        """Read a folder as a whole.

        Raises CaresimError for a file that is missing, that cannot be read or that is not the one
        its fit wrote, and for a posterior that leaves out a parameter with a fitted value.
        """
        folder = Path(folder)
        try:
            record = _record(folder)
            digests: Mapping[str, str] = record.get("digests", {})
            _check_whole(folder, digests if record else None)
            fitted = _fitted(folder / FITTED)
            # absolute, so that the draws are found from another working folder too
            vintage = cls(folder.absolute(), Observed.read(folder / FIGURES), fitted,
                          str(record.get("equations", "")))  # fmt: skip
            if vintage.posterior_file:
                _check_posterior(folder, vintage.fitted)
        except _NotWholeError as fault:
            raise CaresimError(str(fault)) from None
        except (OSError, UnicodeDecodeError) as fault:
            message = f"{folder} cannot be read as a vintage: {fault}"
            raise CaresimError(message) from None
        except CaresimError as fault:
            message = str(fault) if str(folder) in str(fault) else f"{folder.name}/{fault}"
            raise CaresimError(message) from None
        return vintage

    @classmethod
    def of(cls, given: object) -> Vintage:
        """Return a vintage that is given as such or by its folder.

        Raises ModelError for anything else, and what :meth:`read` raises.
        """
        if isinstance(given, Vintage):
            return given
        if isinstance(given, str | Path) and str(given):
            return cls.read(given)
        message = f"vintage is a folder such as 'fit', or Vintage.read('fit'), not {given!r}"
        raise ModelError(message)

    @property
    def posterior_file(self) -> Path | None:
        """The draws that the fit left, None where it left none."""
        return self._file(POSTERIOR)

    @property
    def backtest_file(self) -> Path | None:
        """The score out of sample, None where the fit was not scored."""
        return self._file(SCORE)

    def _file(self, name: str) -> Path | None:
        return self.folder / name if (self.folder / name).is_file() else None

    @cached_property
    def fingerprint(self) -> str:
        """A short text that two vintages share only when all their files are the same."""
        names = [*FILES, *given_files(self.folder)]
        data = [path.read_bytes() for name in names if (path := self.folder / name).is_file()]
        parts = (hashlib.sha256(text.replace(b"\r\n", b"\n")).digest() for text in data)
        return hashlib.sha256(b"".join(parts)).hexdigest()[:12]

    def parameters(
        self, *files: str | Path, dimensions: Dimensions = (), renamed: Iterable[Renamed] = ()
    ) -> Parameters:
        """Read the parameters of a model from its files, with those given and the fitted values.

        What is given stands first, what is estimated last; ``dimensions`` are what parameters may
        be over, ``renamed`` names that they had before.

        Raises CaresimError for a fault of a file, a fitted value that belongs to no estimated
        parameter, and an estimated parameter without one.
        """
        given = self.folder / GIVEN
        read = Parameters.read(
            given, *files, dimensions=dimensions, fitted=self.fitted, renamed=renamed
        )
        where = f"{self.folder.name}/{FITTED}"
        for name in self.fitted:
            if name not in read:
                near = did_you_mean(name, read.estimated())
                message = f"{where}: '{name}' is no parameter{near}"
                raise CaresimError(message)
            if (role := read[name].role) != "estimated":
                message = f"{where}: '{name}' is {role} and takes no fitted value; take its row out"
                raise CaresimError(message)
        self._check_drawn(read, "the model")
        return read

    def laid_over(self, known: Parameters, of: str, before: Vintage | None = None) -> Parameters:
        """Return a model's parameters with those given and the fitted values of this vintage.

        ``of`` is what the model is called; what was given by the vintage ``before`` must be given
        by this one too, so that no two are mixed.

        Raises CaresimError for what does not belong to the model, and for what is missing.
        """
        where = f"{self.folder.name}/{GIVEN}"
        try:
            given = self.given(known)
        except CaresimError as fault:
            told = str(fault)
            message = told if str(self.folder) in told else f"{self.folder.name}/{told}"
            raise ParameterError(message) from None
        now = {known.current(name) for name in given}
        if left := [name for name in before.given(known) if name not in now] if before else ():
            message = f"{where} does not give '{left[0]}', which {of} takes from its vintage"
            raise ParameterError(f"{message}; {AGAIN}")
        made = laid_over(given, known, of, f"{where}: ")
        self._check_fitted(made, of)
        self._check_drawn(made, of)
        return made.replaced(self.fitted)

    def given(self, known: Collection[str]) -> Parameters:
        """Return the parameters that are given from outside, which may name others, ``known``."""
        return Parameters.read(self.folder / GIVEN, beside=known, fitted=self.fitted)

    def _check_fitted(self, known: Parameters, of: str) -> None:
        """Raise ParameterError unless exactly what is estimated has a fitted value."""
        where = f"{self.folder.name}/{FITTED}"
        for name in self.fitted:
            if name not in known:
                message = f"{where}: '{name}' is no parameter of {of}"
                raise ParameterError(f"{message}{did_you_mean(name, known.estimated())}")
            if (role := known[name].role) != "estimated":
                message = f"{where}: '{name}' is {role} in {of} and takes no fitted value"
                raise ParameterError(f"{message}; calibrate again")
        if left := [name for name in known.estimated() if name not in self.fitted]:
            message = f"{where} has no value of '{left[0]}', which {of} estimates; calibrate again"
            raise ParameterError(message)

    def _check_drawn(self, known: Parameters, of: str) -> None:
        """Raise ParameterError for a number that is drawn and has no prior in the model."""
        for name in read_heading(self.folder / POSTERIOR, DRAWN) if self.posterior_file else ():
            entry = known.get(name)
            if entry is None or entry.prior is None:
                message = (
                    f"{self.folder.name}/{POSTERIOR} draws '{name}', which is no parameter of {of} "
                    f"with a prior{did_you_mean(name, [n for n in known if known[n].prior])}"
                )
                raise ParameterError(message)

    def check_equations(self, model: str, fingerprint: str) -> None:
        """Raise CaresimError where the record says that other equations were fitted."""
        if self.fitted_with and self.fitted_with != fingerprint:
            message = (
                f"{self.folder}: the vintage was fitted with the equations {self.fitted_with}, and "
                f"those of {model} are {fingerprint}; calibrate {model} and take what that writes"
            )
            raise CaresimError(message)

    def check_figures(self, model: str, known: Collection[str]) -> None:
        """Raise CaresimError for a figure to fit of a quantity that a model has not."""
        for row in self.observed.observations:
            if row.tolerance and row.series not in known:
                place = f"{self.folder.name}/{FIGURES}, {row.series} {row.year}"
                advice = did_you_mean(row.series, known) or "; leave its tolerance empty"
                message = f"{place}: {model} has no quantity of this name{advice}"
                raise CaresimError(message)

    @property
    def last_figure(self) -> str:
        """The last financial year of which it has a figure, where a projection starts."""
        years = (row.year for row in self.observed.observations)
        return max(years, key=year_end, default="none")

    def lines(self) -> list[str]:
        """Return in a few lines what the vintage holds, and whether it was scored."""
        rows = self.observed.observations
        causes = dict.fromkeys(row.cause for row in rows if row.cause)
        disturbed = sum(bool(row.cause) for row in rows)
        said = f", {disturbed} disturbed ({'; '.join(causes)})" if causes else ""
        fitted = sum(bool(row.tolerance) for row in rows)
        with_draws = "with draws of them" if self.posterior_file else "without draws of them"
        return [
            f"Vintage {self.folder.resolve().name}, last figure {self.last_figure}",
            f"{len(rows)} figures of {len(self.observed.series)} series, {fitted} fitted{said}",
            f"{len(self.fitted)} fitted values, {with_draws}",
            "scored out of sample" if self.backtest_file else "not scored",
        ]

    def __repr__(self) -> str:
        return (
            f"<Vintage {self.folder.name}: {len(self.observed.observations)} figures, "
            f"{len(self.fitted)} fitted values>"
        )


def fitted_text(values: Mapping[str, float]) -> str:
    """Return fitted values as a vintage keeps them."""
    return "name,value\n" + "".join(f"{name},{value!r}\n" for name, value in values.items())


def _fitted(path: Path) -> dict[str, float]:
    table = read_table(path, ("name", "value"), (), kind=csv_kind("a CSV file of fitted values"))
    found: dict[str, float] = {}
    for row in table:
        with table.faults.kept():
            if row["name"] in found:
                raise row.fault("name", f"a second value for {row['name']}")
            found[row["name"]] = row.needed("value")
    table.faults.tell()
    return found


def _check_posterior(folder: Path, fitted: Mapping[str, float]) -> None:
    """Raise CaresimError where a parameter that has a fitted value is not drawn.

    Other numbers may be drawn with these; that the model has them is checked with the model.
    """
    drawn = read_heading(folder / POSTERIOR, DRAWN)
    if undrawn := [name for name in fitted if name not in drawn]:
        message = f"{POSTERIOR} has no draws of '{undrawn[0]}', which {FITTED} has a value for"
        raise CaresimError(message)


def given_files(folder: Path) -> tuple[str, ...]:
    """Return the CSV files that ``given.toml`` names, each once; none where it cannot be read."""
    try:
        content = read_toml(folder / GIVEN, GIVEN_FILE)
    except CaresimError:
        return ()
    tables = [table for table in content.values() if isinstance(table, dict)]
    named = [table["from"] for table in tables if isinstance(table.get("from"), str)]
    return tuple(dict.fromkeys(named))


class _NotWholeError(CaresimError):
    """A fault of the folder as a whole, which names it itself."""


def _record(folder: Path) -> dict[str, Any]:
    """Return what a fit recorded beside its files, empty where caresim wrote no record there."""
    path = folder / RECORD
    if not path.is_file():
        return {}
    try:
        found = json.loads(text_of(path, RECORD_FILE))
        if not str(found["written_by"]).startswith("caresim "):
            return {}
        return {**found, "digests": dict(found["digests"])}
    except (CaresimError, ValueError, LookupError, TypeError, RecursionError) as fault:
        message = f"{path} cannot be read as the record of a fit ({fault}); {AGAIN}"
        raise _NotWholeError(message) from None


def _check_whole(folder: Path, digests: Mapping[str, str] | None) -> None:
    """Raise CaresimError for a file that is missing or not the one that the fit wrote."""
    if not folder.is_dir():
        raise _NotWholeError(_no_folder(folder))
    needed = [n for n in FILES if digests is None or n in digests or n not in MAY_LACK]
    for name in (*needed, *given_files(folder)):
        if os.path.lexists(folder / name):
            check_ordinary(folder / name, ONE_FILE)
    if missing := [name for name in needed if not (folder / name).is_file()]:
        message = f"{folder} is no vintage: {_listed(missing)}; {ALL} belong together"
        raise _NotWholeError(message)
    if digests is None:
        return
    for name in (*FILES, *given_files(folder)):
        path = folder / name
        if not path.is_file():
            continue
        if name not in digests:
            message = f"{folder} is no vintage: {name} is not of the fit that {RECORD} tells of"
            raise _NotWholeError(f"{message}; {AGAIN}")
        data = path.read_bytes()
        if digests[name] not in (_sha(data), _sha(data.replace(b"\r\n", b"\n"))):
            message = f"{folder} is no vintage: {name} is not as its fit wrote it ({RECORD})"
            raise _NotWholeError(f"{message}; {AGAIN}")


def _no_folder(folder: Path) -> str:
    what = "is a file" if os.path.lexists(folder) else "does not exist"
    return f"{folder} is no vintage: it {what}; name the folder that calibrate wrote"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _listed(missing: list[str]) -> str:
    more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"{missing[0]} is missing{more}"
