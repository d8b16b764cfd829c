"""The settings of a hub: what its tasks, its targets and its target data are.

They follow the hubverse schemas v6.0.0. Those know days, weeks and months as steps of a horizon and
no years, so that a target counts as no step ahead; ``additional_metadata`` says that a horizon is
counted in years, and ``target_end_date`` says the day.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from caresim.language.model import Model
from caresim.study.backtest.scores import QUANTILES
from caresim.study.quantile_rows import COLUMNS, Row

__all__ = ["SCHEMA", "hub_config"]

SCHEMA = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0"
NAME_LENGTH, ID_LENGTH = 100, 30  # characters that the schema allows
OPEN_DAYS = 36_500  # a backtest is handed in long after its origin


def hub_config(model: Model, rows: Sequence[Row]) -> dict[str, str]:
    """Return ``tasks.json``, ``admin.json`` and ``target-data.json`` for the rows of a hub."""
    settings = {"tasks": _tasks(model, rows), "admin": _admin(model), "target-data": _target_data()}
    return {
        f"hub-config/{name}.json": json.dumps(
            {"schema_version": f"{SCHEMA}/{name}-schema.json", **told}, indent=2, ensure_ascii=False
        )
        + "\n"
        for name, told in settings.items()
    }


def _tasks(model: Model, rows: Sequence[Row]) -> dict[str, object]:
    """Return one round for each origin, in which every target may be answered."""
    values = {name: sorted({row[i] for row in rows}) for i, name in enumerate(COLUMNS[:5])}
    tasks = {
        "task_ids": {name: {"required": None, "optional": found} for name, found in values.items()},
        "output_type": {
            "quantile": {
                "output_type_id": {"required": list(QUANTILES)},
                "is_required": True,
                "value": {"type": "double"},
            }
        },
        "target_metadata": [
            _target(model, str(name), number) for number, name in enumerate(values["target"], 1)
        ],
    }
    due = {"relative_to": "origin_date", "start": 0, "end": OPEN_DAYS}
    return {
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "origin_date",
                "model_tasks": [tasks],
                "submissions_due": due,
            }
        ],
        "output_type_id_datatype": "double",
        "derived_task_ids": ["target_end_date"],
    }


def _target(model: Model, name: str, number: int) -> dict[str, object]:
    """Return what a target is; a long name gets a number in its id, to be told from others."""
    short = name if len(name) <= ID_LENGTH else f"{name[: ID_LENGTH - 5]}_{number}"
    variable = model.variable(name) if name in model.variables else None
    unit = "as in the figures" if variable is None else str(variable.unit)
    money = variable is not None and variable.unit.power_of("GBP")
    base = f", {model.parameters.price_year} prices" if money else ""
    return {
        "target_id": short,
        "target_name": (name if variable is None else variable.label)[:NAME_LENGTH],
        "target_units": f"{unit}{base}"[:NAME_LENGTH],
        "target_keys": {"target": name},
        "target_type": "continuous",
        "is_step_ahead": False,
        "additional_metadata": {"horizon_unit": "year"},
    }


def _admin(model: Model) -> dict[str, object]:
    return {
        "name": f"caresim backtests of {type(model).__name__}",
        "maintainer": "caresim",
        "contact": {"name": "caresim"},
        "repository": {"host": "github", "name": "caresim"},
        "file_format": ["csv"],
        "timezone": "Europe/London",
    }


def _target_data() -> dict[str, object]:
    return {
        "observable_unit": ["target_end_date", "target", "location"],
        "date_col": "target_end_date",
        "time-series": {"versioned": False},
        "oracle-output": {"has_output_type_ids": False, "versioned": False},
    }
