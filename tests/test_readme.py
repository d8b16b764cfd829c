"""What the README shows runs as shown, and its tables hold the values that are shipped."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import caresim as cs
from caresim.england import England, observed
from caresim.study.backtest import unseen_model
from caresim.study.fit_table import fit_table
from caresim.study.misfit import run_observed_years

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = " ".join(README.split())  # without the line breaks
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_FIGURE = 300_000  # bytes
# Time enough for a calibration on a slow machine
SECONDS = 600


def block(language):
    """Return the only code block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return found


def examples():
    """Return the commands of the table of the command line, as (name, whole command)."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(caresim [^`]+)` \|$", README, re.MULTILINE)
    slow = {"calibrate"}
    return [
        pytest.param(command, id=name, marks=[pytest.mark.slow] if name in slow else [])
        for name, command in rows
    ]


def table(heading, page=README):
    """Return the cells of the table below a line that begins with ``heading``, without its head."""
    lines = page[page.index(f"\n{heading}") + 1 :].splitlines()[2:]
    rows = lines[: next(i for i, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.fixture
def folder(tmp_path):
    """A folder with the scenarios and nothing else."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


def run(arguments, folder):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environment(),
    )


def environment():
    """Return an environment in which Python finds this caresim, installed or not."""

    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


def test_the_python_lines_run_and_print_what_stands_below_them(folder):
    done = run(["-c", block("python")], folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("text")
    assert (folder / "first_projection.png").exists()


def test_the_figure_is_there_and_small():
    figure = ROOT / "docs" / "first_projection.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert figure.stat().st_size <= LARGEST_FIGURE


def test_the_table_of_commands_names_every_command():
    from caresim.cli import app

    commands = {command.callback.__name__ for command in app.registered_commands}
    assert {example.id for example in examples()} == commands


@pytest.mark.parametrize("command", examples())
def test_a_command_runs(command, folder):
    program, *arguments = shlex.split(command)
    assert program == "caresim"
    done = run(["-m", "caresim", *arguments], folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_commands_for_people_without_make_are_those_of_the_makefile():
    shell = re.sub(r"\s+#.*", "", block("sh"))
    (command,) = re.findall(r"^caresim .*$", shell, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"$(BIN)/{command}" in makefile
    assert 'pip install -e ".[test]"' in shell
    for target in re.findall(r"`make (\w+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_scenario_is_valid(folder):
    path = folder / "scenarios" / "more_support.toml"
    path.write_text(block("toml"), encoding="utf-8")
    changed = cs.run(England(), path)
    assert {notice.kind for notice in changed.warnings} <= {"assumption", "caveat", "checked"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if not link.startswith(("http", "<http", "#")):
            assert (page.parent / link.split("#")[0]).exists(), link


@pytest.fixture(scope="module")
def scored():
    """The rows of the score table, by series."""
    england = England()
    fit = fit_table(run_observed_years(england, observed(), None), observed())["mape"]
    found = {}
    for row in cs.Score.of(england).rows:
        cells = [f"{row[key]:.1f}" for key in ("model", "no_change")]
        best = 0 if row["model"] < row["no_change"] else 1
        cells[best] = f"**{cells[best]}**"
        label = england.variable(row["series"]).label
        found[row["series"]] = [label, f"{fit[row['series']]:.1f}", *cells]
    late = {n: [england.variable(n).label, f"{fit[n]:.1f}", "–", "–"] for n in fit.index}
    return found | {n: cells for n, cells in late.items() if n not in found}


def test_the_scores_of_what_runs_publish_are_the_shipped_ones(scored):
    published = England.published_names()
    shown = [cells for n, cells in scored.items() if n in published and cells[-1] != "–"]
    assert table("| Series |") == shown


def test_the_page_on_the_calibration_has_the_scores_of_every_series(scored):
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert table("| All series |", page) == list(scored.values())


def test_the_text_counts_parameters_and_figures():
    fit = cs.calibrate(England(), observed(), progress=False)
    assert f"{len(fit.names)} parameters, {fit.n_points} official figures" in TEXT
    page = " ".join((ROOT / "docs" / "calibration.md").read_text(encoding="utf-8").split())
    assert f"{len(fit.names)} parameters with `role" in page
    assert f"fitted to {fit.n_points} official figures of {fit.n_series} series" in page


def test_the_text_counts_the_series_that_the_model_projects_worse_than_no_change():
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    rows = cs.Score.of(England()).rows
    worse = sum(row["model"] > row["no_change"] for row in rows)
    assert f'worse than "no change" in {words[worse]} of the {len(rows)}' in TEXT
    assert {(row["fitted_to"], row["scored_from"]) for row in rows} == {("2015-16", "2016-17")}
    assert max(row["scored_to"] for row in rows) == "2019-20"
    assert "projects 2016-17 to 2019-20" in TEXT


def test_the_text_says_how_much_of_the_score_the_priors_carry():
    rows = {r["series"]: r["model"] for r in cs.backtest(England(), widen=2, progress=False).rows}
    said = re.search(r"twice as wide.*?children is ([\d.]+) %.*?home ([\d.]+) %", TEXT, re.DOTALL)
    assert [round(rows["looked_after"], 1), round(rows["returns_home"])] == [
        float(said[1]), float(said[2]),
    ]  # fmt: skip


def test_the_text_says_how_far_off_the_flows_of_care_come_out():
    fit = cs.calibrate(
        unseen_model(England(), "2015-16"), observed().until("2015-16"), progress=False
    )
    projected = cs.run(fit.model, until="2020-03-31").annual().loc["2019-20"]
    names = ("returns_home", "care_starts", "care_ceases", "looked_after")
    miss = [round(100 * (projected[n] / observed()[n]["2019-20"] - 1)) for n in names]
    said = re.search(r"home are (\d+) % too high, starts (\d+) % and ceases (\d+) %", TEXT)
    low = re.search(r"children comes out (\d+) % too low", TEXT)
    assert miss == [int(said[1]), int(said[2]), int(said[3]), -int(low[1])]


def test_the_effects_of_early_help_rest_on_their_priors_as_the_text_says():
    england = England()
    drawn = cs.draws(england, 1_000, seed=1, given="posterior").frame()
    for name in ("referral", "escalation", "entry"):
        entry = england.parameters[f"early_help_{name}_elasticity"]
        assert drawn[entry.name].std() > 0.75 * entry.prior.centre_and_width()[1]


@pytest.mark.parametrize(
    "page", [*PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))], ids=lambda page: page.name
)
def test_results_are_called_projections(page):
    text = page.read_text(encoding="utf-8").lower()
    assert not re.search(r"\b(forecast|predict)", text)
