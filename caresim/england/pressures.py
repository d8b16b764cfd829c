"""What raises and lowers entries to care: poverty, and help for parents around proceedings."""

from caresim.england.given import VOLUNTARY_CARE_RULINGS, p
from caresim.language import Aux, Smooth, maximum, smooth_step

poverty_effect = Aux("Care entries as poverty changes, at present = 1", maximum(1 + p.poverty_change * p.poverty_entry_effect, 0))
"""Each percentage point more of child poverty brings 2 % more entries to care at 0–9 and 10–15 in the same year, each point
less 2 % fewer; at 16–17 none is assumed, as that age was not studied. At present poverty it is 1.
"""
parents_helped = Smooth(
    "Share of parents helped, as felt when the next child comes", p.parent_help_share, over=p.parent_help_time
)
"""Help for parents after proceedings shows in entries only when the next child would come, on average two years later; nobody
is helped beyond present practice at the start.
"""
repeats_kept = Aux(
    "Care entries left after help for parents, without = 1",
    1 - parents_helped * (p.repeat_proceedings_share * p.parent_help_reach * p.parent_help_effect),
)
"""About a fifth of entries at 0–9 follow earlier proceedings of a parent, and help prevents about three in ten of those: with
all parents helped 6 % fewer enter care at 0–9, and as many as before above that age.
"""
conferences_kept = Aux(
    "Care entries left after family group conferences, without = 1", 1 - p.conference_share * p.conference_effect
)
"""With a conference offered to every family about a fifth fewer plans (19 %) would end in care, as in the one randomised
trial, where 36.2 % were in care a year later against 44.8 %; with none offered it is 1.
"""
protective_entries = Aux(
    "Entries of this age for each entry from protection", p.protective_age_share * poverty_effect * repeats_kept
)
"""Of the entries that enquiries and plans lead to, 72 % are at 0–9, a quarter at 10–15 and 3 % at 16–17; more poverty raises
these, and help for parents lowers them.
"""
court_route = Aux("Entries by way of a court, 2015 = 1", smooth_step(1, p.court_route_end, VOLUNTARY_CARE_RULINGS))
"""After the rulings on care by agreement, November 2015 to 2018, more children come into care by way of a court: about 15 %
more from enquiries and plans than before.
"""
plan_to_care_unhelped = Aux(
    "Share of plans that would end in care without conferences", protective_entries * (p.plan_care_share * court_route)
)
"""Of plans that end, about 11 % end in care before the rulings and 13 % after them, all ages together; by far most of these
children are under ten.
"""
plan_to_care = Aux("Share of plans that end in care", plan_to_care_unhelped * conferences_kept)
"""The same share of plans that end, less what conferences prevent: about one in nine plans, all ages together, and the same as
without conferences while no family is offered one.
"""
