"""Which tests are tried on a mutant, in which order: those that touch its line, likeliest first."""

import functools
import json
from collections import Counter
from pathlib import Path

# What takes longer than this to try is left; each test takes a little, however short it is
SECONDS, LONGEST, LITTLE = 30.0, 12.0, 0.01
ALL = (1, 10**6)


def behind(context, asking):
    """Return the tests for which something was done: a test, a fixture, a file of tests."""
    kind, _, name = context.partition(" ")
    return {name} if kind == "test" else asking.get(context, set())


class Tests:
    """What was measured of all tests, put together from the files of several processes."""

    def __init__(self, folder):
        told = [json.loads(path.read_text("utf-8")) for path in Path(folder).glob("touching-*")]
        self.seconds = {test: taken for one in told for test, taken in one["seconds"].items()}
        self.failed = {test for one in told for test in one["failed"]}
        asking = {}
        for test, contexts in (pair for one in told for pair in one["asked"].items()):
            for context in contexts:
                asking.setdefault(context, set()).add(test)
        self.touching = {}
        for file, lines in (pair for one in told for pair in one["lines"].items()):
            known = self.touching.setdefault(file, {})
            for line, contexts in lines.items():
                known.setdefault(int(line), set()).update(
                    *(behind(one, asking) for one in contexts)
                )
        self.breadth = Counter(
            test for lines in self.touching.values() for tests in lines.values() for test in tests
        )

    def on(self, file, first, last):
        """Return the tests that touch any of some lines; those that fail anyway tell nothing."""
        touched = self.touching.get(str(file), {}).items()
        found = set().union(*(tests for line, tests in touched if first <= line <= last))
        return {test for test in found - self.failed if test in self.seconds}

    @functools.cache  # noqa: B019  (there is one of these, as long as the process lives)
    def on_any_line(self, file):
        """Return the tests that touch a file at all."""
        return frozenset(self.on(file, *ALL))

    @functools.cache  # noqa: B019
    def users(self, file):
        """Return the files that name a module."""
        module = f"caresim.{file.removesuffix('.py').replace('/', '.')}"
        return tuple(path for path in self.touching if module in Path(path).read_text("utf-8"))

    def chosen(self, copy, mutant, function):
        """Return the tests to try and their seconds: of its line, function, file, users."""
        file = copy / "caresim" / mutant.file
        rings = [
            self.on(file, *mutant.lines),
            self.on(file, *function),
            self.on_any_line(file),
            set().union(*map(self.on_any_line, self.users(mutant.file))),
        ]
        order, seen = [], set()
        for ring in rings:
            order += self.ordered(ring - seen, mutant.file)
            seen |= ring
        found, left = [], SECONDS
        for test in order:
            cost = self.seconds[test] + LITTLE
            if cost <= min(left, LONGEST):
                found.append(test)
                left -= cost
        return {test: self.seconds[test] for test in found}

    def ordered(self, tests, file):
        """Sort tests: a few of each first; those at home, those that touch little, quick ones."""
        stem, floor = Path(file).stem, Path(file).parts[0]

        def likeliness(test):
            path = Path(test.partition("::")[0])
            home = (stem in path.stem, floor in path.parts)
            return (*(not here for here in home), self.seconds[test] * self.breadth[test])

        taken, ranked = {}, []
        for test in sorted(tests, key=lambda test: (likeliness(test), test)):
            function = test.partition("[")[0]
            taken[function] = taken.get(function, 0) + 1
            ranked.append((taken[function] > 3, likeliness(test), test))
        return [test for *_, test in sorted(ranked)]
