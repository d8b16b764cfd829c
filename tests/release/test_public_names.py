"""The list of public names is fresh, and what changed of it stands in the changelog."""

import difflib

import pytest
from changelog import newest, told_names
from public_names import LAST, PAGE, Change, changes, names, page

import caresim
from caresim.language.renamed import RENAMED

LISTED = PAGE.read_text(encoding="utf-8")
RENAMES = {
    pair
    for row in RENAMED
    if row.kind == "name"
    for pair in ((row.old, "removed"), (row.new, "added"))
}
HEADS = {"added": "Added", "changed": "Changed", "removed": "Removed"}
ADVICE = """\
In the part 'Public names' of the newest section of CHANGELOG.md each name stands in `…` in the item
**Added**, **Changed**, **Removed**, **Renamed** (in caresim/language/renamed.py) or, where griffe
finds that it can fail a caller, **Breaks**."""


def spoken(name):
    """Return a name as the changelog has it; a changed constructor is a change of its class."""
    return name.removeprefix("caresim.").removeprefix("views.").removesuffix(".__init__")


def expected(found):
    """Return the names of changes under the words of the changelog."""
    told = {}
    for change in found:
        name = spoken(change.name)
        head = "Breaks" if change.broken else HEADS[change.kind]
        if (name, change.kind) in RENAMES:
            head = "Renamed"
        told.setdefault(head, set()).add(name)
    return told


def test_the_list_is_that_of_the_source():
    made = page()
    lines = difflib.unified_diff(LISTED.splitlines(), made.splitlines(), lineterm="", n=0)
    advice = "run `python tests/release/public_names.py`, and tell the change in CHANGELOG.md"
    assert made == LISTED, "\n".join([advice, *lines])


def test_every_public_name_of_the_package_is_listed():
    listed = {name.split(".")[1] for name in names(LISTED) if name.startswith("caresim.")}
    modules = {"plot", "report"}  # with sections of their own
    assert set(caresim.__all__) - modules - {"__version__"} <= listed


def test_what_changed_since_the_last_release_stands_in_the_changelog():
    _, _, section = newest()
    found = changes(LAST.read_text(encoding="utf-8"), LISTED)
    assert told_names(section) == expected(found), "\n".join([*map(str, found), ADVICE])


def test_a_release_leaves_its_list_for_the_next():
    version, day, _ = newest()
    if day != "unreleased":
        assert LAST.read_text(encoding="utf-8") == LISTED, (
            f"{version} is released: copy docs/public_names.md to {LAST.name}"
        )


EXAMPLES = {
    "a name that is gone": (
        "def scenarios(model: Model | None = None) -> ShippedScenarios: ...\n", "",
        ("caresim.scenarios", "removed", "Public object was removed"),
    ),
    "a method that is gone": (
        "    def at_prices(prices: str) -> Run: ...\n", "",
        ("caresim.Run.at_prices", "removed", "Public object was removed"),
    ),
    "an argument that is gone": (
        ", seed: int = 1, starts: int = 1", ", seed: int = 1",
        ("caresim.calibrate", "changed", "Parameter was removed"),
    ),
    "another default": (
        "draws(n: int, *, seed: int)", "draws(n: int = 100, *, seed: int)",
        ("caresim.Fit.draws", "changed", ""),
    ),
    "an argument that must be given": (
        "def observed()", "def observed(kind: str)",
        ("caresim.england.observed", "changed", "Parameter was added as required"),
    ),
    "an argument that may be given": (
        "def observed()", "def observed(kind: str = 'all')",
        ("caresim.england.observed", "changed", ""),
    ),
    "another result": (
        "def observed() -> Observed", "def observed() -> Figures",
        ("caresim.england.observed", "changed", ""),
    ),
    "another type of a field": (
        "    verb: str\n", "    verb: Verb\n", ("caresim.Change.verb", "changed", ""),
    ),
    "an error of another kind": (
        "class UnitError(CaresimError)", "class UnitError",
        ("caresim.UnitError", "changed", "Base class was removed"),
    ),
    "a new class with its members": (
        "class UnitError", "class Loop:\n    sign: str\nclass UnitError",
        ("caresim.Loop", "added", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_change_is_seen(kind):
    before, after, change = EXAMPLES[kind]
    assert LISTED.count(before) == 1
    assert changes(LISTED, LISTED.replace(before, after)) == [Change(*change)]
    assert not changes(LISTED, LISTED)


def test_the_changelog_is_read_by_items():
    section = (
        "### Added\n\n- `other`\n\n### Public names\n\nA word on `nothing`.\n\n"
        "- **Added**: `one`, which is\n  new; `Two.three`.\n- **Breaks**: `four`.\n\n"
        "### Repaired\n\n- `five`\n"
    )
    assert told_names(section) == {"Added": {"one", "Two.three"}, "Breaks": {"four"}}
    assert told_names("### Added\n\n- `other`\n") == {}


def test_names_are_told_under_the_words_of_the_changelog():
    found = [
        Change("caresim.Scenario.__init__", "changed"),
        Change("caresim.views.plot.costs", "added"),
        Change("caresim.run", "changed", "Parameter was removed"),
    ]
    assert expected(found) == {"Changed": {"Scenario"}, "Added": {"plot.costs"}, "Breaks": {"run"}}
