"""Where the source may be mutated, into what, and which of these mutants make the fixed sample.

The mutations are those of cosmic-ray: comparisons, operators, numbers by one, truth values,
``not``, ``and`` and ``or``, loops that never run, exceptions that are not caught, decorators taken
away. It leaves texts alone. A place is drawn once, however many ways there are to change it.

Left out by rule, because no result could tell the mutant from the original, or any would:

- annotations, the type that ``cast`` takes, imports, what only a type checker reads, ``__all__``;
- how a message is worded: f-strings, what an exception is made with, a variable named ``message``.
  Whether the error comes is in the sample;
- arithmetic turned into operations on bits: that is an error wherever it is run;
- decorators that only remember (``cache``, ``cached_property`` …) or speak to a type checker.
"""

import ast
import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "caresim"
MUTATED = (
    "engine/**/*.py", "language/units.py", "study/fit/**/*.py", "study/scenario/**/*.py",
)  # fmt: skip
REMEMBERING = {"cache", "lru_cache", "cached_property", "overload", "override", "final", "wraps"}
BITS = {"BitAnd", "BitOr", "BitXor", "LShift", "RShift"}
SEED = "caresim"


@dataclass(frozen=True)
class Mutant:
    """One change of one place, known by its key, which stays when the line moves."""

    file: str  # below the package
    within: str  # the function or class
    lines: tuple[int, int]
    before: str
    after: str
    source: str  # of the whole file, mutated

    @property
    def key(self):
        return f"{Path(self.file).name} {self.within}: {self.before} → {self.after}"

    def __str__(self):
        return (
            f"{self.file}:{self.lines[0]} in {self.within}\n    - {self.before}\n    + {self.after}"
        )


def mutated_files():
    found = {path for pattern in MUTATED for path in PACKAGE.glob(pattern)}
    return sorted(found)


def operators():
    """Yield name and operator, without those that need arguments and those any run would notice."""
    for name in sorted(operator_names()):
        made = get_operator(name)
        if not made.arguments() and not is_an_error(name):
            yield name, made()


def is_an_error(name):
    """Return True for arithmetic made an operation on bits, which floats do not have."""
    kind, *words = name.rpartition("/")[2].split("_")
    return kind == "ReplaceBinaryOperator" and words[0] not in BITS and words[1] in BITS


def places_of(source):
    """Return each place that may be mutated, as two positions, with ways: (operator, number)."""
    tree, left_out = get_ast(source), spans_left_out(source)
    found = {}
    for name, operator in operators():
        spans = (span for node in ast_nodes(tree) for span in operator.mutation_positions(node))
        for number, (begin, end) in enumerate(spans):
            if not any(first <= begin and end <= last for first, last in left_out):
                found.setdefault((begin, end), []).append((name, number))
    return found


def spans_left_out(source):
    """Return what no mutant may lie in, as pairs of positions: line from 1, column in letters."""
    lines = source.splitlines(keepends=True)

    def position(line, column):
        return line, len(lines[line - 1].encode()[:column].decode())

    return [
        (position(n.lineno, n.col_offset), position(n.end_lineno, n.end_col_offset))
        for node in ast.walk(ast.parse(source))
        for n in left_out_of(node)
    ]


def left_out_of(node):
    """Yield what is left out of one node of the syntax tree."""
    match node:
        case ast.arg(annotation=ast.expr() as kind):
            yield kind
        case ast.FunctionDef(returns=returns, decorator_list=decorators):
            yield from [returns] if returns else []
            yield from (one for one in decorators if name_of(one) in REMEMBERING)
        case ast.AnnAssign(annotation=kind):
            yield kind
        case ast.Call(func=ast.Name(id="cast"), args=[kind, *_]):
            yield kind
        case ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            yield node
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            yield node
        case ast.Assign(targets=[ast.Name(id="__all__" | "message")]):
            yield node
        case ast.Raise(exc=ast.Call(args=args, keywords=keywords)):
            yield from (*args, *(one.value for one in keywords))


def name_of(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def ranked(text):
    return hashlib.sha256(f"{SEED} {text}".encode()).hexdigest()


def sample(size):
    """Return the mutants of the fixed sample, in order; a change elsewhere draws no others."""
    drawn = []
    for path in mutated_files():
        source = path.read_text(encoding="utf-8")
        names = names_of(source)
        lines = source.splitlines()
        times = {}
        for (begin, end), ways in sorted(places_of(source).items()):
            known = (path.name, names[begin[0]], lines[begin[0] - 1].strip(), begin[1] - end[1])
            times[known] = times.get(known, 0) + 1
            drawn.append((ranked((*known, times[known])), path, source, (begin, end), ways))
    drawn.sort(key=lambda one: one[0])
    made = (mutant_of(*one) for one in drawn)
    return [one for one, _ in zip(made, range(size), strict=False)], len(drawn)


def mutant_of(rank, path, source, span, ways):
    """Return one mutant of a place; the way is drawn as well, among kinds and then within one."""
    kinds = {}
    for name, number in ways:
        kinds.setdefault(name.split("_")[0], []).append((name, number))
    chosen = min(kinds, key=lambda kind: ranked((rank, kind)))
    name, number = min(kinds[chosen], key=lambda way: ranked((rank, way)))
    mutated = mutate_code(source, get_operator(name)(), number)
    before, after = changed(source, mutated)
    lines = (span[0][0], span[1][0])
    file = path.relative_to(PACKAGE).as_posix()
    return Mutant(file, names_of(source)[lines[0]], lines, before, after, mutated)


def changed(source, mutated):
    """Return the lines that differ, before and after, each on one line."""
    old, new = source.splitlines(), mutated.splitlines()
    spans = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    parts = [(old[a:b], new[c:d]) for tag, a, b, c, d in spans if tag != "equal"]
    sides = zip(*parts, strict=True)
    return tuple(" ".join(line.strip() for part in side for line in part) for side in sides)


def names_of(source):
    """Return the name of the function or class that each line, from 1, stands in."""
    names = ["the module"] * (source.count("\n") + 2)

    def visit(node, outer):
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{outer}.{child.name}".lstrip(".")
                first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                names[first : child.end_lineno + 1] = [name] * (child.end_lineno + 1 - first)
            visit(child, name)

    visit(ast.parse(source), "")
    return names
