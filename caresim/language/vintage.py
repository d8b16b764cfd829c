"""A vintage: what is known of a model's world up to a year, loaded together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from caresim.language.csv_rows import csv_kind, read_heading, read_table
from caresim.language.errors import CaresimError, did_you_mean
from caresim.language.observed import Observed
from caresim.language.parameters import Dimensions, Parameters
from caresim.language.renamed import Renamed

__all__ = ["Vintage", "fitted_text"]

FIGURES, GIVEN, FITTED = "observed.csv", "given.toml", "fitted.csv"
POSTERIOR, SCORE = "posterior.csv", "backtest.csv"
DRAWN = csv_kind("a CSV file of draws")
FILES = (FIGURES, GIVEN, FITTED, POSTERIOR, SCORE)
ALL = "figures, what is given from outside, fitted values, posterior and score"


@dataclass(frozen=True, eq=False)
class Vintage:
    """One folder with all that figures up to a year say, beside the equations of a model.

    ``observed`` are the figures, ``fitted`` the values of the estimated parameters in the order of
    the fit. The folder holds ``observed.csv``, ``given.toml`` (the parameters that are given from
    outside, with the CSV files that they name), ``fitted.csv``, ``posterior.csv`` and
    ``backtest.csv``.
    """

    folder: Path
    observed: Observed
    fitted: Mapping[str, float]

    @classmethod
    def read(cls, folder: str | Path) -> Vintage:
        """Read a folder as a whole.

        Raises CaresimError for a file that is missing or cannot be read, and for a posterior of
        other parameters than those with a fitted value.
        """
        folder = Path(folder)
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            message = f"{folder} is no vintage: {_listed(missing)}; {ALL} belong together"
            raise CaresimError(message)
        try:
            vintage = cls(folder, Observed.read(folder / FIGURES), _fitted(folder / FITTED))
            _check_posterior(folder, vintage.fitted)
        except CaresimError as fault:
            message = str(fault) if str(folder) in str(fault) else f"{folder.name}/{fault}"
            raise CaresimError(message) from None
        return vintage

    @property
    def posterior_file(self) -> Path:
        """The draws that the fit left."""
        return self.folder / POSTERIOR

    @property
    def backtest_file(self) -> Path:
        """The score out of sample."""
        return self.folder / SCORE

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
        return read

    def check_figures(self, model: str, known: Collection[str]) -> None:
        """Raise CaresimError for a figure to fit of a quantity that a model has not."""
        for row in self.observed.observations:
            if row.tolerance and row.series not in known:
                place = f"{self.folder.name}/{FIGURES}, {row.series} {row.year}"
                advice = did_you_mean(row.series, known) or "; leave its tolerance empty"
                message = f"{place}: {model} has no quantity of this name{advice}"
                raise CaresimError(message)

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
    """Raise CaresimError where the draws are not of the parameters that have a fitted value."""
    drawn = read_heading(folder / POSTERIOR, DRAWN)
    for name in drawn:
        if name not in fitted:
            message = f"{POSTERIOR} draws '{name}', which {FITTED} has no value for"
            raise CaresimError(f"{message}{did_you_mean(name, fitted)}")
    if undrawn := [name for name in fitted if name not in drawn]:
        message = f"{POSTERIOR} has no draws of '{undrawn[0]}', which {FITTED} has a value for"
        raise CaresimError(message)


def _listed(missing: list[str]) -> str:
    more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"{missing[0]} is missing{more}"
