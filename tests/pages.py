"""Runs the blocks of a page of documentation, in order and beside the files that it shows."""

import contextlib
import io
import re
import sys
from pathlib import Path

from caresim.language import CaresimError

DOCS = Path(__file__).parents[1] / "docs"
FILE = re.compile(r"# (\S+\.(?:toml|py))\n")


class Page:
    """A page: its ``blocks`` as (language, text), its ``files``, and the places of its ``code``."""

    def __init__(self, name):
        self.path = DOCS / name
        text = self.path.read_text(encoding="utf-8")
        self.blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        self.files = {found[1]: text for _, text in self.blocks if (found := FILE.match(text))}
        self.code = [
            i
            for i, (language, text) in enumerate(self.blocks)
            if language == "python" and not FILE.match(text)
        ]

    def run(self, folder, names=None):
        """Return the lines that each block of code prints, run in a folder."""
        names = {"__name__": "page"} if names is None else names
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        sys.path.insert(0, str(folder))
        try:
            with contextlib.chdir(folder):
                return {i: self._printed(self.blocks[i][1], names) for i in self.code}
        finally:
            sys.path.remove(str(folder))
            for name in self.files:
                sys.modules.pop(name.removesuffix(".py"), None)

    def expected(self, i):
        """Return the lines of the block of text that stands below a block of code."""
        language, text = self.blocks[i + 1] if i + 1 < len(self.blocks) else ("", "")
        return [line.rstrip() for line in text.splitlines()] if language == "text" else []

    def _printed(self, code, names):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(compile(code, str(self.path), "exec"), names)  # noqa: S102
            except CaresimError as fault:
                print(f"{type(fault).__name__}: {fault}")  # noqa: T201
        lines = [line.rstrip() for line in out.getvalue().splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines
