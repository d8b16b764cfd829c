"""Shelves: books bought, lent and worn out.

They go stale when there are fewer books than at first.
"""

from pathlib import Path

from caresim.language import Aux, Dimension, Flow, Parameters, Smooth, Stock, cloud, maximum

age = Dimension("Age", ["Under 25", "25 and over"])
p = Parameters.read(Path(__file__).parent / "numbers.toml", dimensions=[age])

books = Stock("Books on the shelves", "book", p.books_0)
staleness = Aux(
    "Staleness of the shelves, 2010 = 1",
    (p.books_0 / maximum(books, p.books_least)) ** (p.stale_elasticity * p.shelves_on),
)
loans_felt = Smooth("Loans, by when their wear shows", over=p.wear_time, initial=p.loans_0)
book_spend = Aux("Spending on books", p.book_budget)
bought = Flow("Books bought", cloud >> books, book_spend / p.cost_per_book)
worn_out = Flow("Books worn out", books >> cloud, loans_felt * p.wear + books * p.ageing_rate)
