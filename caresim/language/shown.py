"""What a model declares of itself beside its equations: what is shown of it, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.flat_prices import FlatPrices, check_flat_prices
from caresim.language.follows import Follows, check_follows
from caresim.language.plain_text import check_plain
from caresim.language.rules import Rules, check_rules
from caresim.language.unchanged import Unchanged
from caresim.language.units import Unit
from caresim.language.variables import Check, Stock, Variable

if TYPE_CHECKING:
    from caresim.language.drivers import Driver
    from caresim.language.feedbacks import Feedback
    from caresim.language.observed import Observed
    from caresim.language.part import Part
    from caresim.language.vintage import Vintage

__all__ = ["MAY_BE_QUANTITIES", "Shown", "check_declared", "counted_word"]

MONEY = Unit.parse("GBP/year")
MAY_BE_QUANTITIES = ("price_level", "spending_total")  # declared by a name, or by being so called
FINER = 1e3  # what a place is shown in against the whole: £m for £bn
PANELS, COSTS = 4, 3  # of a figure, where a model does not say which
SIZES = ((1e7, 1e6), (1e4, 1e3))  # from what count on figures are in millions and thousands


class Shown:
    """The declarations of a model about itself, each optional; a class body sets those it wants.

    In words: ``title`` (of pages and of the command line; the name of the class when empty),
    ``credit`` and ``licence`` (whose the figures are that it is fitted to), ``given_credit`` (whose
    all else is), ``limits`` (what the model leaves out, a sentence each, with ``{last_figure}`` for
    the month of its last figure), ``location`` (of tables of the hubverse; the name of the class
    when empty), ``unchanged`` (what the model is called, and what it assumes, where no scenario
    changes it: :class:`Unchanged`).

    Quantities: ``published`` (what annual tables show, in order; everything when empty),
    ``caseload_panels`` and ``cost_panels`` (of the two figures; counts and money among the
    published when empty), ``compared`` (rows of the summary; the published when empty), ``scored``
    (to score though they are not fitted), ``headlines`` (by name, sets that a backtest pools, the
    most asked for first), ``follows`` (series that follow from others by adding up, each a
    :class:`Follows`, which a fit then does not count again).

    Money: ``spending_total`` names the total of spending and ``price_level`` what is 1 in the price
    year and brings money to cash, unless quantities are themselves called so; ``spending_by``
    holds, by a word such as ``"stage"``, the amounts that make up the total, and
    ``spending_words`` what the word stands for in titles.

    Numbers: ``counted_in`` says by word of a unit what figures divide it by (``{"child": 1e3}``;
    where it does not, £ go in millions and counts as their size suits), ``rounded_to`` what the
    summary rounds it to.

    Files: ``scenarios`` is the folder of those known by name, ``vintage`` a :class:`Vintage`, or
    one by one what comes with it: ``observed`` (official figures under the names of quantities) and
    the files of what a calibration left, ``posterior_file`` and ``backtest_file``;
    ``effects_file`` declares published effects to replay (:func:`caresim.effects`), in one file or
    in a folder of them; ``called_file`` says what people call things, and which levers they mean;
    ``scope_file`` says which statements of a published review the model answers; ``beside_file``
    what pages show beside spending, which no total of it holds: series, and fixed figures;
    ``parts_file`` what it is made of, such as councils, each of which is a model too;
    ``beliefs_file`` what may be believed of some numbers in place of their priors, and
    ``structures_file`` what may be otherwise in the equations.
    ``feedbacks`` are the loops that the author names, ``drivers`` what acts from outside with a
    memory of its own, ``rules`` a lever whose settings every scenario is shown under
    (:class:`Rules`), ``flat_prices`` the setting of a lever that holds a price flat
    (:class:`FlatPrices`), ``figures_end`` the name of the parameter that holds the moment of the
    last figure (``smooth_step(…, known_to=p.figures_end)``), and ``checked_step`` the largest
    relative change that ``cs.check_step`` found at 16 steps a year.
    """

    title: ClassVar[str] = ""
    credit: ClassVar[str] = ""
    licence: ClassVar[str] = ""
    given_credit: ClassVar[str] = ""
    limits: ClassVar[tuple[str, ...]] = ()
    location: ClassVar[str] = ""
    unchanged: ClassVar[Unchanged] = Unchanged()

    published: ClassVar[tuple[Variable, ...]] = ()
    caseload_panels: ClassVar[tuple[Variable, ...]] = ()
    cost_panels: ClassVar[tuple[Variable, ...]] = ()
    compared: ClassVar[tuple[Variable, ...]] = ()
    scored: ClassVar[tuple[Variable, ...]] = ()
    headlines: ClassVar[Mapping[str, tuple[Variable, ...]]] = {}
    follows: ClassVar[tuple[Follows, ...]] = ()

    spending_total: ClassVar[Variable | str] = ""
    price_level: ClassVar[Variable | str | None] = None
    spending_by: ClassVar[Mapping[str, tuple[Variable, ...]]] = {}
    spending_words: ClassVar[Mapping[str, str]] = {}

    counted_in: ClassVar[Mapping[str, float]] = {}
    rounded_to: ClassVar[Mapping[str, float]] = {}
    if TYPE_CHECKING:
        stands_for: Part | None  # of a model; a class sets none

    scenarios: ClassVar[Path | None] = None
    vintage: Vintage | None = None  # a model may have its own, with its vintage
    observed: Observed | None = None
    posterior_file: Path | None = None
    backtest_file: Path | None = None
    effects_file: ClassVar[Path | None] = None
    structures_file: ClassVar[Path | None] = None
    called_file: ClassVar[Path | None] = None
    scope_file: ClassVar[Path | None] = None
    beside_file: ClassVar[Path | None] = None
    parts_file: ClassVar[Path | None] = None
    beliefs_file: ClassVar[Path | None] = None
    feedbacks: ClassVar[tuple[Feedback, ...]] = ()
    rules: ClassVar[Rules | None] = None
    flat_prices: ClassVar[FlatPrices | None] = None
    drivers: ClassVar[tuple[Driver, ...]] = ()
    checked_step: ClassVar[float | None] = None
    figures_end: ClassVar[str] = ""

    variables: ClassVar[dict[str, Variable]]

    @classmethod
    def shown_title(cls) -> str:
        """Return the title, or the name of the class."""
        return cls.title or cls.__name__

    @classmethod
    def hub_location(cls) -> str:
        """Return the location of the tables of the hubverse."""
        return cls.location or cls.__name__

    @classmethod
    def credit_line(cls) -> str:
        """Return whose the figures are and under which licence, empty where nothing is said."""
        return " ".join(part for part in (cls.credit, cls.licence) if part)

    @classmethod
    def published_names(cls) -> tuple[str, ...]:
        """Return the columns of an annual table."""
        return _names(cls._published())

    @classmethod
    def _published(cls) -> Iterable[Variable]:
        return cls.published or (v for v in cls.variables.values() if not isinstance(v, Check))

    @classmethod
    def caseload_names(cls) -> tuple[str, ...]:
        """Return what the figure of caseloads shows: as declared, or counts that are published.

        Stocks come first; without any count it is whatever is published first.
        """
        shown = [cls.variables[name] for name in cls.published_names()]
        counts = sorted(
            (v for v in shown if counted_word(v.unit)), key=lambda v: not isinstance(v, Stock)
        )
        return _names(cls.caseload_panels) or _names(counts or shown)[:PANELS]

    @classmethod
    def cost_names(cls) -> tuple[str, ...]:
        """Return what the figure of costs shows: as declared, or spending that is published.

        The total comes last; a model without spending shows none.
        """
        total = cls.spending_name()
        spent = [n for n in cls.published_names() if cls.variables[n].unit == MONEY and n != total]
        chosen = (*spent[: COSTS - bool(total)], total)
        return _names(cls.cost_panels) or tuple(name for name in chosen if name)

    @classmethod
    def compared_names(cls) -> tuple[str, ...]:
        """Return the rows of the summary."""
        return _names(cls.compared) or cls.published_names()

    @classmethod
    def spending_name(cls) -> str:
        """Return the name of the total of spending, empty where the model has none.

        Raises ModelError for one that is no quantity of the model, or no amount of money a year.
        """
        total = cls.spending_total
        name = total.name or "" if isinstance(total, Variable) else total
        if name and name not in cls.variables:
            near = did_you_mean(name, cls.variables)
            message = f"the spending_total of {cls.__name__} is '{name}', no quantity of it{near}"
            raise ModelError(message)
        if name and cls.variables[name].unit != MONEY:
            unit = cls.variables[name].unit
            message = f"the spending_total of {cls.__name__}, '{name}', is in {unit}, not {MONEY}"
            raise ModelError(message)
        return name

    @classmethod
    def example_name(cls) -> str:
        """Return the name of a quantity for messages to show: the first that is published."""
        return next(iter(_names(islice(cls._published(), 1))), "name")

    def shown_divisor(self, unit: Unit, largest: float = 0.0) -> float:
        """Return what a figure divides a quantity by: as declared, else as it suits the largest.

        £ go in millions unless declared, whatever the largest. For a place of a whole it is a
        thousandth of what is declared.
        """
        word = "GBP" if _yearless(unit) == Unit.parse("GBP") else counted_word(unit)
        if word in self.counted_in:
            size = self.counted_in[word]
            return size if self.stands_for is None else max(size / FINER, 1.0)
        if word == "GBP":
            return 1e6
        return next((size for most, size in SIZES if word and largest >= most), 1.0)

    def shown_rounding(self) -> Mapping[str, float]:
        """Return what numbers are rounded to, by word of a unit; for a place at most to ones."""
        if self.stands_for is None:
            return self.rounded_to
        return {word: min(size, 1.0) for word, size in self.rounded_to.items()}


TEXTS = ("title", "credit", "licence", "given_credit", "location")
QUANTITIES = ("published", "caseload_panels", "cost_panels", "compared", "scored")
DIVISORS = (1, 1e3, 1e6, 1e9)  # those that labels have words for


def check_declared(model: type[Shown]) -> None:
    """Check what a class declares of itself; raise ModelError for what cannot be shown."""
    of = model.__name__
    for key in TEXTS:
        if not isinstance(text := vars(model).get(key, ""), str):
            message = f"the {key} of {of} is a text, not {came(text)}"
            raise ModelError(message)
        check_plain(text, f"the {key} of {of}", ModelError, name=key in ("title", "location"))
    for text in (*vars(model).get("limits", ()), *vars(model).get("spending_words", {}).values()):
        check_plain(text, f"a text of {of}", ModelError)
    for key in QUANTITIES:
        _check_quantities(model, key, vars(model).get(key, ()))
    parameters = getattr(model, "parameters", {})
    check_rules(of, vars(model).get("rules"), parameters, model.variables)
    check_flat_prices(of, vars(model).get("flat_prices"), parameters, model.variables)
    check_follows(of, vars(model).get("follows", ()), model.variables)
    for word, size in model.counted_in.items():
        if size not in DIVISORS:
            message = (
                f"counted_in of {of}: '{word}' goes by 1, 1e3, 1e6 or 1e9, not by {came(size)}"
            )
            raise ModelError(message)
    for word, size in model.rounded_to.items():
        if not size > 0:
            message = (
                f"rounded_to of {of}: '{word}' is rounded to a number above 0, not {came(size)}"
            )
            raise ModelError(message)


def _check_quantities(model: type[Shown], key: str, given: object) -> None:
    of = model.__name__
    found = given if isinstance(given, tuple | list) else (given,)
    if odd := [one for one in found if not isinstance(one, Variable)]:
        message = f"{key} of {of} is a tuple of quantities without quotes, not {came(odd[0])}"
        raise ModelError(message)
    missing = [n for n in _names(found) if n not in model.variables]
    if missing:
        message = (
            f"{key} of {of} holds '{missing[0]}', which is no quantity of it; declare it in the "
            "class, or list its module in sectors"
        )
        raise ModelError(message)


def counted_word(unit: Unit) -> str:
    """Return what a level or a yearly rate counts: ``"child"``; empty for money and all else."""
    whole = _yearless(unit).powers
    if len(whole) != 1 or whole[0][1] != 1 or whole[0][0] in ("GBP", "year"):
        return ""
    return whole[0][0]


def _yearless(unit: Unit) -> Unit:
    return unit * Unit.parse("year") if unit.power_of("year") == -1 else unit


def _names(quantities: Iterable[Variable]) -> tuple[str, ...]:
    return tuple(part.name or "" for v in quantities for part in v.scalars)
