"""The notebooks run from start to end, show their figures, and are stored without results."""

import json
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_A_CELL = 120
DRAWS_A_FIGURE = re.compile(r"^cs\.plot\.\w+\(", re.MULTILINE)


def named(path):
    return path.name


def code_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Offer one kernel, the interpreter that runs the tests, whatever is registered elsewhere."""
    folder = tmp_path_factory.mktemp("kernels")
    launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    search = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    kernel = {
        "argv": launch,
        "display_name": "These tests",
        "language": "python",
        "env": {"PYTHONPATH": os.pathsep.join(search), "MPLBACKEND": "agg"},
    }
    (folder / "python3").mkdir()
    (folder / "python3" / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    return KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)


def executed(path, kernels, folder):
    """Run a notebook in a folder; nbclient raises for a cell that fails, and shows it."""
    notebook = nbformat.read(path, as_version=4)
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=kernels)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=manager, timeout=SECONDS_A_CELL, resources=resources)
    client.execute(cleanup_kc=True)  # or the kernel would live on until the tests end
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds_of_output(cell):
    return {kind for output in cell.outputs for kind in output.get("data", {})}


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_runs_and_shows_its_figures(path, kernels):
    cells = executed(path, kernels, path.parent)
    drawing = [cell for cell in cells if DRAWS_A_FIGURE.search(cell.source)]
    assert drawing, "a notebook without a figure is hard to follow"
    for cell in drawing:
        assert "image/png" in kinds_of_output(cell), cell.source
    for output in (output for cell in cells for output in cell.outputs):
        assert output.get("name") != "stderr", output.text


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_runs_when_started_one_folder_higher(path, kernels):
    assert executed(path, kernels, path.parent.parent)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_is_stored_without_results(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in code_of(path):
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_every_figure_stands_last_in_its_cell_so_that_it_shows(path):
    for cell in code_of(path):
        for found in DRAWS_A_FIGURE.finditer(cell.source):
            assert found.group() in cell.source.splitlines()[-1], cell.source
