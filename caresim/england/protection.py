"""Protection: enquiries, plans and plans that follow an earlier one.

A plan ends early, at its usual length or, for about a fifth of those, later: together they give the published lengths. Who has
been on a plan before is more likely to be put on one again; their number is a memory, not a place.
"""

from caresim.england.caution import enquiry_yield
from caresim.england.front_door import section_47_enquiries
from caresim.england.given import p
from caresim.england.places import (
    investigation,
    plan_early,
    plan_extended,
    plan_long,
    recently_closed,
    support,
)
from caresim.england.pressures import court_route, plan_to_care, protective_entries
from caresim.england.trust import enquiries_remembered
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, minimum, share, total

# What enquiries lead to
former_plans = Stock("Children under 18 who were once on a plan, wherever they are", "child", p.former_plans_0)
"""A memory beside the places: children under 18 on a day who were once on a plan and are not now. About 180,000 in 2009 and
nearly twice as many by 2019, since more plans end than children turn 18 or go back on a plan.
"""
repeat_odds = Aux("Repeat plans for each first plan", former_plans * (p.repeat_odds_start / p.former_plans_0))
"""The more children were once on a plan, the more plans are a second or later one, in proportion: about 14 to every 100 first
plans in 2009 and twice that by 2020.
"""
enquiries_ended = Aux("Enquiries completed", investigation / p.investigation_time)
"""An enquiry takes about three weeks, as the conference is due within 15 working days: in a year about seventeen times as many
end as are open on a day.
"""
plans_found = Aux("Share of enquiries that would lead to a plan", p.plan_share * enquiry_yield * (1 + repeat_odds))
"""About 43 % of enquiries led to a first plan in 2009, and with second and later plans about half to any plan: by 2019 a
third, as each enquiry finds less, though more children had been on a plan before.
"""
care_found = Aux(
    "Share of enquiries that would lead to care", p.investigation_care_share * court_route * enquiry_yield * protective_entries
)
"""About 4 % of enquiries led straight to care in 2009, most at 0–9, and 3 % in 2019: fewer as each enquiry finds less, more
since the rulings brought more children by way of a court.
"""
all_found = Aux("Plans and care for each enquiry, at least one", maximum(plans_found + total(care_found), 1))
"""Plans and care together, for each enquiry: about a half in 2009 and less later, so that 1 stands here and changes nothing.
Above 1 it scales both down, since no more can be found than there are enquiries.
"""
to_plan = Aux("Share of enquiries that lead to a plan", plans_found / all_found)
"""Of enquiries completed, about half led to a plan in 2009 and a third in 2019; the same as would lead to one, unless plans
and care together were more than all.
"""
to_care = Aux("Share of enquiries that lead to care", care_found / all_found)
"Of enquiries completed, 4 % led straight to care in 2009 and 3 % in 2019, all ages together, most of them at 0–9."
to_neither = Aux("Share of enquiries that lead to neither", maximum(1 - to_plan - total(to_care), 0))
"What plans and care leave of all enquiries: under half in 2009, over three in five by 2019; never less than none."
to_support = Aux(
    "Share of enquiries that lead to support", to_neither * minimum(p.investigation_support_share * enquiry_yield, 1)
)
"""Half of the enquiries with neither plan nor care led to support in 2009, an assumption, and fewer as each enquiry finds
less: about a fifth of all enquiries.
"""
enquiries_supported = Flow("Supported after investigation", investigation >> support, enquiries_ended * to_support)
"""Children a year for whom an enquiry leads to support at home but to no plan: about a fifth of the enquiries completed,
25,000 to 40,000.
"""
enquiries_closed = Flow(
    "Closed after investigation", investigation >> recently_closed, enquiries_ended * (to_neither - to_support)
)
"""Children a year for whom an enquiry leads to nothing further, so that the case closes: what plan, care and support leave
over, some 30,000 in 2010-11 and over 80,000 by 2018-19.
"""
investigated_without_plan = Aux("Enquiries that ended with neither plan nor care", enquiries_closed + enquiries_supported)
"""Children a year whose enquiry finds no need of a plan or of care, whether support follows or the case closes: some 50,000 in
2009-10 and over 120,000 in 2018-19.
"""
enquiries_remembered.follow(share(investigated_without_plan * p.trust_time, of=p.child_population) / p.trust_time)
protection_plan_starts = Aux("Protection plans started", enquiries_ended * to_plan)
"""Children a year who are put on a plan as their enquiry ends, half of them in 2009 and a third in 2019: 44,300 in 2009-10,
66,380 in 2019-20.
"""
plan_early_starts = Flow("Plans started that end early", investigation >> plan_early, protection_plan_starts * p.plan_early_share)
"About 18 % of the plans that start end within weeks: of plans ended in 2019-20, 18.7 % had lasted up to three months."
plan_long_starts = Flow(
    "Plans started of usual length", investigation >> plan_long, protection_plan_starts * (1 - p.plan_early_share)
)
"The other 82 % of the plans that start, which run their usual length of nine to eleven months."
enquiries_without_plan = Aux("Section 47 enquiries with no plan", section_47_enquiries - protection_plan_starts)
"""Enquiries begun in a year less plans started in it, two totals that do not follow the same children: 43,400 in 2009-10,
134,620 in 2019-20.
"""

# How plans end
early_ends = Aux("Plans ended early", plan_early / p.plan_early_time)
"""A plan that ends early lasts less than three weeks: in a year twenty times as many end as are open on a day, about 9,000 to
12,000.
"""
long_ends = Aux("Plans ended at their usual length", plan_long.outflow * (1 - p.plan_extended_share))
"Nearly four in five of the plans that reach their usual length end there; the others are extended."
extended_ends = Aux("Extended plans ended", plan_extended / p.plan_extended_time)
"""An extension lasts about eight months, so that plans over two years are rare, 3.6 % of those ended in 2019-20; some 7,000 to
12,000 children a year.
"""
plan_extensions = Flow("Plans extended", plan_long >> plan_extended, plan_long.outflow * p.plan_extended_share)
"""About a fifth of the plans that reach their usual length go on (21 %): the child stays on a plan, and nothing is counted as
an end.
"""
protection_plan_ends = Aux("Protection plans ended", early_ends + long_ends + extended_ends)
"Children a year whose plan ends, early, at its usual length or after an extension: 37,900 in 2009-10, 66,970 in 2019-20."
early_plans_supported = Flow("Supported after an early plan", plan_early >> support, early_ends * p.plan_support_share)
"When a plan ends early, more than half of the children (55 %, an assumption) step down to support as a child in need."
long_plans_supported = Flow("Supported after a plan", plan_long >> support, long_ends * p.plan_support_share)
"When a plan ends at its usual length, more than half of the children (55 %, an assumption) step down to support."
extended_plans_supported = Flow(
    "Supported after an extended plan", plan_extended >> support, extended_ends * p.plan_support_share
)
"When an extended plan ends, more than half of the children (55 %, an assumption) step down to support as well."
plan_closed_share = Aux("Share of plans that close", 1 - total(plan_to_care) - p.plan_support_share)
"What care (12 to 14 %) and support (55 %) leave of the plans that end: for about a third the case closes."
early_plans_closed = Flow("Closed after an early plan", plan_early >> recently_closed, early_ends * plan_closed_share)
"When a plan ends early, about a third of the cases close; those children may be referred again within the year."
long_plans_closed = Flow("Closed after a plan", plan_long >> recently_closed, long_ends * plan_closed_share)
"When a plan ends at its usual length, about a third of the cases close; those children may be referred again."
extended_plans_closed = Flow("Closed after an extended plan", plan_extended >> recently_closed, extended_ends * plan_closed_share)
"When an extended plan ends, about a third of the cases close; those children may be referred again."

# Plans that follow an earlier one
repeat_plans = Aux("Plans that are a child's second or later", protection_plan_starts * repeat_odds / (1 + repeat_odds))
"""Of the plans that start in a year, those of children who had been on one at any time before: 13 % in 2009-10, 21.9 % in
2019-20. Fourteen to a hundred first plans is twelve in a hundred of all plans.
"""
plans_past = Flow("Plans ended, remembered", cloud >> former_plans, protection_plan_ends)
"Every child whose plan ends joins those who were once on a plan, wherever the child lives next."
plans_again = Flow("Back on a plan", former_plans >> cloud, repeat_plans)
"A child put on a plan again is not remembered as formerly on one until that plan ends: as many a year as second and later plans."
plans_outgrown = Flow("Formerly on a plan, now 18", former_plans >> cloud, former_plans / p.former_plan_time)
"A child is remembered until 18, on average for nine years after the plan, an assumption: one in nine of them a year is dropped."

enquiries_cut_off = Check("Plans and care per enquiry are cut off at one", plans_found + total(care_found) > 1)
"Says that there would be more plans and entries to care than enquiries, so that both are scaled down."
plans_beyond_enquiries = Check(
    "More protection plans start than enquiries begin, as enquiries fall fast", enquiries_without_plan < 0
)
"Says that enquiries with no plan come out below zero, since plans still start from the enquiries begun before."
