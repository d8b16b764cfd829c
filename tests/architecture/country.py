"""Words by which a text shows that it is about one country, and where code below it says them."""

import ast
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "caresim"
LIBRARY = ("language", "engine", "study", "views", "cli")
WORDS = re.compile(
    r"england|english|looked.?after|section.?(47|251)|department for education|protection.?plan"
    r"|council|children'?s social care|ofsted|early.?help|foster",
    re.IGNORECASE,
)
# names of a public verb and its commands, chosen for who calls them; what they say is general
VERBS = {"council", "councils", "caresim.study.parts.council", "caresim.cli.councils"}
# what a page about libraries would not say either
PEOPLE = re.compile(
    rf"{WORDS.pattern}|\bchild(ren)?\b|\bcare\b|\bDfE\b|local authorit", re.IGNORECASE
)


def named_in(text):
    """Yield line and word of each name and string outside docstrings that names the country."""
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if id(node) in docstrings:
            continue
        for said in _said(node):
            found = WORDS.search(said)
            if found and said not in VERBS:
                yield node.lineno, found[0]


def _said(node):
    """Yield the names that a node gives or uses, and its text where it is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for key in ("id", "attr", "name", "arg", "module"):
        value = getattr(node, key, None)
        if isinstance(value, str) and hasattr(node, "lineno"):
            yield value


def files_that_name_it():
    """Return the files of the library that name the country, with line and word of the first."""
    found = {}
    for layer in LIBRARY:
        for path in sorted((PACKAGE / layer).rglob("*.py")):
            said = next(named_in(path.read_text(encoding="utf-8")), None)
            if said:
                found[path.relative_to(PACKAGE).as_posix()] = said
    return found


if __name__ == "__main__":
    for file, (line, word) in files_that_name_it().items():
        sys.stdout.write(f"caresim/{file}:{line}: {word}\n")
    sys.stdout.write(f"{len(files_that_name_it())} files of the library name the country\n")
