"""Does what a page shows, from top to bottom and in one process, where caresim is installed.

    python read_through.py '[["file", NAME, TEXT], ["python", CODE], ["command", LINE], …]'

prints what each step gave: status, out and err. One process loads the libraries once; that each
command runs in one of its own is tested with the command line.
"""

import contextlib
import io
import json
import shlex
import sys
import traceback
from importlib.metadata import entry_points
from pathlib import Path

NAMES = {"__name__": "__main__"}


def write(name, text):
    Path(name).write_text(text, encoding="utf-8")


def python(code):
    exec(compile(code, "the page", "exec"), NAMES)  # noqa: S102


def command(line):
    """Call the command as the program does that its installer makes."""
    name, *arguments = shlex.split(line)
    (program,) = entry_points(group="console_scripts", name=name)
    sys.argv = [name, *arguments]
    program.load()()


STEPS = {"file": write, "python": python, "command": command}


def answer(kind, *told):
    status = 0
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        try:
            STEPS[kind](*told)
        except SystemExit as leaving:
            status = leaving.code or 0
        except Exception:  # noqa: BLE001
            traceback.print_exc()
            status = 1
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    print(json.dumps([answer(*step) for step in json.loads(sys.argv[1])]))  # noqa: T201
