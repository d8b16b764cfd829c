"""What drawing loads, and that a notebook shows a figure once."""

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient


def test_importing_the_plots_loads_neither_matplotlib_nor_pandas():
    code = (
        "import sys, caresim.views.plot.charts, caresim.views.report.summary; "
        "print([m for m in ('matplotlib', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_drawing_does_not_load_pyplot():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from care_toy import toy_run; "
        "from caresim.views import plot; plot.caseloads(toy_run()); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    folder = __file__.rpartition("test_plot_loading.py")[0]
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["", "%matplotlib inline\n"])
def test_a_notebook_shows_the_figure_once(opening):
    folder = __file__.rpartition("test_plot_loading.py")[0]
    code = (
        f"{opening}import sys; sys.path.insert(0, {folder!r})\nfrom care_toy import toy_run\n"
        "from caresim.views import plot\nplot.caseloads(toy_run())"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120).execute()
    outputs = notebook.cells[0].outputs
    assert [list(o.data) for o in outputs if "image/png" in o.get("data", {})] != []
    assert sum("image/png" in o.get("data", {}) for o in outputs) == 1
