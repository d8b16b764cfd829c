"""The sentence of an equation: a string on the line after it, which editors show as its doc."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

__all__ = ["sentences_of"]


def sentences_of(model: type) -> dict[str, str]:
    """Return what the author says of each quantity, by name: the string after its assignment.

    Reads the source of the model's class, of its parents, and of their sectors, each time anew;
    where there is no source, such as in a plain console, there are no sentences.
    """
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        for module in vars(kind).get("sectors", ()):
            found |= _said(_statements(module))
        if "variables" in vars(kind):  # a model, and not what all classes have
            found |= _said(_statements(kind))
    return found


def _statements(where: Any) -> Sequence[ast.stmt]:
    """Return the statements of a module or of a class body, none where there is no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(where)))
    except (OSError, TypeError, SyntaxError):
        return ()
    first = tree.body[0] if tree.body else None
    is_class = inspect.isclass(where) and isinstance(first, ast.ClassDef)
    return first.body if is_class and isinstance(first, ast.ClassDef) else tree.body


def _said(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yield name and sentence of each assignment that a string follows."""
    for assigned, after in pairwise(statements):
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = after.value.value
            if isinstance(text, str) and (name := _name(assigned)):
                yield name, " ".join(text.split())


def _name(statement: ast.stmt) -> str:
    """Return the one name that a statement assigns, else nothing."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""
