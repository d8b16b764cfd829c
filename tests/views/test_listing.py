"""The levers of a model as the terminal lists them."""

import pytest

from caresim.language import Model, Parameter, Parameters, Stock
from caresim.views.report.listing import levers_text

EFFECT = Parameter("boost", 0.3, "1", "Fewer entries", bounds=(0.0, 1.0), grade="trial")
COST = Parameter("package_cost", 6_960.0, "GBP/child", "Cost of a package", grade="observational")
LEVER = {
    "value": 0.25,
    "unit": "1",
    "meaning": "Share of families reached",
    "role": "lever",
    "bounds": (0.0, 1.0),
}


def levers_of(**said):
    """Return what is listed of a lever that says something, and of one that says nothing."""
    reached = Parameter("share_reached", **LEVER, **said)
    entries = {e.name: e for e in (EFFECT, COST, reached, Parameter("plain", **LEVER))}
    p = Parameters(entries, "2019-20")

    class Care(Model):
        parameters = p
        reached = Stock("Reached", "1", p.share_reached + p.plain + p.boost)
        bill = Stock("Bill", "GBP/child", p.package_cost)

    return levers_text(Care())


def test_a_lever_stands_with_meaning_value_bounds_and_evidence():
    assert levers_of() == (
        "What a scenario may change in Care. Money at 2019-20 prices; dated levers at their end\n"
        "\n"
        "  share_reached  Share of families reached\n"
        "                 now 25 %; may be 0 % to 100 %; evidence: assumption\n"
        "\n"
        "  plain          Share of families reached\n"
        "                 now 25 %; may be 0 % to 100 %; evidence: assumption"
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"acts_on": "care entries"}, "acts on: care entries"),
        ({"lag": "two years"}, "lag: two years"),
        ({"lag": "at once (package_cost)"}, "lag: at once (cost of a package, £6,960 per child)"),
        ({"effect": "boost"}, "effect: fewer entries, 30 % (boost; trial evidence)"),
        ({"cost": "package_cost"}, "cost: cost of a package, £6,960 per child (package_cost)"),
        ({"cost": "£100 a family"}, "cost: £100 a family"),
        (
            {"acts_on": "care entries", "lag": "two years", "cost": "none"},
            "acts on: care entries; lag: two years; cost: none",
        ),
    ],
)
def test_what_a_lever_does_stands_in_a_line_of_its_own(said, shown):
    lines = levers_of(**said).splitlines()
    assert lines.count(" " * 17 + shown) == 1, "\n".join(lines)
    assert len(lines) == len(levers_of().splitlines()) + 1


def test_long_words_are_wrapped_beside_the_name():
    lines = levers_of(
        acts_on="the rate at which children enter care, " * 9, lag="years"
    ).splitlines()
    wrapped = [line for line in lines if "children enter" in line]
    assert len(wrapped) > 2, "\n".join(lines)
    assert all(line.startswith(" " * 17) for line in wrapped)
    assert max(map(len, lines)) <= 110


def test_levers_stand_first_then_effects_then_costs():
    roles = {"low": "cost", "middle": "effect", "high": "lever", "other": "fixed"}
    entries = {name: Parameter(name, **{**LEVER, "role": role}) for name, role in roles.items()}
    p = Parameters(entries)

    class Care(Model):
        reached = Stock("Reached", "1", p.low + p.middle + p.high + p.other)
        parameters = p

    lines = [line for line in levers_text(Care()).splitlines() if line and line[:3] != "   "]
    assert [line.split("  ")[1] if line[0] == " " else line for line in lines[1:]] == [
        "high",
        "How strongly levers act, where a study finds otherwise",
        "middle",
        "What a unit costs, where it costs otherwise",
        "low",
    ]


def test_a_model_without_levers_lists_none():
    class Care(Model):
        care = Stock("Looked after", "child", 0)

    assert levers_text(Care()) == "What a scenario may change in Care. Dated levers at their end"
