"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caresim.study.scenario.keys import CHANGE, PROFILE, SCENARIO, VERBS, Key

__all__ = ["scenario_schema"]

Table = dict[str, Any]


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    change = "One dated change of one lever, with exactly one of set, add and scale."
    policy = "A policy for caresim: a flat list of dated changes to the levers of the model."
    one = {"oneOf": [{"required": [verb]} for verb in VERBS]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$defs": {"ChangeTable": _object("ChangeTable", CHANGE, change, one), "Years": PROFILE},
        **_object("ScenarioTable", SCENARIO, policy, {}),
    }


def _object(title: str, keys: Sequence[Key], description: str, rule: Table) -> Table:
    return {
        "additionalProperties": False,
        "description": description,
        **rule,
        "properties": {key.name: key.schema for key in keys},
        "required": [key.name for key in keys if key.example],
        "title": title,
        "type": "object",
    }
