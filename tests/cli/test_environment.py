"""Whatever the environment of a process says, a call is done or refused, and never falls over."""

import os
from pathlib import Path

import pytest
from calls import spawn
from test_damaged import GROWN

POLICY = """name = "Ŵyneb – 家族"
[[change]]
parameter = "visits"
set = 24
from = 2012-04-01
why = "é"
source = "x"
"""
NOWHERE = str(Path(os.sep, "proc", "nowhere"))
ODD = {
    "a backend that nobody knows": {"MPLBACKEND": "nonsense"},
    "a backend with windows": {"MPLBACKEND": "TkAgg", "DISPLAY": ""},
    "a backend that is no module": {"MPLBACKEND": "module://nothing.there"},
    "an output of few letters": {"PYTHONIOENCODING": "ascii"},
    "a system of few letters": {
        "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
    },
    "no colours and no room": {"NO_COLOR": "1", "COLUMNS": "1", "LINES": "0", "TERM": "dumb"},
    "colours": {"FORCE_COLOR": "1", "COLUMNS": "nonsense"},
    "no home": {"HOME": NOWHERE, "MPLCONFIGDIR": NOWHERE, "XDG_CACHE_HOME": NOWHERE},
    "no place for temporary files": {"TMPDIR": NOWHERE, "TEMP": NOWHERE, "TMP": NOWHERE},
    "no place for machine code": {"CARESIM_CACHE_DIR": NOWHERE},
    "a date that is none": {"SOURCE_DATE_EPOCH": "nonsense"},
    "a zone that is none": {"TZ": "nonsense", "OMP_NUM_THREADS": "nonsense"},
}  # fmt: skip
ALL = {key: value for odd in ODD.values() for key, value in odd.items()}
CASES = [
    pytest.param(ALL, id="all at once"),
    *(pytest.param(odd, id=kind, marks=pytest.mark.slow) for kind, odd in ODD.items()),
]


@pytest.mark.parametrize("odd", CASES)
@pytest.mark.filterwarnings("ignore")
def test_a_run_with_figures_is_whole(odd, tmp_path):
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    out = tmp_path / "out"
    answer = spawn(
        "run", tmp_path / "policy.toml", "--out", out, "--draws", 3, "--model", GROWN,
        cwd=tmp_path, **odd,
    )  # fmt: skip
    assert "Traceback" not in answer.err, answer.err
    assert answer.status == 0, answer.err
    assert (out / "summary.html").is_file()
    assert {".png", ".svg"} <= {path.suffix for path in out.iterdir()}


@pytest.mark.parametrize("odd", CASES)
def test_words_are_shown_as_far_as_the_output_has_letters(odd, tmp_path):
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    answer = spawn("explain", tmp_path / "policy.toml", "--model", GROWN, **odd)
    assert (answer.status, answer.err) == (0, "")
    assert "yneb" in answer.out
