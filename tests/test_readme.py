"""What the README shows runs as shown where no checkout is; its tables hold what is shipped."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import Page
from wheels import SECONDS, environment, libraries

import caresim as cs
from caresim.england import England, observed
from caresim.study.backtest import Backtest
from caresim.study.fit.misfit import run_observed_years
from caresim.study.fit.table import fit_table
from caresim.views.report.backtest_files import WORDS
from caresim.views.report.backtest_text import backtest_page
from caresim.views.report.effects_page import effects_page

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = " ".join(README.split())  # without the line breaks
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_FIGURE = 300_000  # bytes


def block(language):
    """Return the only code block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return found


STEP = re.compile(
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```|`(?P<call>cs\.[^`\n]+\))`"
    r"|`(?P<command>caresim (?!run`)[\w-]+(?: [^`\n]+)?)`",
    re.DOTALL | re.MULTILINE,
)
SLOW = {"backtest", "calibrate", "vintage"}
MADE_UP = "series,year,value\nlooked_after,2020-21,81000\n"
NOT_YET_OUT = "score"  # whose figures no reader can have


def steps():
    """Return what a reader comes upon from top to bottom: kind and text of each snippet."""
    found = []
    for match in STEP.finditer(README):
        kind = match["language"] or ("python" if match["call"] else "command")
        found.append((kind, match["text"] or match["call"] or match["command"]))
    return found


def commands():
    """Return the whole commands outside blocks, in the order of the page."""
    return [text for kind, text in steps() if kind == "command"]


def table(heading, page=README):
    """Return the cells of the table below a line that begins with ``heading``, without its head."""
    lines = page[page.index(f"\n{heading}") + 1 :].splitlines()[2:]
    rows = lines[: next(i for i, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def made_up_score():
    """Return made-up figures, as none are out, for the example of ``score``."""
    shipped = England.vintage.folder / "observed.csv"
    head, *rows = shipped.read_text(encoding="utf-8").splitlines()
    made_up = [
        r.replace(",2019-20,", ",2026-27,") for r in rows if r.startswith("referrals,2019-20,")
    ]
    return "\n".join([head, *made_up]) + "\n"


def files_for(command):
    """Return what a reader has at hand before a command: names and texts of files."""
    found = {NOT_YET_OUT: ("figures.csv", made_up_score), "vintage": ("later.csv", lambda: MADE_UP)}
    asked = command.split()[1]
    return [(found[asked][0], found[asked][1]())] if asked in found else []


def whole_page():
    """Return the steps for ``read_through.py``, and at which the page shows what is printed."""
    found, shown = [], {}
    for kind, text in steps():
        if kind == "toml":
            found.append(["file", "more_support.toml", text])
        elif kind == "text":
            shown[len(found) - 1] = text
        elif kind == "python":
            found.append([kind, text])
        elif kind == "command" and text.split()[1] not in SLOW:
            found += [["file", *file] for file in files_for(text)]
            found.append([kind, text])
    return found, shown


def test_each_snippet_runs_after_the_one_above_it_and_with_nothing_else(tmp_path, installed):
    """In one empty folder, from top to bottom; a file is there once the page lets it be saved."""
    asked, shown = whole_page()
    program = Path(__file__).with_name("read_through.py")
    done = installed.call(installed.python, program, json.dumps(asked), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    for i, (step, answer) in enumerate(zip(asked, json.loads(done.stdout), strict=True)):
        assert answer["status"] == 0, f"{step[1]}: {answer['err']}"
        assert answer["out"] or step[0] != "command", step[1]
        assert answer["out"] == shown.get(i, answer["out"])
    assert len(shown) == 1
    assert (tmp_path / "first_projection.png").exists()


def run_command(command, folder, installed):
    program, *arguments = shlex.split(command)
    assert program == "caresim"
    for name, text in files_for(command):
        (folder / name).write_text(text, encoding="utf-8")
    done = installed.call(program, *arguments, folder=folder)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    assert done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] in SLOW])
def test_a_command_that_takes_its_time_runs(command, tmp_path, installed):
    run_command(command, tmp_path, installed)


def test_every_kind_of_snippet_is_met():
    kinds = [kind for kind, _ in steps()]
    assert {*kinds} == {"sh", "python", "text", "toml", "command"}, "say how a reader runs it"
    assert len(commands()) >= 15


def test_the_figure_is_there_and_small():
    figure = ROOT / "docs" / "first_projection.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert figure.stat().st_size <= LARGEST_FIGURE


def test_the_table_of_commands_names_every_command():
    from caresim.cli import app

    known = {command.name for command in app.registered_commands if not command.hidden}
    known |= {group.name for group in app.registered_groups}
    rows = re.findall(
        r"^\| `([\w-]+)` \|.*\| `caresim ([\w-]+)(?: [^`]+)?` \|$", README, re.MULTILINE
    )
    assert {name for name, _ in rows} == known
    assert all(name == shown for name, shown in rows)


@pytest.mark.skipif(os.name == "nt", reason="the lines are for a shell")
def test_the_lines_for_a_shell_run_as_they_stand(tmp_path, installed):
    """In a fresh checkout, with a new environment that borrows libraries in place of an index."""
    source = tmp_path / "checkout"
    shutil.copytree(installed.sdist.with_name(installed.sdist.name.removesuffix(".tar.gz")), source)
    borrowed = os.pathsep.join(libraries())
    done = subprocess.run(
        ["sh", "-ex", "-c", block("sh")], cwd=source, capture_output=True, encoding="utf-8",
        check=False, timeout=SECONDS, env=environment() | OFFLINE | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": borrowed,
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (source / "demo_output" / "summary.html").exists()
    assert "caresim" in done.stdout
    assert re.search(r"\d+ tests? collected", done.stdout), done.stdout[-500:]


# No index and no build tools from one; pytest, whose line is run too, is to find its tests
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip spells "no"
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PYTEST_ADDOPTS": "--collect-only -q tests/language",
}
INSTALL = re.compile(r"pip install ((?:-\S+ |\"?[\w.\[\],-]+\"? ?)+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def installs():
    """Return page and arguments of every ``pip install`` that pages and notebooks show."""
    pages = [
        *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md"),
        *(ROOT / "scenarios").glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"),
    ]  # fmt: skip
    for page in pages:
        if page.name != "CHANGELOG.md":
            text = page.read_text(encoding="utf-8").replace('\\"', '"').replace("\\n", "\n")
            for found in INSTALL.finditer(text):
                yield page.name, shlex.split(found[1].split("\n")[0])


def test_what_pip_is_told_to_install_is_this_folder_or_a_library_that_the_project_names():
    """Nothing under a name that an index may not have, or have from somebody else."""
    extras = PROJECT["optional-dependencies"]
    named = " ".join([*PROJECT["dependencies"], *(row for own in extras.values() for row in own)])
    beside = {"numba", "emcee"}  # which benchmarks measure where they are
    seen = [*installs()]
    assert len(seen) >= 7
    for page, arguments in seen:
        for one in [word for word in arguments if not word.startswith("-")]:
            here = re.fullmatch(r"\.(?:\[([\w,]+)\])?", one)
            if here:
                asked = {*(here[1] or "").split(",")} - {""}
                assert asked <= set(extras), f"{page}: {one}"
            else:
                assert re.search(rf"\b{one}\b", named) or one in beside, f"{page}: {one}"


def test_the_commands_for_people_without_make_are_those_of_the_makefile():
    shell = re.sub(r"\s+#.*", "", block("sh"))
    (command,) = re.findall(r"^caresim .*$", shell, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"$(BIN)/{command}" in makefile
    assert 'pip install -e ".[test]"' in shell
    for target in re.findall(r"`make (\w+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_scenario_is_valid_and_changes_something(tmp_path):
    path = tmp_path / "more_support.toml"
    path.write_text(block("toml"), encoding="utf-8")
    changed = cs.run(England(), path)
    assert {notice.kind for notice in changed.warnings} <= {"assumption", "caveat", "checked"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if not link.startswith(("http", "<http", "#")):
            assert (page.parent / link.split("#")[0]).exists(), link


XMILE, FITTING = Page("xmile.md"), Page("calibration.md")


def test_the_code_of_the_page_on_other_programs_runs(tmp_path):
    assert XMILE.run(tmp_path) == {i: [] for i in XMILE.code}
    assert (tmp_path / "early.xmile").exists()


def test_the_code_of_the_page_on_calibration_runs(tmp_path):
    """Beside figures and parameters that the reader is told to start from."""
    shutil.copy(England.vintage.folder / "observed.csv", tmp_path / "figures.csv")
    (tmp_path / "parameters.toml").write_text(OWN, encoding="utf-8")
    names = {"__name__": "page", "cs": cs, "England": England}
    assert FITTING.run(tmp_path, names) == {i: [] for i in FITTING.code}


OWN = """price_year = "2019-20"

[hiring_time]
value = 1.0
unit = "year"
meaning = "Time to fill a vacant post"
role = "fixed"
grade = "assumption"
source = "assumption: an example"
"""

CALIBRATION = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
SHOWN = ("model", "last_value", "damped_trend")


@pytest.fixture(scope="module")
def shipped():
    return Backtest.of(England())


@pytest.fixture(scope="module")
def scored(shipped):
    """The rows of the score table, by series: fit, then errors by rule, the least in bold."""
    england = England()
    fit = fit_table(run_observed_years(england, observed(), None), observed())["mape"]
    found = {}
    for row in shipped.rows("rule"):
        errors = [row[name] for name in SHOWN]
        cells = [f"**{e:.1f}**" if e == min(errors) else f"{e:.1f}" for e in errors]
        met = f"{fit[row['series']]:.1f}" if row["series"] in fit.index else "–"
        found[row["series"]] = [england.variable(row["series"]).label, met, *cells]
    late = {n: [england.variable(n).label, f"{fit[n]:.1f}", *"–––"] for n in fit.index}
    return found | {n: cells for n, cells in late.items() if n not in found}


def test_the_scores_of_what_runs_publish_are_the_shipped_ones(scored):
    published = England.published_names()
    shown = [cells for n, cells in scored.items() if n in published and cells[-1] != "–"]
    assert table("| Series |") == shown


def test_the_page_on_the_calibration_has_the_scores_of_every_series(scored):
    assert table("| All series |", CALIBRATION) == list(scored.values())


def by_origin(shipped, group):
    """The rows of the table of origins: the model as it came about and by rule, then rivals."""
    parts = {given: shipped.only(group, given=given).errors() for given in ("actual", "rule")}
    names = ("last_value", "trend", "damped_trend", "holt_damped_trend", "median")
    rows = {}
    for year in parts["rule"].index:
        rivals = [parts["rule"].loc[year, name] for name in names]
        cells = [*(parts[given].loc[year, "model"] for given in parts), *rivals]
        rows[year] = [str(year), *(f"{cell:.1f}" for cell in cells)]
    return list(rows.values())


@pytest.mark.parametrize(
    ("page", "heading", "group"),
    [
        (README, "| Fitted to, five series |", "five"),
        (CALIBRATION, "| Fitted to, five series |", "five"),
        (CALIBRATION, "| Fitted to, ten series |", "ten"),
    ],
)
def test_all_origins_stand_in_the_pages(shipped, page, heading, group):
    assert table(heading, page) == by_origin(shipped, group)


def test_the_text_says_how_many_figures_the_bands_held(shipped):
    five = shipped.only("five", given="rule")
    held = {level: five.held_by(level) for level in (80, 95)}
    said = re.search(r"80 % bands held (\d+) % of the figures, its 95 % bands (\d+) %", TEXT)
    assert [int(said[1]), int(said[2])] == [round(held[80]), round(held[95])]


def test_the_text_says_what_asylum_seeking_children_do_to_the_score(shipped):
    rows = {row["series"]: row["model"] for row in shipped.rows("rule")}
    said = re.search(
        r"separated asylum-seeking children.*?missed by ([\d.]+) %.*?with them by ([\d.]+) %", TEXT
    )
    assert (float(said[1]), float(said[2])) == (
        round(rows["looked_after_without_asylum"], 1), round(rows["looked_after"], 1),
    )  # fmt: skip


def test_the_page_of_the_backtest_is_the_shipped_one(shipped):
    page = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
    assert page == backtest_page(shipped, England(), WORDS), (
        "run `caresim backtest --out DIR` and copy backtest.csv to the vintage and the page "
        "with its PNG figures to docs/"
    )


def test_the_table_of_effects_is_the_shipped_one():
    answers = cs.Effects.shipped(England())[-1]
    page = effects_page(England(), *cs.Effects.shipped(England()))
    assert (ROOT / "docs" / "effects.md").read_text(encoding="utf-8") == page
    replayed = [a for a in answers.answers if a.size is not None]
    assert len(table("| Effect |")) == len(replayed)
    assert f"It replays {len(replayed)}" in TEXT


def test_the_text_counts_the_series_that_the_model_projects_worse_than_the_last_value(shipped):
    rows = shipped.rows("rule")
    worse = sum(row["model"] > row["last_value"] for row in rows)
    better = sum(row["model"] < row["damped_trend"] for row in rows)
    assert f"worse than the last value in {worse} of {len(rows)} series" in TEXT
    assert f"better than the damped trend in {better}" in TEXT


@pytest.mark.slow
def test_the_text_says_how_much_of_the_score_the_priors_carry(shipped):
    wide = cs.backtest(England(), widen=2, given="rule", draws=0, progress=False)
    said = re.search(r"twice as wide.*?from ([\d.]+) to ([\d.]+) %", TEXT)
    found = [part.only("five", given="rule").pooled() for part in (shipped, wide)]
    assert [round(error, 1) for error in found] == [float(said[1]), float(said[2])]


def test_the_effects_of_early_help_rest_on_their_priors_as_the_text_says():
    england = England()
    drawn = cs.draws(england, 1_000, seed=1, given="posterior").frame()
    for name in ("early_help_referral", "early_help_escalation", "family_support_entry"):
        entry = england.parameters[f"{name}_elasticity"]
        assert drawn[entry.name].std() > 0.75 * entry.prior.centre_and_width()[1]


@pytest.mark.parametrize(
    "page", [*PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))], ids=lambda page: page.name
)
def test_results_are_called_projections(page):
    text = page.read_text(encoding="utf-8").lower()
    assert not re.search(r"\b(forecast|predict)", text)
