"""Compiles LLVM source to machine code, which the next process then has at hand."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Any

from caresim.engine import kept
from caresim.language.errors import RunError

__all__ = ["ADVICE", "CACHE_VARIABLE", "NEEDED", "Kernel", "cache_folder", "is_available", "load"]

CACHE_VARIABLE = "CARESIM_CACHE_DIR"
ADVICE = 'install it with: pip install "caresim[fast]"'
OLDEST = (0, 45)  # of llvmlite: the first with LLVM 20
NEEDED = f"llvmlite {OLDEST[0]}.{OLDEST[1]} or newer"
SUFFIX = ".kernel"
POINTERS, NUMBERS = 10, 6  # arguments of the function, in this order

Kernel = Any  # a ctypes function; it lets other threads of Python run meanwhile


def is_available() -> bool:
    """Return True when llvmlite is installed and not too old, as an older Numba may keep it."""
    try:
        from llvmlite import __version__
    except ImportError:
        return False
    found = re.match(r"(\d+)\.(\d+)", __version__)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def cache_folder() -> Path:
    """Return where compiled code is kept: ``CARESIM_CACHE_DIR``, or the user's cache folder.

    Nothing is kept where that is no absolute path.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        place = "~/Library/Caches"
    else:
        place = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(place).expanduser() / "caresim"


def load(source: str) -> Kernel:
    """Return the function ``run`` of an LLVM module, compiled now or by an earlier process.

    Raises RunError without llvmlite.
    """
    if not is_available():
        message = f"target='compiled' needs {NEEDED}, which is not installed; {ADVICE}"
        raise RunError(message)
    import llvmlite
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu = llvm.get_host_cpu_name()
    features = _features(llvm.get_host_cpu_features())
    what = "\n".join([llvmlite.__version__, str(llvm.llvm_version_info), cpu, features, source])
    path = cache_folder() / f"{hashlib.sha256(what.encode()).hexdigest()[:32]}{SUFFIX}"
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=2
    )
    code = kept.read(path, what)
    if code is None:
        code = machine.emit_object(_optimised(llvm, machine, source))
        kept.write(path, what, code)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    kinds = [ctypes.c_void_p] * POINTERS + [ctypes.c_int64] * NUMBERS
    kernel = ctypes.CFUNCTYPE(None, *kinds)(engine.get_function_address("run"))
    kernel.engine = engine  # type: ignore[attr-defined]  # owns the code, so must live as long
    return kernel


def _features(host: Any) -> str:
    """Return the features of the processor, with its widest registers in use.

    LLVM avoids them by default; this code does little else, and gains a third by them.
    """
    wanted = [f"+{name}" for name, there in sorted(host.items()) if there]
    return ",".join([*wanted, *(["-prefer-256-bit"] if host.get("avx512f") else [])])


def _optimised(llvm: Any, machine: Any, source: str) -> Any:
    module = llvm.parse_assembly(source)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    builder.getModulePassManager().run(module, builder)
    return module
