"""Compiles LLVM source to machine code, which the next process then has at hand."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import mmap
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from caresim.engine.machine import kept

__all__ = [
    "CACHE_VARIABLE",
    "NUMBERS",
    "POINTERS",
    "Kernel",
    "cache_folder",
    "hindrance",
    "load",
    "register_width",
]

CACHE_VARIABLE = "CARESIM_CACHE_DIR"
OLDEST = (0, 45)  # of llvmlite: the first with LLVM 20
NEEDED = f"llvmlite {OLDEST[0]}.{OLDEST[1]} or newer"
SUFFIX = ".kernel"
LEVEL = 1  # of optimisation: the code is straight lines already, and more only takes longer
POINTERS, NUMBERS = 13, 6  # arguments of the function, in this order
READ_AND_RUN = mmap.PROT_READ | mmap.PROT_EXEC if hasattr(mmap, "PROT_EXEC") else 0

Kernel = Any  # a ctypes function; it lets other threads of Python run meanwhile


@functools.cache
def hindrance() -> str:
    """Return why no machine code can be made here, empty where it can."""
    try:
        from llvmlite import __version__
    except (ImportError, OSError):
        return f"{NEEDED} is not installed (pip install llvmlite)"
    found = re.match(r"(\d+)\.(\d+)", __version__)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        return f"llvmlite is {__version__}, as an older Numba keeps it, and {NEEDED} is needed"
    if not _may_run_what_it_wrote():
        return "this system does not let a program run code that it has made"
    return ""


def _may_run_what_it_wrote() -> bool:
    """Ask for a page of memory to be run, as a hardened system refuses it and LLVM then aborts."""
    if not READ_AND_RUN:
        return True  # Windows, which asks nobody
    page = mmap.mmap(-1, mmap.PAGESIZE)
    try:
        held = ctypes.c_char.from_buffer(page)
        protect = ctypes.CDLL(None).mprotect
        address = ctypes.c_void_p(ctypes.addressof(held))
        is_allowed = protect(address, ctypes.c_size_t(mmap.PAGESIZE), READ_AND_RUN) == 0
        protect(address, ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_WRITE)
        del held
    finally:
        page.close()
    return bool(is_allowed)


@functools.cache
def register_width() -> int:
    """Return how many numbers the widest register of this processor holds."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    return 8 if features.get("avx512f") else 4 if features.get("avx") else 2


def cache_folder() -> Path:
    """Return where compiled code is kept: ``CARESIM_CACHE_DIR``, or the user's cache folder.

    Nothing is kept where that is no absolute path.
    """
    try:
        return _named_folder().expanduser()
    except RuntimeError:  # a user without a home, as in a container
        return Path()


def _named_folder() -> Path:
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        place = "~/Library/Caches"
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        place = named if Path(named).is_absolute() else "~/.cache"  # as its standard has it
    return Path(place) / "caresim"


def load(source: Callable[[], str], made_of: str) -> Kernel:
    """Return the function ``run`` of an LLVM module, compiled now or by an earlier process.

    ``source()`` writes the module, which follows from ``made_of`` and takes longer to write.
    """
    import llvmlite
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu = llvm.get_host_cpu_name()
    features = _features(llvm.get_host_cpu_features())
    what = "\n".join([llvmlite.__version__, str(llvm.llvm_version_info), cpu, features, made_of])
    path = cache_folder() / f"{hashlib.sha256(what.encode()).hexdigest()[:32]}{SUFFIX}"
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=LEVEL
    )
    code = kept.read(path, what)
    if code is None:
        code = machine.emit_object(_optimised(llvm, machine, source()))
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
    builder = llvm.create_pass_builder(
        machine, llvm.create_pipeline_tuning_options(speed_level=LEVEL)
    )
    builder.getModulePassManager().run(module, builder)
    return module
