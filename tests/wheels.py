"""caresim as its users get it: built, and installed into an environment outside the checkout."""

import os
import subprocess
import sys
import tarfile
import venv
from dataclasses import dataclass
from importlib.metadata import PathDistribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# Time enough for a calibration on a slow machine
SECONDS = 600


def build(kind, source, folder):
    """Build a ``wheel``, an ``sdist`` or an ``editable`` wheel of a source folder."""
    made = subprocess.run(
        [sys.executable, "-c", BUILD, f"build_{kind}", str(folder)],
        cwd=source, env=environment(), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder / made.stdout.split()[-1]


def environment():
    """Return the environment without what would let Python find the checkout."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "agg"}


@dataclass(frozen=True)
class Installed:
    """The wheel that was made of the sdist, in an environment that borrows the other libraries."""

    sdist: Path
    wheel: Path
    home: Path

    @classmethod
    def into(cls, folder):
        sdist = build("sdist", ROOT, folder)
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        wheel = build("wheel", folder / sdist.name.removesuffix(".tar.gz"), folder)
        # blanks and letters beyond ASCII, as in the homes of many users
        made = cls(sdist, wheel, folder / "Zoë's own place")
        venv.create(made.home)
        (made.packages / "borrowed.pth").write_text("\n".join(libraries()), encoding="utf-8")
        pip = ("-m", "pip", "--python", made.python, "install", "--quiet", "--no-index")
        made.call(sys.executable, *pip, "--no-deps", "--ignore-installed", wheel).check_returncode()
        return made

    @property
    def python(self):
        return self.home / SCRIPTS / "python"

    @property
    def packages(self):
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return Path(self.call(self.python, "-c", code).stdout.strip())

    @property
    def metadata(self):
        (folder,) = self.packages.glob("caresim-*.dist-info")
        return PathDistribution(folder).metadata

    def call(self, program, *arguments, folder=None):
        """Run a program of this environment: a path, or the name of a command installed with it."""
        found = program if Path(program).is_absolute() else self.home / SCRIPTS / program
        return subprocess.run(
            [found, *map(str, arguments)],
            cwd=folder or self.home, env=environment(), timeout=SECONDS,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip


def libraries():
    """Return the folders of the libraries that the tests run with; their ``.pth`` stay unread."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
