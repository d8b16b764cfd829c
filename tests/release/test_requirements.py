"""What an install asks for on each system: llvmlite where it has a wheel, and never elsewhere.

Environment markers cannot tell three things: Linux on musl (Alpine), a 32-bit Python on a 64-bit
system, and the build of Python 3.13 without a global lock. None has a wheel; docs/choosing.md says
what to do there.
"""

import re

import pytest
from packaging.requirements import Requirement
from wheels import ROOT

SYSTEMS = {
    "Linux x86-64": ("linux", "Linux", "x86_64", "cpython"),
    "Linux ARM": ("linux", "Linux", "aarch64", "cpython"),
    "Linux RISC-V": ("linux", "Linux", "riscv64", "cpython"),
    "Mac Intel": ("darwin", "Darwin", "x86_64", "cpython"),
    "Mac ARM": ("darwin", "Darwin", "arm64", "cpython"),
    "Windows x86-64": ("win32", "Windows", "AMD64", "cpython"),
    "Windows ARM": ("win32", "Windows", "ARM64", "cpython"),
    "WebAssembly": ("emscripten", "Emscripten", "wasm32", "cpython"),
    "PyPy": ("linux", "Linux", "x86_64", "pypy"),
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15", "3.16")
NEW, ANY, OLD = ">=0.50", ">=0.45", "<0.46,>=0.45"
EARLY = "wheels for Windows on ARM begin with Python 3.12"
ENDED = "0.45 was the last release with wheels for Intel Macs, and has none for Python 3.14"
LATER = "no release has wheels for it yet, and building llvmlite needs LLVM"
NEVER = "wheels are for CPython on x86-64 and ARM, and machine code cannot be made in a browser"
TABLE = {  # what each Python asks for, or why it asks for nothing
    "Linux x86-64": (ANY, ANY, ANY, ANY, ANY, LATER),
    "Linux ARM": (ANY, ANY, ANY, ANY, ANY, LATER),
    "Linux RISC-V": (NEVER,) * 6,
    "Mac Intel": (OLD, OLD, OLD, ENDED, ENDED, ENDED),
    "Mac ARM": (ANY, ANY, ANY, ANY, ANY, LATER),
    "Windows x86-64": (ANY, ANY, ANY, ANY, ANY, LATER),
    "Windows ARM": (EARLY, NEW, NEW, NEW, LATER, LATER),
    "WebAssembly": (NEVER,) * 6,
    "PyPy": (NEVER,) * 6,
}
# The wheels of each release on PyPI: first and last Python 3 for each system
EVERYWHERE = ("Linux x86-64", "Linux ARM", "Mac ARM", "Windows x86-64")
WHEELS = {
    "0.45.0": dict.fromkeys((*EVERYWHERE, "Mac Intel"), (10, 13)),
    "0.45.1": dict.fromkeys((*EVERYWHERE, "Mac Intel"), (10, 13)),
    "0.46.0": dict.fromkeys(EVERYWHERE, (10, 14)),
    "0.47.0": dict.fromkeys(EVERYWHERE, (10, 14)),
    "0.48.0": dict.fromkeys(EVERYWHERE, (10, 14)),
    "0.49.0": dict.fromkeys(EVERYWHERE, (10, 14)) | {"Windows ARM": (14, 14)},
    "0.50.0": dict.fromkeys(EVERYWHERE, (10, 15)) | {"Windows ARM": (12, 14)},
}
CHOOSING = (ROOT / "docs" / "choosing.md").read_text(encoding="utf-8")
ROWS = (EVERYWHERE, ("Mac Intel",), ("Windows ARM",), ("WebAssembly", "Linux RISC-V", "PyPy"))
COLUMNS = (("3.11",), ("3.12", "3.13"), ("3.14",), ("3.15",))
CELLS = [(system, python) for system in SYSTEMS for python in PYTHONS]


@pytest.fixture(scope="module")
def requirements(installed):
    return [Requirement(text) for text in installed.metadata.get_all("Requires-Dist")]


def asked(requirements, system, python, extra=""):
    """Return what one system asks for, as (name, versions)."""
    platform, name, machine, implementation = SYSTEMS[system]
    place = {
        "sys_platform": platform,
        "platform_system": name,
        "platform_machine": machine,
        "implementation_name": implementation,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": extra,
    }
    needed = [r for r in requirements if r.marker is None or r.marker.evaluate(place)]
    return [(r.name, str(r.specifier)) for r in needed]


def compilers(requirements, system, python):
    return [
        versions for name, versions in asked(requirements, system, python) if name == "llvmlite"
    ]


def has_wheel(release, system, python):
    first, last = WHEELS[release].get(system, (0, 0))
    return first <= int(python.partition(".")[2]) <= last


@pytest.mark.parametrize(("system", "python"), CELLS)
def test_llvmlite_is_asked_for_as_the_table_says(requirements, system, python):
    wanted = TABLE[system][PYTHONS.index(python)]
    given = compilers(requirements, system, python)
    assert given == ([wanted] if wanted in (NEW, ANY, OLD) else []), wanted


@pytest.mark.parametrize(("system", "python"), CELLS)
def test_llvmlite_is_asked_for_wherever_it_has_a_wheel(requirements, system, python):
    has_one = any(has_wheel(release, system, python) for release in WHEELS)
    assert bool(compilers(requirements, system, python)) == has_one


@pytest.mark.parametrize(("system", "python"), CELLS)
def test_the_newest_release_that_is_asked_for_has_a_wheel(requirements, system, python):
    """Installers take the newest release that they may, and build it if it has no wheel."""
    for versions in compilers(requirements, system, python):
        allowed = Requirement(f"llvmlite{versions}").specifier.filter(WHEELS)
        assert has_wheel(list(allowed)[-1], system, python)


def test_every_system_asks_for_the_same_other_libraries(requirements):
    others = {
        tuple(pair for pair in asked(requirements, *cell) if pair[0] != "llvmlite")
        for cell in CELLS
    }
    assert len(others) == 1
    assert ("numpy", ">=1.26") in others.pop()


def test_the_extra_fast_goes_on_and_adds_nothing(installed, requirements):
    assert "fast" in installed.metadata.get_all("Provides-Extra")
    for cell in CELLS:
        assert asked(requirements, *cell, extra="fast") == asked(requirements, *cell)


def test_the_page_tells_where_there_is_machine_code(requirements):
    lines = CHOOSING[CHOOSING.index("| CPython |") :].splitlines()[2 : 2 + len(ROWS)]
    for systems, line in zip(ROWS, lines, strict=True):
        for pythons, cell in zip(COLUMNS, line.strip("| ").split("|")[1:], strict=True):
            cells = [(system, python) for system in systems for python in pythons]
            found = {bool(compilers(requirements, *each)) for each in cells}
            assert found == {cell.strip() != "no"}, line


def test_the_page_lists_the_libraries_for_who_must_install_them_first(requirements):
    (listed,) = re.findall(r"`pip install (matplotlib [a-z ]+)`", CHOOSING)
    assert sorted(listed.split()) == sorted(
        {name for name, _ in asked(requirements, "WebAssembly", "3.13")}
    )


def test_this_system_has_what_the_wheel_asks_for(requirements):
    """The markers are true of the environment that the tests run in, and it can make code."""
    here = [r for r in requirements if r.name == "llvmlite" and r.marker.evaluate({"extra": ""})]
    for requirement in here:
        import llvmlite

        assert requirement.specifier.contains(llvmlite.__version__, prereleases=True)
