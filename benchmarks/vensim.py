"""The reference model as a Vensim file, which the peers read: ``print(text())``."""

from __future__ import annotations

import reference_model as reference

# Written by hand beside the caresim model, so that each checks the other
EQUATIONS = {
    "kept": "(felt / early_help_reference) ^ early_help_elasticity",
    "care": "care_1 + care_2 + care_3",
    "work": "referral_weight * referred + support_weight * support + enquiry_weight * enquiry"
    " + plan_weight * plan + care_weight * care",
    "burden": "work / (capacity * statutory)",
    "declined": "most_declined / (1 + EXP(-steepness * (burden - 1)))",
    "referrals": "population * referral_rate * kept * (1 - declined)",
    "assessed": "assessment_rate * referred",
    "supported": "support_share * assessed",
    "enquired": "enquiry_share * assessed",
    "escalated": "escalation_rate * support",
    "support_care": "support_care_rate * support",
    "support_closed": "closure_rate * support",
    "completed": "enquiry_rate * enquiry",
    "planned": "plan_share * completed",
    "enquiry_supported": "(1 - plan_share) * enquiry_support_share * completed",
    "plan_ends": "plan_end_rate * plan",
    "plan_care": "plan_care_share * plan_ends",
    "plan_supported": "(1 - plan_care_share) * plan_support_share * plan_ends",
    "second_stage": "3 / care_time * care_1",
    "third_stage": "3 / care_time * care_2",
    "care_ends": "3 / care_time * care_3",
    "returned": "return_share * care_ends",
    "early_reentries": "early_reentry_rate * home_1",
    "settled": "settling_rate * home_1",
    "late_reentries": "late_reentry_rate * home_2",
    "past_risk": "end_of_risk_rate * home_2",
    "pace": "cost_per_assessment * assessed + cost_per_enquiry * completed"
    " + cost_per_support_year * support + cost_per_plan_year * plan"
    " + cost_per_care_year * care + early_help",
}
NET = {
    "referred": "referrals - assessed",
    "support": "supported + enquiry_supported + plan_supported - escalated - support_care"
    " - support_closed",
    "enquiry": "enquired + escalated - completed",
    "plan": "planned - plan_ends",
    "care_1": "plan_care + support_care + early_reentries + late_reentries - second_stage",
    "care_2": "second_stage - third_stage",
    "care_3": "third_stage - care_ends",
    "home_1": "returned - early_reentries - settled",
    "home_2": "settled - late_reentries - past_risk",
    "felt": "(early_help - felt) / early_help_time",
}
SERIES = (*NET, "pace")
CONTROL = """\
********************************************************
\t.Control
********************************************************~
\t\tSimulation Control Parameters
\t|
"""


def text() -> str:
    """Return the model as Vensim reads it, saving each year; Vensim's own method is Euler."""
    starts = {**reference.STARTS, "felt": reference.FIXED["early_help_0"][0]}
    constants = {name: value for name, (value, _) in (reference.DRAWN | reference.FIXED).items()}
    lines = [_look_up(name, knots.tolist()) for name, knots in reference.KNOTS.items()]
    lines += [_entry(name, repr(value)) for name, value in constants.items()]
    lines += [_entry(name, equation) for name, equation in EQUATIONS.items()]
    lines += [_entry(name, f"INTEG({net}, {starts[name]!r})") for name, net in NET.items()]
    control = {
        "FINAL TIME": reference.LAST,
        "INITIAL TIME": reference.FIRST,
        "SAVEPER": 1,
        "TIME STEP": 1 / reference.STEPS_PER_YEAR,
    }
    lines += [CONTROL, *(_entry(name, str(value)) for name, value in control.items())]
    return "{UTF-8}\n" + "\n".join(lines)


def _entry(name: str, equation: str) -> str:
    return f"{name} = {equation}\n\t~\t\n\t~\t|\n"


def _look_up(name: str, knots: list[float]) -> str:
    pairs = zip(reference.YEARS.tolist(), knots, strict=True)
    points = ",".join(f"({year:.0f},{value!r})" for year, value in pairs)
    return _entry(name, f"WITH LOOKUP(Time, ({points}))")
