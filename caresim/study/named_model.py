"""The model that a text names: ``file.py:Name``, ``file.py``, ``package.module:Name``.

A file becomes a module of its own, as Python makes one of a program; its folder joins ``sys.path``,
so that it finds the modules beside it. Another process that is handed its model loads the file
again, for nothing there knows the module by name.
"""

from __future__ import annotations

import copyreg
import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from caresim.language.errors import CaresimError, ModelError, did_you_mean
from caresim.language.model import Model
from caresim.language.text_files import MEGABYTE, FileKind, check_ordinary
from caresim.language.vintage import Vintage
from caresim.study.arguments import came

__all__ = ["model_class", "model_named"]

PREFIX = "caresim_model_"
FILE = FileKind("a Python file with a model", "py", 4 * MEGABYTE, ModelError)
_FILES: dict[str, Path] = {}  # the file of each module that was made of one


def model_named(text: str, vintage: str | Path | None = None) -> Model:
    """Return the model that a text names, with the numbers of its class or of a vintage.

    ``vintage`` is a folder such as a calibration writes.

    Raises ModelError for a file or module that cannot be loaded, a name that is not in it, several
    models of which none is named, and what is no model; CaresimError for a vintage that cannot be
    loaded.
    """
    known = None if vintage is None else Vintage.of(vintage)
    home, name = _parted(text)
    found = model_class(home, name)
    try:
        return found() if known is None else found(vintage=known)
    except CaresimError as fault:
        message = f"{home}: {found.__name__}() cannot be made: {fault}"
        raise ModelError(message) from None


def model_class(home: str, name: str = "") -> type[Model]:
    """Return a class of a file or module, by default the only model that it holds."""
    module = _of_file(Path(home)) if _is_file(home) else _of_package(home)
    return _class_in(module, home, name)


def _parted(text: str) -> tuple[str, str]:
    """Return file or module, and the name after the last colon; a drive has a colon too."""
    home, colon, name = text.rpartition(":")
    if not colon or name.endswith(".py") or set(name) & {"/", "\\"}:
        return text, ""
    return home, name


def _is_file(home: str) -> bool:
    return home.endswith(".py") or bool(set(home) & {"/", "\\"})


def _class_in(module: ModuleType, home: str, name: str) -> type[Model]:
    if not name:
        return _only_model(module, home)
    if name not in (known := _content(module)):
        models = _models(module)
        near = did_you_mean(name, models or known)
        message = (
            f"{home} has no '{name}'{near or (models and f'; it holds {_listed(models)}') or ''}"
        )
        raise ModelError(message)
    found = known[name]
    if isinstance(found, type) and issubclass(found, Model) and found is not Model:
        return found
    message = f"{home}: '{name}' is no model, a class such as {name}(Model), but {came(found)}"
    raise ModelError(message)


def _only_model(module: ModuleType, home: str) -> type[Model]:
    found = _models(module)
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        first = next(iter(found))
        message = f"{home} holds {_listed(found)}; say which one: {home}:{first}"
    else:
        message = f"{home} holds no model, a class such as Library(Model)"
    raise ModelError(message)


def _models(module: ModuleType) -> dict[str, type[Model]]:
    """Return the models of a module: its own, or else those that it imports."""
    every = {
        name: value
        for name, value in _content(module).items()
        if isinstance(value, type) and issubclass(value, Model) and value is not Model
    }
    own = {n: v for n, v in every.items() if v.__module__ == module.__name__}
    return own or every


def _content(module: ModuleType) -> dict[str, Any]:
    """Return what a module holds by name, with what it loads only when it is asked for."""
    shown = [name for name in getattr(module, "__all__", ()) if hasattr(module, name)]
    return {**vars(module), **{name: getattr(module, name) for name in shown}}


def _listed(found: Mapping[str, object]) -> str:
    *others, last = found
    return f"{', '.join(others)} and {last}" if others else last


def _of_package(home: str) -> ModuleType:
    if not all(part.isidentifier() for part in home.split(".")):
        message = f"'{home}' names no model; write FILE.py:NAME or PACKAGE.MODULE:NAME"
        raise ModelError(message)
    _find_beside(Path())
    try:
        return importlib.import_module(home)
    except ModuleNotFoundError as fault:
        if fault.name and (home == fault.name or home.startswith(f"{fault.name}.")):
            advice = f"; a file is named with its ending: {home}.py" if "." not in home else ""
            message = f"there is no module '{home}' to take a model from{advice}"
            raise ModelError(message) from None
        raise ModelError(_in_words(fault, home)) from None
    except (Exception, SystemExit) as fault:  # noqa: BLE001  (whatever a person's file raises)
        raise ModelError(_in_words(fault, home)) from None


def _of_file(path: Path) -> ModuleType:
    """Return the module that a file makes, which is loaded once a process."""
    if not path.exists():
        near = did_you_mean(path.name, [p.name for p in path.parent.glob("*.py")])
        message = f"there is no file {path} to take a model from{near}"
        raise ModelError(message)
    check_ordinary(path, FILE)
    whole = path.resolve()
    name = f"{PREFIX}{whole.stem}_{hashlib.sha256(str(whole).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    _find_beside(whole.parent)
    specification = importlib.util.spec_from_file_location(name, whole)
    if specification is None or specification.loader is None:
        message = f"{path} is no Python file; a model is a class in a file that ends in .py"
        raise ModelError(message)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # before it runs, as every import does
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as fault:  # noqa: BLE001  (whatever a person's file raises)
        del sys.modules[name]
        raise ModelError(_in_words(fault, str(path))) from None
    _FILES[name] = whole
    return module


def _find_beside(folder: Path) -> None:
    """Let imports look in a folder, after all that they know already."""
    place = str(folder.resolve())
    if place not in sys.path:
        sys.path.append(place)


def _in_words(fault: BaseException, home: str) -> str:
    """Say in one sentence where a file fails and how."""
    if isinstance(fault, SyntaxError):
        return f"{fault.filename or home}, line {fault.lineno}: not Python: {fault.msg}"
    frames = traceback.extract_tb(fault.__traceback__)
    # the last line that is the author's: neither of caresim nor of the machinery of imports
    own = [f for f in frames if not _is_ours(f.filename)]
    where = f"{own[-1].filename}, line {own[-1].lineno}" if own else home
    said = " ".join(str(fault).split())
    kind = "" if isinstance(fault, CaresimError) else f"{type(fault).__name__}"
    return f"{where}: " + ": ".join(part for part in (kind, said) if part)


def _is_ours(file: str) -> bool:
    return file.startswith("<") or Path(file).is_relative_to(Path(__file__).parent.parent)


def _handed_over(found: type) -> Any:
    """Return how another process comes by a class: by its name, or by loading its file again."""
    home = _FILES.get(found.__module__)
    return found.__qualname__ if home is None else (model_class, (str(home), found.__name__))


copyreg.pickle(type(Model), _handed_over)
