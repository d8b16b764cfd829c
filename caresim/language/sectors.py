"""The quantities that a model declares: in its class body, and in modules of equations."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from caresim.language.errors import ModelError, came
from caresim.language.expressions import Expr, Time
from caresim.language.made import Made, notes_of, unnamed_in
from caresim.language.parameter_entry import is_reserved
from caresim.language.parameters import ParameterRef
from caresim.language.pipes import Pipe
from caresim.language.variables import Variable

__all__ = ["Sector", "declare", "home_of", "lost", "nameless", "read_sectors"]

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Sector:
    """A module of equations: its title, the quantities it declares, and where each one stands."""

    title: str
    quantities: Mapping[str, Variable]
    places: Mapping[str, str]  # name of a quantity -> "caresim.england.care, line 12"


@dataclass
class _Names:
    """What the top level of a module binds, by line."""

    assigned: dict[str, list[int]] = field(default_factory=dict)
    looped: set[str] = field(default_factory=set)
    imported: dict[str, list[int]] = field(default_factory=dict)
    renamed: dict[str, tuple[int, str]] = field(default_factory=dict)  # x = y, import y as x


def declare(name: str, value: Any, is_taken: Callable[[str], bool]) -> None:
    """Check a value against the rules for names of a model; name it if it is a quantity.

    ``is_taken`` knows the names with a meaning for every model. Raises ModelError.
    """
    if isinstance(value, Expr) and not isinstance(value, Variable | ParameterRef):
        message = f"'{name}' has no label: write {name} = Aux(\"What it is\", …)"
        raise ModelError(message)
    if isinstance(value, Variable) and (is_taken(name) or is_reserved(name)):
        message = f"'{name}' has a meaning for every model; give the quantity another name"
        raise ModelError(message)
    if isinstance(value, Pipe):
        message = f"'{name}' is a bare pipe: write {name} = Flow(\"What moves\", pipe, rate)"
        raise ModelError(message)
    if isinstance(value, Variable):
        value.__set_name__(None, name)  # at once, so that the next line's errors can say it
        _check_element_names(value)


def _check_element_names(variable: Variable) -> None:
    for element in variable.scalars:
        if is_reserved(element.name or ""):
            message = (
                f"'{element.name}' has a meaning of its own; give '{variable.name}' another name"
            )
            raise ModelError(message)


def read_sectors(modules: Any, is_taken: Callable[[str], bool]) -> tuple[Sector, ...]:
    """Return the quantities of each module in the order of its lines, and name them.

    A quantity belongs to the module that assigns it; others may import it under the same name.

    Raises ModelError that says module and line.
    """
    if not isinstance(modules, tuple | list):
        message = f"sectors is a tuple of modules, such as (places, care), not {came(modules)}"
        raise ModelError(message)
    found: list[Sector] = []
    for module in modules:
        if not isinstance(module, ModuleType):
            message = f"a sector is a module of equations, not {came(module)}"
            raise ModelError(message)
        sector = _read(module, is_taken, {k: v for s in found for k, v in s.quantities.items()})
        _check_against(sector, found)
        found.append(sector)
    kept = [v for sector in found for v in sector.quantities.values()]
    for module in modules:
        for line, message in lost(notes_of(module), kept):
            raise ModelError(f"{module.__name__}, line {line}: {message}")
        _check_kept(module, found)
    return tuple(found)


def _check_kept(module: ModuleType, found: Iterable[Sector]) -> None:
    """Refuse a quantity that a module holds in a list or table, where nothing finds it."""
    known = {id(v) for sector in found for v in sector.quantities.values()}
    for name, value in list(vars(module).items()):
        if name.startswith("__") or isinstance(value, Variable):
            continue
        for quantity in unnamed_in(value, Variable):
            if id(quantity) not in known:
                message = f"{module.__name__}: '{name}' {nameless(quantity)}"
                raise ModelError(message)


def _read(
    module: ModuleType, is_taken: Callable[[str], bool], known: Mapping[str, Variable]
) -> Sector:
    """Return what a module declares, ``known`` being what the sectors before it do."""
    names, values = _names_of(module), vars(module)
    if names is None:
        new = [k for k, v in values.items() if known.get(k) is not v and not isinstance(v, Time)]
        lines = dict.fromkeys(new, module.__name__)
    else:
        _check_names(module, names)
        lines = {k: f"{module.__name__}, line {at[0]}" for k, at in names.assigned.items()}
    for name, where in lines.items():
        if isinstance(values.get(name), Expr | Pipe):
            _declare_at(where, name, values[name], is_taken)
    declared = {name: values[name] for name in lines if isinstance(values.get(name), Variable)}
    return Sector(_title(module), declared, {name: lines[name] for name in declared})


def _declare_at(where: str, name: str, value: Any, is_taken: Callable[[str], bool]) -> None:
    try:
        declare(name, value, is_taken)
    except ModelError as fault:
        message = f"{where}: {fault}"
        raise ModelError(message) from None


def _check_against(sector: Sector, before: list[Sector]) -> None:
    for other in before:
        if other.title == sector.title:
            message = f"two sectors have the title '{sector.title}'; change the first line of one"
            raise ModelError(message)
        for name, where in sector.places.items():
            if name in other.quantities and other.quantities[name] is not sector.quantities[name]:
                message = (
                    f"{where}: '{name}' is already a quantity of {other.places[name]}; "
                    "give the second another name"
                )
                raise ModelError(message)


def _title(module: ModuleType) -> str:
    """Return the first line of a module's docstring, else its name in words."""
    lines = (module.__doc__ or "").strip().splitlines()
    words = module.__name__.rpartition(".")[2].replace("_", " ")
    return lines[0].rstrip(".") if lines else words[:1].upper() + words[1:]


def _names_of(module: ModuleType) -> _Names | None:
    """Return what the source of a module binds, None where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):
        return None
    names = _Names()
    for node, looped in _top_level(tree):
        _note(node, names)
        if looped and isinstance(node, ast.Name):
            names.looped.add(node.id)
    return names


def _top_level(tree: ast.AST, *, looped: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Yield statements and the names they bind, and whether a loop repeats them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        yield node, looped
        if not isinstance(node, _SCOPES):
            yield from _top_level(node, looped=looped or isinstance(node, _LOOPS))


def _note(node: ast.AST, names: _Names) -> None:
    if isinstance(node, ast.Name):
        names.assigned.setdefault(node.id, []).append(node.lineno)
    elif isinstance(node, _SCOPES):
        names.assigned.setdefault(node.name, []).append(node.lineno)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            names.imported.setdefault(alias.asname or alias.name, []).append(node.lineno)
            names.renamed[alias.asname or alias.name] = node.lineno, alias.name
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        names.renamed.update(dict.fromkeys(targets, (node.lineno, node.value.id)))


def _check_names(module: ModuleType, names: _Names) -> None:
    """Refuse what would lose a quantity silently, or give one two names."""
    values = vars(module)
    for line, message in (
        *_repeated(names, values),
        *_renamed(names, values),
    ):
        raise ModelError(f"{module.__name__}, line {line}: {message}")


def _repeated(names: _Names, values: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for name, assigned in names.assigned.items():
        lines = sorted([*assigned, *names.imported.get(name, [])])
        if len(lines) > 1:
            yield lines[1], f"'{name}' is already given in line {lines[0]}; give it another name"
        if name in names.looped and isinstance(values.get(name), Variable):
            yield lines[0], f"a loop gives '{name}' again and again; only the last would stay"


def _renamed(names: _Names, values: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for name, (line, first) in names.renamed.items():
        if name != first and isinstance(values.get(name), Variable):
            yield line, f"'{first}' cannot also be called '{name}': one quantity, one name"


def nameless(quantity: Variable) -> str:
    """Return what is wrong with what holds a quantity without a name, and what to do."""
    return (
        f'holds a quantity without a name, "{quantity.label}": write it on a line of its own, '
        f"its_name = {type(quantity).__name__}(…)"
    )


def lost(made: Iterable[Made], kept: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Yield line and reason of each quantity and pipe that nothing of a model keeps."""
    known = {id(thing) for thing in kept}
    for note in made:
        thing = note.thing
        if isinstance(thing, Pipe) and not thing.carries:
            yield note.line, f'nothing moves along {thing}: write its_name = Flow("…", {thing}, …)'
        label = getattr(thing, "label", None)  # which one that could not be made has not
        if isinstance(thing, Variable) and id(thing) not in known and label is not None:
            kind = type(thing).__name__
            yield note.line, f'this {kind} "{label}" has no name: write its_name = {kind}(…)'


def home_of(quantity: Variable) -> str:
    """Return what an error adds on a quantity that no sector declares: the module that does.

    Looks through all loaded modules, which only an error has time for.
    """
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if isinstance(value, Variable) and any(map(_is_of(quantity), value.scalars)):
                names = _names_of(module)
                if names is None or name in names.assigned:
                    return f"; it is '{name}' of {module.__name__}: add that module to sectors"
    return ""


def _is_of(part: Variable) -> Callable[[Variable], bool]:
    return lambda whole: part is whole or part in getattr(whole, "stages", ())
