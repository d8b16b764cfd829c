"""Council figures made ready for use: ``python -m caresim.england.councils.build FOLDER``."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain, pairwise
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.language.files import write_whole

__all__ = ["HEADLINE", "SERIES", "SUPPRESSED", "YEARS", "build", "main"]

HERE = Path(__file__).parent
YEARS = tuple(f"{year}-{(year + 1) % 100:02}" for year in range(2009, 2020))
MID_YEARS = tuple(str(year) for year in range(2009, 2025))
LAST_OF_FIGURES = "2019"  # mid-year of the last financial year
SUPPRESSED = "x"

BANDS = ("pop_0_4_midyear", "pop_5_9_midyear", "pop_10_14_midyear", "pop_15_16_midyear",
         "pop_0_16_midyear")  # fmt: skip
SERIES = (
    *("referrals", "children_referred", "rereferrals_12m"),
    *("cin_31mar", "cin_started", "cin_ended", "s47", "icpc"),
    *("cpp_31mar", "cpp_started", "cpp_ended"),
    *("cla_31mar", "cla_31mar_age_u1", "cla_31mar_age_1_4", "cla_31mar_age_5_9"),
    *("cla_31mar_age_10_15", "cla_31mar_16plus", "cla_31mar_foster", "cla_uasc_31mar"),
    *("cla_started", "cla_started_age_u1", "cla_started_age_1_4", "cla_started_age_5_9"),
    *("cla_started_age_10_15", "cla_started_age_16plus", "cla_started_need_absent_parenting"),
    "cla_ceased",
    *("spend_children_looked_after", "spend_safeguarding", "spend_youth_justice"),
    *("spend_sure_start_under5", "spend_family_support", "spend_young_people", "spend_other"),
    *("spend_statutory", "spend_nonstatutory", "spend_total_cyps_excl_CERA"),
    *("children_relative_low_income", "child_low_income_hmrc_pct", "ofsted_overall_grade"),
    *BANDS,
)
CHILDREN, FIRST = "pop_0_17_midyear", "pop_0_17_midyear_first_published"
FIGURE_COLUMNS = ("area_code", "series", "year", "value")
AREA_COLUMNS = {
    "code": "area_code",
    "name": "area_name",
    "dfe_code": "dfe_code",
    "region": "region",
    "type": "type",
    "first_year": "first_year",
    "last_year": "last_year",
    "predecessors": "predecessors",
    "successors": "successors",
    "other_codes": "other_ons_codes",
    "idaci2015": "idaci2015_average_score",
    "idaci2019": "idaci2019_average_score",
    "imd2019": "imd2019_average_score",
    "neighbours": "neighbours_2021",
}
BREAK_COLUMNS = ("area", "series", "year", "before", "after", "reason")

HEADLINE = ("referrals", "s47", "cpp_31mar", "cin_31mar")
LARGE = 150  # below it, counts double by chance
ROUNDED_WELL = 5_000  # children; the first estimate for 2009 is rounded to 100
BY_RULE = "rule:"

Table = dict[tuple[str, str], dict[str, str]]  # (area, series) → year → number or sign
Row = dict[str, str]


def build(folder: Path, out: Path = HERE) -> None:
    """Write figures, population, areas and breaks made of the files of a folder.

    README.md beside this file says what the folder holds. All four files are written or none; rows
    of ``breaks.csv`` in ``out`` whose reason is not the rule's are kept.

    Raises CaresimError that names file and row of the first fault.
    """
    areas = _areas(folder / "areas.csv")
    codes = set(areas)
    found = _figures(folder / "local_2010_2020.csv", {*SERIES, CHILDREN, FIRST}, codes)
    later = _figures(folder / "population_2020_2024.csv", {CHILDREN}, codes)
    _refuse_gaps(found, folder / "local_2010_2020.csv")
    kept = {key: _by_financial_year(key[1], cells) for key, cells in found.items()}
    write_whole(
        {
            out / "figures.csv": _text(("area", "series", *YEARS), _figure_rows(areas, kept)),
            out / "population.csv": _text(
                ("area", *MID_YEARS), _population_rows(areas, found, later)
            ),
            out / "areas.csv": _text(tuple(AREA_COLUMNS), areas.values()),
            out / "breaks.csv": _text(
                BREAK_COLUMNS, _with_those_by_hand(_jumps(kept), out / "breaks.csv", codes)
            ),
        }
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Build from the folder that the command line names, or say what is wrong with it and end."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        raise SystemExit(
            "name one folder, that of the source files: "
            f"python -m caresim.england.councils.build FOLDER (not {len(given)} arguments); "
            f"{HERE / 'README.md'} says what it holds"
        )
    try:
        build(Path(given[0]))
    except CaresimError as fault:
        raise SystemExit(str(fault)) from None


# Reading


def _rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[str, Row]]:
    """Yield where a row stands, for messages, and its cells."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                raise CaresimError(
                    f"{path}: no column {', '.join(missing)}; give the header and the columns "
                    "that README.md lists"
                )
            for row in reader:
                place = f"{path}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise CaresimError(
                        f"{place}: not as many cells as the header has; mend the row, and put a "
                        "cell with a comma in quotes"
                    )
                yield place, row
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise CaresimError(f"{path} cannot be read: {fault}; give a CSV file in UTF-8") from None


def _areas(path: Path) -> dict[str, Row]:
    """Return code → the row that is written for it, in order of code."""
    areas: dict[str, Row] = {}
    for place, row in _rows(path, AREA_COLUMNS.values()):
        code = row["area_code"]
        if code in areas:
            raise CaresimError(f"{place}: area {code} stands twice; leave one row")
        areas[code] = {name: row[source] for name, source in AREA_COLUMNS.items()}
    return dict(sorted(areas.items()))


def _figures(path: Path, wanted: Collection[str], codes: Collection[str]) -> Table:
    """Return the wanted series of a file as they are written: numbers, and the sign of none."""
    table: Table = {}
    for place, row in _rows(path, FIGURE_COLUMNS):
        area, series, year = row["area_code"], row["series"], row["year"]
        if series not in wanted:
            continue
        _refuse_unknown(place, area, codes)
        _refuse_year(place, series, year, path.stem)
        cells = table.setdefault((area, series), {})
        if year in cells:
            raise CaresimError(f"{place}: {series} of {area} in {year} stands twice; leave one row")
        cells[year] = _number(place, row["value"], series)
    return table


def _refuse_unknown(place: str, area: str, codes: Collection[str]) -> None:
    if area not in codes:
        raise CaresimError(f"{place}: area {area!r} is not in areas.csv; add it there, or mend it")


def _refuse_year(place: str, series: str, year: str, file: str) -> None:
    """Refuse what is no year of the file, and above all figures after the last."""
    if not series.startswith("pop_"):
        years: Sequence[str] = YEARS
    elif file.startswith("population"):
        years = [mid for mid in MID_YEARS if mid > LAST_OF_FIGURES]
    else:
        years = [mid for mid in MID_YEARS if mid <= LAST_OF_FIGURES]
    if year not in years:
        raise CaresimError(
            f"{place}: {series} is read for {years[0]} to {years[-1]}, not {year!r}; take the row "
            "out (figures after 2019-20 are the out-of-sample test)"
        )


def _number(place: str, text: str, series: str) -> str:
    """Return a value as it is written: no zeros at its end, or the sign that it is suppressed."""
    if not text and series not in (CHILDREN, FIRST):
        return SUPPRESSED
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise CaresimError(f"{place}: {series} is a number of 0 or more, not {text!r}; mend the row")
    return _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refuse_gaps(found: Table, path: Path) -> None:
    there = {series for _, series in found}
    if missing := [name for name in (*SERIES, CHILDREN, FIRST) if name not in there]:
        raise CaresimError(f"{path}: no row of {', '.join(missing)}; give a file that has them")


# Figures and population


def _by_financial_year(series: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells by financial year: mid-2009 is what 2009-10 is divided by."""
    if series not in BANDS:
        return dict(cells)
    return {year: cells[year[:4]] for year in YEARS if year[:4] in cells}


def _figure_rows(areas: Iterable[str], kept: Table) -> Iterator[Row]:
    for area in areas:
        for series in SERIES:
            if cells := kept.get((area, series)):
                yield {"area": area, "series": series, **cells}


def _population_rows(areas: Iterable[str], found: Table, later: Table) -> Iterator[Row]:
    overall = _first_ratio(
        cells for (_, series), cells in found.items() if series == FIRST and {*MID_YEARS[:2]} <= {*cells}
    )
    for area in areas:
        cells = {**found.get((area, CHILDREN), {}), **later.get((area, CHILDREN), {})}
        first = found.get((area, FIRST), {})
        if "2010" in cells and {"2009", "2010"} <= set(first):
            sure = Decimal(first["2009"]) >= ROUNDED_WELL
            ratio = _first_ratio([first]) if sure else overall
            cells["2009"] = f"{Decimal(cells['2010']) * ratio:.0f}"
        if cells:
            yield {"area": area, **cells}


def _first_ratio(first: Iterable[Mapping[str, str]]) -> Decimal:
    """Return the children of 2009 for each of 2010, both on the basis before the 2011 census."""
    both = [(Decimal(cells["2009"]), Decimal(cells["2010"])) for cells in first]
    return sum((a for a, _ in both), Decimal()) / sum((b for _, b in both), Decimal())


# Breaks


def _jumps(kept: Table) -> Iterator[Row]:
    """Yield the years in which a large headline count doubles or halves since the last known."""
    for (area, series), cells in kept.items():
        if series not in HEADLINE:
            continue
        known = [(y, Decimal(cells[y])) for y in YEARS if cells.get(y, SUPPRESSED) != SUPPRESSED]
        for (year_before, before), (year, after) in pairwise(known):
            low, high = sorted((before, after))
            if high >= LARGE and high >= 2 * low:
                reason = f"{BY_RULE} {'doubles' if after > before else 'halves'}"
                if YEARS.index(year) > YEARS.index(year_before) + 1:
                    reason += f" since {year_before}, the last figure before"
                cells_of_break = (area, series, year, _plain(before), _plain(after), reason)
                yield dict(zip(BREAK_COLUMNS, cells_of_break, strict=True))


def _with_those_by_hand(found: Iterable[Row], path: Path, codes: Collection[str]) -> list[Row]:
    """Return the breaks of the rule and those that a person wrote, which take the place of it."""
    by_hand: list[Row] = []
    for place, row in _rows(path, BREAK_COLUMNS) if path.is_file() else ():
        _refuse_unknown(place, row["area"], codes)
        if row["series"] not in SERIES or row["year"] not in YEARS or not row["reason"]:
            raise CaresimError(
                f"{place}: a break has a series of figures.csv, a year such as 2012-13 and a "
                "reason; mend the row"
            )
        if not row["reason"].startswith(BY_RULE):
            by_hand.append({name: row[name] for name in BREAK_COLUMNS})
    rows = {_key(row): row for row in chain(found, by_hand)}
    return [rows[key] for key in sorted(rows)]


def _key(row: Row) -> tuple[str, str, str]:
    return row["area"], row["series"], row["year"]


# Writing


def _text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


if __name__ == "__main__":
    main()
