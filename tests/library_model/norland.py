"""Public libraries of Norland, a made-up country, in a file of a person's own."""

from pathlib import Path
from typing import ClassVar

import shelves
from shelves import age, p

from caresim.language import Aux, Feedback, Flow, Model, Observed, Stock, cloud, total

HERE = Path(__file__).parent


class Norland(Model):
    """People join and lapse; what they borrow wears books out, and money buys new ones."""

    parameters = p
    sectors = (shelves,)
    start, until = "2010-03-31", "2030-03-31"

    # Members, who join where there is reason to and stay while the shelves are fresh
    members = Stock("Members by age", "member", p.members_0, over=age)
    pull = Aux("Pull of longer opening, without = 1", (p.hours / p.hours_0) ** p.hours_elasticity)
    joining = Aux("Rate at which people join", p.join_rate * pull)
    joins = Flow("Joins by age", cloud >> members, p.people * p.join_rate * pull)
    kept = Aux("Lapses left after calls to members", 1 - p.call_share * p.call_effect)
    lapses = Flow(
        "Lapses by age", members >> cloud, members * p.lapse_rate * kept * shelves.staleness
    )
    all_members = Aux("Members", total(members))
    all_joins = Aux("People who join", total(joins))
    all_lapses = Aux("Members who lapse", total(lapses))
    loans = Aux("Loans", all_members * p.loans_per_member / shelves.staleness)
    shelves.loans_felt.follow(loans)

    # Money
    prices = Aux("Prices in all Norland, 2019-20 = 1", p.deflator)
    desk_spend = Aux("Spending on staff at the desk", p.branches * p.hours * p.cost_per_hour)
    call_spend = Aux("Spending on calls to members", all_members * p.call_share * p.cost_per_call)
    building_spend = Aux("Spending on buildings", p.branches * p.cost_per_branch)
    service_spend = Aux("Spending on services", total(desk_spend, call_spend, shelves.book_spend))
    net_cost = Aux("All spending", service_spend + building_spend)

    # What is said and shown of it
    title = "Public libraries of Norland"
    credit = "Published figures: Norland Bureau of Counts."
    licence = "Free to copy with thanks."
    location = "NL-ALL"
    observed = Observed.read(HERE / "figures.csv")
    scenarios = HERE / "policies"
    published = (
        all_members,
        shelves.books,
        all_joins,
        all_lapses,
        loans,
        shelves.book_spend,
        desk_spend,
        net_cost,
    )
    headlines: ClassVar = {"main": (all_members, loans)}
    spending_total, price_level = "net_cost", "prices"
    spending_by: ClassVar = {
        "purpose": (desk_spend, shelves.book_spend, call_spend, building_spend),
        "kind": (service_spend, building_spend),
    }
    spending_words: ClassVar = {"purpose": "what it buys"}
    counted_in: ClassVar = {"loan": 1e6, "book": 1e3}
    rounded_to: ClassVar = {"member": 100}
    feedbacks = (
        Feedback(
            name="Fresh shelves",
            switch="shelves_on",
            loop="Loans wear books out; stale shelves lose members and loans, so that wear slows",
            grade="assumption",
            evidence="Made up",
            through=("books", "staleness", "loans", "loans_felt", "worn_out"),
        ),
    )
    limits = ("Books that are read without a loan are not counted.",)
    scope_file = HERE / "scope.toml"
    beside_file = HERE / "beside.toml"
