"""Early help that stays when its money stops: families feel what is paid for, and what has stayed of it, line by line.

Only what a line had beyond the early help of record can stay, so that the cuts of the decade leave nothing behind.
"""

from caresim.england.early_help import (
    family_support_capacity,
    other_early_help_capacity,
    other_early_help_share,
    under_fives_capacity,
    young_people_capacity,
)
from caresim.england.given import p
from caresim.england.money import (
    family_support_spend,
    other_early_help_spend,
    sure_start_spend,
    young_people_spend,
)
from caresim.england.practice import settling
from caresim.language import Aux, Flow, Stock, cloud, maximum
from caresim.language.expressions import Expr


def beyond(spent: Expr, line: Expr) -> Expr:
    """Return by how much a line is paid for beyond its share of the early help of record."""
    return maximum(spent - p.early_help_of_record * line, 0)


def stayed(established: Expr, paid: Expr) -> Expr:
    """Return what stays of a line, in money, beyond what is paid now."""
    return maximum(p.practice_lasting_share * established - paid, 0)


under_fives_beyond = Aux("Help for under-fives beyond record", beyond(sure_start_spend, p.sure_start_share))
"Money of a year beyond the line's share of the early help of record: nothing at present, and nothing where it is cut."
under_fives_established = Stock("Help for under-fives that has become practice", "GBP/year", 0)
"Of that money, in £ a year, as much as was there for long enough, about a year; it is not forgotten when it stops."
under_fives_becoming = Flow(
    "Help for under-fives becoming practice",
    cloud >> under_fives_established,
    settling(under_fives_beyond, under_fives_established),
)
"Nothing at present; about as much a year as is paid beyond record and no practice yet."
under_fives_stayed = Aux("Help for under-fives that stays without money", stayed(under_fives_established, under_fives_beyond))
"The share that stays of what has become practice, less what is still paid for, in £ a year: nothing at present."

family_support_beyond = Aux("Family support beyond record", beyond(family_support_spend, p.family_support_share))
"Likewise for the line of family support: nothing at present."
family_support_established = Stock("Family support that has become practice", "GBP/year", 0)
"Likewise for this line, in £ a year: what was there for long enough, whatever is paid now."
family_support_becoming = Flow(
    "Family support becoming practice",
    cloud >> family_support_established,
    settling(family_support_beyond, family_support_established),
)
"As for under-fives: about a year after its money, and nothing at present."
family_support_stayed = Aux("Family support that stays without money", stayed(family_support_established, family_support_beyond))
"As for under-fives: nothing, unless a scenario lets practice stay and then pays for less of this line."

young_people_beyond = Aux("Services for young people beyond record", beyond(young_people_spend, p.young_people_share))
"Likewise for the line of young people, in £ a year: nothing at present."
young_people_established = Stock("Services for young people that have become practice", "GBP/year", 0)
"Likewise for young people, in £ a year, whatever is paid for them later."
young_people_becoming = Flow(
    "Services for young people becoming practice",
    cloud >> young_people_established,
    settling(young_people_beyond, young_people_established),
)
"As for under-fives, about a year after money for young people beyond record."
young_people_stayed = Aux(
    "Services for young people that stay without money", stayed(young_people_established, young_people_beyond)
)
"As for under-fives, in £ a year: nothing while there is the money of record and no more."

other_beyond = Aux("Other early help beyond record", beyond(other_early_help_spend, other_early_help_share))
"Likewise for all other lines of early help together."
other_established = Stock("Other early help that has become practice", "GBP/year", 0)
"Likewise for the other lines together, in £ a year."
other_becoming = Flow("Other early help becoming practice", cloud >> other_established, settling(other_beyond, other_established))
"As for under-fives, about a year after money for the other lines beyond record."
other_stayed = Aux("Other early help that stays without money", stayed(other_established, other_beyond))
"As for under-fives: nothing of the other lines at present."

under_fives_capacity.follow(sure_start_spend + under_fives_stayed)
family_support_capacity.follow(family_support_spend + family_support_stayed)
young_people_capacity.follow(young_people_spend + young_people_stayed)
other_early_help_capacity.follow(other_early_help_spend + other_stayed)
