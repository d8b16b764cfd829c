"""Projections and backtests in the tables of the hubverse."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.england import England
from caresim.language.errors import CaresimError, RunError
from caresim.study.backtest.scores import QUANTILES
from caresim.views.files.claim import claimed
from caresim.views.files.whole import write_all
from caresim.views.report import hubverse
from caresim.views.report.hubverse_config import SCHEMA

# From hubverse's model-output.md: the columns of a task, then those of a model output
COLUMNS = [
    "origin_date", "location", "target", "horizon", "target_end_date",
    "output_type", "output_type_id", "value",
]  # fmt: skip
FILE = "model-output/caresim-model/2018-03-31-caresim-model.csv"


@pytest.fixture(scope="module")
def england():
    return England()


@pytest.fixture(scope="module")
def backtest(england):
    """The backtest that ships, two of its origins."""
    shipped = cs.Backtest.of(england)
    table = shipped.table[shipped.table["origin"].isin(["2016-17", "2017-18"])]
    return cs.Backtest.of_rows(table.to_dict("records"), england)


@pytest.fixture(scope="module")
def files(backtest, england):
    return hubverse.hub_files(backtest, england)


@pytest.fixture(scope="module")
def ensemble(england):
    sample = cs.draws(england, 12, seed=3, given="posterior")
    return cs.run(england, draws=sample, until="2023-03-31", outputs=england.published_names())


def grouped(table):
    return table.groupby(["origin_date", "target", "target_end_date"], sort=False)


def check_model_output(table):
    assert list(table.columns) == COLUMNS
    assert set(table["output_type"]) == {"quantile"}
    ends = pd.to_datetime(table["target_end_date"]).dt.year
    starts = pd.to_datetime(table["origin_date"]).dt.year
    assert (ends - starts == table["horizon"]).all()
    assert table["target_end_date"].str.fullmatch(r"\d{4}-03-31").all()
    for _, task in grouped(table):
        assert tuple(task["output_type_id"]) == QUANTILES
        assert (np.diff(task["value"]) >= 0).all(), "quantiles do not fall"


# A projection


def test_a_projection_is_a_model_output_from_the_last_figure_on(ensemble, england):
    table = hubverse.projection_table(ensemble)
    check_model_output(table)
    assert set(table["origin_date"]) == {"2020-03-31"}
    assert set(table["location"]) == {"England"}
    assert list(table["target"].unique()) == list(england.published_names())
    assert list(table["horizon"].unique()) == [1, 2, 3]


def test_its_values_are_the_quantiles_of_the_draws_to_six_figures(ensemble):
    table = hubverse.projection_table(ensemble, ["total_spend"], ["2021-22"], "E92000001")
    found = ensemble.annual(QUANTILES).loc["2021-22", "total_spend"].to_numpy()
    assert table["value"].to_numpy() == pytest.approx(found, rel=5e-6)
    assert [float(f"{value:.6g}") for value in table["value"]] == list(table["value"])
    assert set(table["location"]) == {"E92000001"}


def test_a_single_run_has_no_quantiles(england):
    with pytest.raises(RunError, match="'Policy of March 2020' is a single run"):
        hubverse.projection_table(cs.run(england, until="2022-03-31"))


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("2019-20", "2019-20 is no year to project: the last figures are those of 2019-20"),
        ("2030-31", "the run ends with 2022-23, before 2030-31"),
        ("2030", "'2030' is not a financial year"),
    ],
)
def test_a_year_that_is_not_projected_is_refused(ensemble, year, said):
    with pytest.raises(CaresimError, match=said):
        hubverse.projection_table(ensemble, years=[year])


def test_scenarios_stand_in_one_table_told_apart_by_their_id(ensemble):
    text = hubverse.scenario_csv({"one": ensemble, "two": ensemble})
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [COLUMNS[0], "scenario_id", *COLUMNS[1:]]
    assert {row["scenario_id"] for row in rows} == {"one", "two"}
    assert len(rows) == 2 * len(hubverse.projection_table(ensemble))


def test_a_run_that_ends_before_the_last_figure_has_no_table(england):
    sample = cs.draws(england, 2, seed=1, given="posterior")
    assert hubverse.scenario_csv({"one": cs.run(england, draws=sample, until="2015-03-31")}) == ""


# A backtest


def test_each_origin_and_model_has_a_table(backtest):
    tables = hubverse.backtest_tables(backtest)
    models = {f"caresim-{n}" for n in ("model", "model_actual", "last_value", "random_walk")}
    assert set(tables) == {(f"{y}-03-31", m) for y in (2017, 2018) for m in models}
    for (origin, _), table in tables.items():
        check_model_output(table)
        assert set(table["origin_date"]) == {origin}


def test_its_quantiles_are_those_of_the_backtest(backtest):
    part = backtest.only(given="rule", series=["looked_after"])
    for method in ("model", "last_value", "random_walk"):
        table = hubverse.backtest_tables(part)["2018-03-31", f"caresim-{method}"]
        rows = part.table["origin"] == "2017-18"
        found = part.quantiles(method)[rows].ravel()
        assert table["value"].to_numpy() == pytest.approx(found, rel=5e-6)


def test_what_came_about_can_be_joined_to_what_was_said(backtest):
    oracle = hubverse.oracle_table(backtest)
    assert list(oracle.columns) == ["location", "target", "target_end_date", "oracle_value"]
    task = ["location", "target", "target_end_date"]
    assert not oracle.duplicated(task).any()
    for table in hubverse.backtest_tables(backtest).values():
        joined = table.merge(oracle, on=task, how="left")
        assert joined["oracle_value"].notna().all()
    series = hubverse.time_series_table(backtest)
    assert series["observation"].sum() == pytest.approx(oracle["oracle_value"].sum(), rel=1e-12)


def test_without_draws_the_rivals_alone_have_tables(backtest, england):
    table = backtest.table.copy()
    table[[c for c in table if c.startswith("model_q")]] = np.nan
    tables = hubverse.backtest_tables(cs.Backtest.of_rows(table.to_dict("records"), england))
    assert {name for _, name in tables} == {"caresim-last_value", "caresim-random_walk"}


def test_a_backtest_without_any_band_is_refused(backtest, england):
    table = backtest.table.copy()
    table[[c for c in table if c.startswith("model_q") or c.endswith("_spread")]] = np.nan
    with pytest.raises(CaresimError, match="the backtest has no bands; make it with draws"):
        hubverse.hub_files(cs.Backtest.of_rows(table.to_dict("records"), england), england)


# The files of a hub


def test_files_lie_where_a_hub_has_them(files):
    folders = {name.split("/")[0] for name in files}
    assert folders == {"model-output", "target-data", "hub-config"}
    for name in files:
        if name.startswith("model-output"):
            _, model, file = name.split("/")
            assert file.removesuffix(f"-{model}.csv") in {"2017-03-31", "2018-03-31"}
            assert model.count("-") == 1, "team and model"
            assert len(model.split("-")[1]) <= 16
    assert "NA" not in files[FILE]
    assert "nan" not in files[FILE]


def listed(values):
    """Return the schema of a task id: values that are required, and those that may be."""
    kinds = {"type": ["array", "null"], "uniqueItems": True, "items": values}
    return {
        "type": "object", "properties": {"required": kinds, "optional": kinds},
        "required": ["required", "optional"], "additionalProperties": False,
    }  # fmt: skip


def closed(required, /, **properties):
    return {
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip


DATE, TEXT = {"type": "string", "format": "date"}, {"type": "string"}
FLAG = {"type": "boolean"}
# The parts of the tasks schema v6.0.0 that apply to one round with quantiles
TASKS = closed(
    ["rounds", "schema_version"],
    schema_version=TEXT,
    output_type_id_datatype={"enum": ["auto", "character", "double", "integer", "Date"]},
    derived_task_ids={"type": ["array", "null"], "items": TEXT},
    rounds={"type": "array", "minItems": 1, "items": closed(
        ["round_id_from_variable", "round_id", "model_tasks", "submissions_due"],
        round_id_from_variable=FLAG, round_id=TEXT,
        submissions_due=closed(["relative_to", "start", "end"], relative_to=TEXT,
                               start={"type": "integer"}, end={"type": "integer"}),
        model_tasks={"type": "array", "items": closed(
            ["task_ids", "output_type", "target_metadata"],
            task_ids=closed([], origin_date=listed(DATE), target=listed(TEXT),
                            horizon=listed({"type": ["integer", "string"]}),
                            location=listed(TEXT), target_end_date=listed(DATE)),
            output_type=closed(["quantile"], quantile=closed(
                ["output_type_id", "value", "is_required"], is_required=FLAG,
                output_type_id=closed(["required"], required={
                    "type": "array", "uniqueItems": True,
                    "items": {"type": "number", "minimum": 0, "maximum": 1}}),
                value=closed(["type"], type={"enum": ["double", "integer"]},
                             minimum={"type": "number"}, maximum={"type": "number"}))),
            target_metadata={"type": "array", "items": closed(
                ["target_id", "target_name", "target_units", "target_type", "target_keys",
                 "is_step_ahead"],
                target_id=TEXT | {"maxLength": 30}, target_name=TEXT | {"maxLength": 100},
                target_units=TEXT | {"maxLength": 100}, description=TEXT,
                target_keys={"type": "object", "minProperties": 1, "maxProperties": 1,
                             "additionalProperties": TEXT},
                target_type={"enum": ["continuous", "discrete"]}, is_step_ahead=FLAG,
                time_unit={"enum": ["day", "week", "month"]},
                additional_metadata={"type": "object"})},
        )},
    )},
)  # fmt: skip
ADMIN = closed(
    ["schema_version", "name", "maintainer", "contact", "repository", "file_format", "timezone"],
    schema_version=TEXT, name=TEXT, maintainer=TEXT, timezone=TEXT,
    contact=closed([], name=TEXT, email=TEXT),
    repository=closed([], host={"enum": ["github"]}, owner=TEXT, name=TEXT),
    file_format={"type": "array", "items": {"enum": ["csv", "parquet", "arrow"]}},
)  # fmt: skip
NAMES = {"type": "array", "uniqueItems": True, "items": TEXT}
TARGET_DATA = closed(
    ["schema_version", "observable_unit", "date_col"],
    schema_version=TEXT, observable_unit=NAMES, date_col={"type": ["string", "null"]},
    **{
        "time-series": closed([], versioned=FLAG, non_task_id_schema={"type": "object"}),
        "oracle-output": closed(
            [], versioned=FLAG, has_output_type_ids=FLAG, observable_unit=NAMES
        ),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "schema"), [("tasks", TASKS), ("admin", ADMIN), ("target-data", TARGET_DATA)]
)
def test_the_settings_are_of_the_schema(files, name, schema):
    settings = json.loads(files[f"hub-config/{name}.json"])
    assert settings["schema_version"] == f"{SCHEMA}/{name}-schema.json"
    pytest.importorskip("jsonschema").validate(settings, schema)


def test_the_tasks_hold_every_value_of_the_tables(files, backtest):
    (tasks,) = json.loads(files["hub-config/tasks.json"])["rounds"][0]["model_tasks"]
    for name, found in tasks["task_ids"].items():
        used = {v for t in hubverse.backtest_tables(backtest).values() for v in t[name].unique()}
        assert set(found["optional"]) == used, name
    keys = [target["target_keys"]["target"] for target in tasks["target_metadata"]]
    assert keys == tasks["task_ids"]["target"]["optional"]
    ids = [target["target_id"] for target in tasks["target_metadata"]]
    assert len(set(ids)) == len(ids)
    units = {t["target_id"]: t["target_units"] for t in tasks["target_metadata"]}
    assert units["statutory_spend"] == "GBP/year, 2019-20 prices"


def write(files, folder):
    """Write a hub as ``caresim backtest`` does."""
    with claimed(folder) as place:
        return write_all(files, place, "record.json", {})


def test_a_hub_is_written_and_read_back(files, tmp_path):
    paths = write(files, tmp_path / "hub")
    assert len(paths) == len(files) + 1
    for name, text in files.items():
        assert (tmp_path / "hub" / name).read_text(encoding="utf-8") == text
    check_model_output(pd.read_csv(tmp_path / "hub" / FILE))


def test_the_reader_of_the_hubverse_connects_to_it(files, tmp_path):
    hubdata = pytest.importorskip("hubdata")
    write(files, tmp_path / "hub")
    table = hubdata.connect_hub(tmp_path / "hub").to_table()
    written = [text for name, text in files.items() if name.startswith("model-output")]
    assert table.num_rows == sum(text.count("\n") - 1 for text in written)
