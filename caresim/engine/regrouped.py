"""Regroups the sums and products of a step, so that each stage has less to compute.

A sum becomes one term for each product of what hangs on the stocks, and what stays the same during
a stage becomes one factor of it: all that leaves a stock at rates known ahead is one product. The
order of additions changes, so results differ from those of the generated source by rounding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from caresim.engine.tape import STATE, Op, Tape, Value

__all__ = ["regrouped"]

RISKY = ("/", "**", "exp", "log")  # operations whose result may not exist
FEWEST_SHARED = 3  # values whose sum another sum may take as it is
MOST_OPENED = 12  # terms of a sum that is multiplied out
ROUNDS = 2  # what the first leaves to one use, the second takes into the sum that uses it
# The factors that hang on stocks, and what the product of them is multiplied with
Terms = dict[tuple[Value, ...], Value]


def regrouped(tape: Tape, wanted: Sequence[Value]) -> tuple[Value, ...]:
    """Append the operations of an equal, shorter way to some values; return their places."""
    for _ in range(ROUNDS):
        after = _Round(tape, wanted)
        if not after.risky <= set(tape.needed(after.results)):
            break  # what cancels may not have a value
        wanted = after.results
    return tuple(wanted)


class _Round:
    """One pass over the operations behind some values."""

    def __init__(self, tape: Tape, wanted: Sequence[Value]) -> None:
        self.tape, self.signed = tape, _Signed(tape)
        self.terms: dict[int, Terms] = {}
        self.built: dict[int, Value] = {}
        self.inside: dict[Value, Terms] = {}
        self.sums: dict[Value, frozenset[Any]] = {}
        self.risky: set[Value] = set()
        live = [place for place in tape.needed(wanted) if tape.kinds[place] == STATE]
        self.uses = Counter(value for value in wanted if isinstance(value, int))
        for place in live:
            self.uses.update(arg for arg in tape.ops[place].args if isinstance(arg, int))
        for place in live:
            self.terms[place] = self._terms_of(place)
            if self.uses[place] > 1:
                self._value(place)  # so that a later sum finds it
        self.results = [self._value(value) for value in wanted]

    def _terms_of(self, place: int) -> Terms:
        op = self.tape.ops[place]
        if op.symbol in ("+", "-"):
            first, second = self._spliced(op.args[0]), self._spliced(op.args[1], is_named=True)
            return self._sum(first, second if op.symbol == "+" else self._scaled(second, -1.0))
        if op.symbol == "negative":
            return self._scaled(self._spliced(op.args[0]), -1.0)
        if op.symbol == "*":
            both_move = all(map(self._moves, op.args))
            return self._product(*map(self._factor if both_move else self._scalable, op.args))
        if op.symbol == "/":
            return self._quotient(op)
        if op.symbol == "input":
            return {(place,): 1.0}
        return self._atom(self._applied(op, *map(self._value, op.args)))

    def _applied(self, op: Op, *values: Value) -> Value:
        """Append an operation that stays as it is."""
        value = self.tape.add(op.symbol, *values, extra=op.extra)
        if op.symbol in RISKY and self.tape.kind(value) == STATE:
            self.risky.add(value)
        return value

    def _atom(self, value: Value) -> Terms:
        """Return a value as a sum of nothing but itself."""
        return {(value,): 1.0} if self.tape.kind(value) == STATE else {(): value}

    def _spliced(self, value: Value, *, is_named: bool = False) -> Terms:
        """Return the terms that a sum takes in place of a value.

        A named sum of whole values stays one, since others may hold the same.
        """
        if not self._moves(value):
            return {(): value}
        terms = self.terms[value]
        is_whole = len(terms) >= FEWEST_SHARED and all(_is(1.0, share) for share in terms.values())
        is_opened = self.uses[value] == 1 and not (is_named and is_whole)
        return terms if is_opened else self._scalable(value)

    def _scalable(self, value: Value) -> Terms:
        """Return a value as one term, in parts where a steady factor of it can join another."""
        if not self._moves(value):
            return {(): value}
        terms = self.terms[value]
        parts = max(map(len, terms), default=0)
        is_single = len(terms) == 1 and (parts <= 1 or self.uses[value] == 1)
        return terms if is_single else self._atom(self._value(value))

    def _factor(self, value: Value) -> Terms:
        """Return a value as a factor of one that moves too: what is shared stays whole."""
        is_shared = self._moves(value) and self.uses[value] > 1
        return self._atom(self._value(value)) if is_shared else self._scalable(value)

    def _moves(self, value: Value) -> TypeGuard[int]:
        """Return whether a value hangs on stocks; a number does not, and is no place."""
        return isinstance(value, int) and value in self.terms

    def _sum(self, first: Terms, second: Terms) -> Terms:
        total = dict(first)
        for factors, share in second.items():
            total[factors] = self.signed.plus(total.get(factors, 0.0), share)
        return total

    def _scaled(self, terms: Terms, share: Value) -> Terms:
        return {factors: self.signed.times(old, share) for factors, old in terms.items()}

    def _product(self, first: Terms, second: Terms) -> Terms:
        ((factors, share),) = first.items()
        ((more, other),) = second.items()
        return {tuple(sorted(factors + more)): self.signed.times(share, other)}

    def _quotient(self, op: Op) -> Terms:
        ((factors, share),) = self._factor(op.args[0]).items()
        whole = self._written({factors: 1.0})
        return self._scaled(self._atom(self._applied(op, whole, self._value(op.args[1]))), share)

    def _value(self, value: Value) -> Value:
        """Return the place of an old value among the new."""
        if not self._moves(value):
            return value
        if value not in self.built:
            self.built[value] = self._written(self.terms[value])
        return self.built[value]

    def _written(self, terms: Terms) -> Value:
        """Write a sum, beginning with what is added."""
        terms = self._with_known(self._factored(self._opened(terms)))
        total: Value = 0.0
        for factors, share in sorted(terms.items(), key=lambda term: self.signed.parts(term[1])[0]):
            total = self.signed.plus(total, self._term(factors, share))
        if isinstance(total, int):
            self.inside[total] = terms
            if len(terms) > 1:
                self.sums[total] = _items(terms)
        return total

    def _with_known(self, terms: Terms) -> Terms:
        """Take a sum that is known already in place of its terms."""
        items = _items(terms)
        for place, known in self.sums.items():
            if known <= items:
                kept = {f: share for f, share in terms.items() if (f, _order(share)) not in known}
                terms = {**kept, (place,): 1.0}
                items = _items(terms)
        return terms

    def _opened(self, terms: Terms) -> Terms:
        """Multiply out where terms cancel, as when all that leaves a stock goes somewhere."""
        wide: Terms = {}
        for factors, share in terms.items():
            wide = self._sum(wide, self._scaled(self._multiplied_out(factors), share))
        left = {factors: share for factors, share in wide.items() if not _is(0.0, share)}
        return left if len(left) < len(terms) else terms

    def _multiplied_out(self, factors: tuple[Value, ...]) -> Terms:
        """Return a product of sums as a sum of products, one level deep."""
        product: Terms = {factors: 1.0}
        if len(factors) == 1 and len(self.inside.get(factors[0], ())) == 1:
            product = self.inside[factors[0]]
        ((factors, share),) = product.items()
        if len(factors) <= 1:
            return product
        product = {(): share}
        for factor in factors:
            terms = self.inside.get(factor, {})
            is_short = 0 < len(terms) * len(product) <= MOST_OPENED
            product = self._all_products(product, terms if is_short else {(factor,): 1.0})
        return product

    def _all_products(self, first: Terms, second: Terms) -> Terms:
        total: Terms = {}
        for term in first.items():
            for other in second.items():
                total = self._sum(total, self._product(dict([term]), dict([other])))
        return total

    def _factored(self, terms: Terms) -> Terms:
        """Put a factor that several products share before a bracket."""
        terms = dict(terms)
        while True:
            products = [factors for factors in terms if len(factors) > 1]
            shared = Counter(factor for factors in products for factor in dict.fromkeys(factors))
            ((common, count),) = shared.most_common(1) or [(0, 0)]
            if count <= 1:
                return terms
            inner: Terms = {}
            for factors in (factors for factors in products if common in factors):
                at = factors.index(common)
                inner[factors[:at] + factors[at + 1 :]] = terms.pop(factors)
            ((parts, share),) = self._atom(self._written(inner)).items()
            terms = self._sum(terms, {tuple(sorted((common, *parts))): share})

    def _term(self, factors: tuple[Value, ...], share: Value) -> Value:
        product: Value = 1.0
        for factor in factors:
            product = self.signed.times(product, factor)
        return self.signed.times(product, share)


def _is(number: float, value: Value) -> bool:
    """Return whether a value is a number, which a place of the same size is not."""
    return isinstance(value, float) and value == number


def _order(value: Value) -> tuple[bool, Value]:
    return isinstance(value, float), value


def _items(terms: Terms) -> frozenset[Any]:
    return frozenset((factors, _order(share)) for factors, share in terms.items())


@dataclass(frozen=True)
class _Signed:
    """Sums and products on a tape, with signs pulled out and what changes nothing left out."""

    tape: Tape

    def parts(self, value: Value) -> tuple[bool, Value]:
        """Return whether a value is written as a negative one, and what stands behind the sign."""
        if isinstance(value, float):
            return value < 0, abs(value)
        op = self.tape.ops[value]
        return (True, op.args[0]) if op.symbol == "negative" else (False, value)

    def negative(self, value: Value) -> Value:
        """Return a value with its sign changed."""
        is_negative, size = self.parts(value)
        return size if is_negative else self.tape.add("negative", value)

    def plus(self, a: Value, b: Value) -> Value:
        """Return a sum."""
        if _is(0.0, a):
            return b
        (a_is_negative, a_size), (b_is_negative, b_size) = self.parts(a), self.parts(b)
        if a_is_negative != b_is_negative and _order(a_size) == _order(b_size):
            return 0.0
        if a_is_negative and b_is_negative:
            return self.negative(self.tape.add("+", a_size, b_size))
        if a_is_negative:
            return self.tape.add("-", b, a_size)
        return self.tape.add("-" if b_is_negative else "+", a, b_size)

    def times(self, a: Value, b: Value) -> Value:
        """Return a product."""
        (a_is_negative, a_size), (b_is_negative, b_size) = self.parts(a), self.parts(b)
        if _is(1.0, a_size) or _is(1.0, b_size):
            size = b_size if _is(1.0, a_size) else a_size
        else:
            size = self.tape.add("*", *sorted((a_size, b_size), key=_order))
        return self.negative(size) if a_is_negative != b_is_negative else size
