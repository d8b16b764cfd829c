"""What stays of a practice when its money stops: nothing, unless a scenario says that a share of it does.

What is newly done becomes practice with time, and what has become practice is not forgotten. Councils are taken to go on with the
share that stays at no further cost, which is more than anybody has shown: a question, and no finding.
"""

from caresim.england.given import p
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, minimum, where
from caresim.language.expressions import Expr


def settling(offered: Expr, established: Expr) -> Expr:
    """Return how fast a practice is established, where it may stay: never less than before, however little is offered."""
    return where(p.practice_lasting_share > 0, maximum(offered - established, 0) / p.practice_time, 0)


def kept(offered: Expr, established: Expr) -> Expr:
    """Return what is done of a practice: as much as is paid for, or what stays of it where that is more."""
    return maximum(offered, p.practice_lasting_share * established)


conferences_offered = Aux(
    "Share of families with money for a conference beyond present practice",
    minimum(p.conference_share, 1 - p.conference_present_share),
)
"""Families to be offered one beyond those of today: none at present, and three quarters where all are to have one, as a quarter are
taken to be offered one already.
"""
conferences_established = Stock("Conferences that have become practice", "1", 0)
"Share of families: what is offered becomes practice within about a year, an assumption, and none of it is forgotten."
conferences_becoming = Flow(
    "Conferences becoming practice", cloud >> conferences_established, settling(conferences_offered, conferences_established)
)
"Each year about as much as is offered and no practice yet; nothing where less is offered than has become practice."
conferences_held = Aux(
    "Share of families with a conference beyond present practice", kept(conferences_offered, conferences_established)
)
"As many as money is there for, and of what has become practice the share that stays without: none at present."

returns_established = Stock("Support for returns home that has become practice", "1", 0)
"Share of returns that were supported for long enough, whether there is still money for it or not."
returns_becoming = Flow(
    "Support for returns becoming practice",
    cloud >> returns_established,
    settling(p.return_support_share, returns_established),
)
"Likewise for support after a return home: within about a year of its money."
returns_supported = Aux("Share of returns home with support", kept(p.return_support_share, returns_established))
"Those whose support is paid for, and of what has become practice the share that stays: none beyond present practice yet."

guardians_established = Stock("Support for guardians that has become practice", "1", 0)
"Share of guardians who were supported for long enough, with money or since without."
guardians_becoming = Flow(
    "Support for guardians becoming practice",
    cloud >> guardians_established,
    settling(p.kinship_support_share, guardians_established),
)
"Likewise for support to guardians: within about a year of its money."
guardians_supported = Aux("Share of guardians with support", kept(p.kinship_support_share, guardians_established))
"Those who are paid for, and as much of what has become practice as stays: none beyond present practice."

parents_established = Stock("Help for parents after proceedings that has become practice", "1", 0)
"Share of parents who were helped for long enough, which no end of money takes back."
parents_becoming = Flow(
    "Help for parents becoming practice", cloud >> parents_established, settling(p.parent_help_share, parents_established)
)
"Likewise for help to parents: within about a year of its money."
parents_reached = Aux("Share of parents with help after proceedings", kept(p.parent_help_share, parents_established))
"Those for whom money is there, and the share that stays of what has become practice: none beyond present practice."

edge_of_care_established = Stock("Edge-of-care help that has become practice", "1", 0)
"Share of families with a child of 10 to 17 on the edge of care who were helped for long enough."
edge_of_care_becoming = Flow(
    "Edge-of-care help becoming practice",
    cloud >> edge_of_care_established,
    settling(p.edge_of_care_share, edge_of_care_established),
)
"Likewise for help on the edge of care: within about a year of its money."
edge_of_care_helped = Aux(
    "Share of families on the edge of care that are helped", kept(p.edge_of_care_share, edge_of_care_established)
)
"Families for whom money is there, and what stays of it as practice: none beyond present practice."

conferences_beyond_all = Check(
    "More family group conferences are asked for than there are families without one",
    p.conference_share > 1 - p.conference_present_share,
)
"Says that a share of families is offered a conference already, so that only the others can be offered one."
