"""How the tests call the command line, and what they find."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
EARLY_HELP = SCENARIOS / "early_help_first.toml"
COMMANDS = (
    "run", "check", "check-step", "explain", "scenarios", "levers", "needed", "council", "councils",
    "document", "calibrate", "backtest", "effects", "export", "freeze", "score", "vintage",
)  # fmt: skip
TABLES = {
    "current_policy_annual.csv", "early_help_first_annual.csv",
    "current_policy_spending.csv", "early_help_first_spending.csv",
    "columns.csv", "rules.csv", "summary.html", "run.json",
}  # fmt: skip
INTERVALS = {
    "current_policy_intervals.csv", "early_help_first_intervals.csv", "hubverse.csv",
}  # fmt: skip
FIGURES = {
    f"{name}.{kind}"
    for name in ("caseloads", "costs", "differences", "spending")
    for kind in ("png", "svg")
}
QUICK = ("--draws", "0", "--no-figures")


class Answer:
    """What one call left: exit status and both outputs."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def refused(self):
        """Check that the call ended with status 2 and one sentence, and return the sentence."""
        assert self.status == 2, f"status {self.status}\n{self.err[-1500:]}"
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, f"more than one line:\n{self.err}"
        assert self.err.startswith("caresim: "), self.err
        assert "Traceback" not in self.err
        return self.err


def spawn(*arguments, cwd=ROOT, python=(), **environment):
    """Run the command line in a process of its own."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, *python, "-m", "caresim", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def scenario(folder, stem, name="A policy", *, amount="1.1", parameter="return_factor"):
    path = folder / f"{stem}.toml"
    path.write_text(
        f'name = "{name}"\n[[change]]\nparameter = "{parameter}"\nset = {amount}\n'
        'from = 2027-04-01\nwhy = "A test"\nsource = "assumption"\n',
        encoding="utf-8",
    )
    return path
