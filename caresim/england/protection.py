"""Protection: enquiries, child protection conferences, plans, and plans that follow an earlier one.

An enquiry may reach an initial child protection conference, which decides on a plan; the more enquiries there are, the smaller
the part that reaches one. Such a conference is not a family group conference (pressures.py). A plan ends early, at its usual
length or, for about a fifth of those, later: together they give the published lengths. Who has been on a plan before is more
likely to be put on one again; their number is a memory, not a place.
"""

from caresim.england.front_door import assessments_closed, no_need_share, section_47_enquiries
from caresim.england.given import ASSESSMENT_CHANGE, p
from caresim.england.local import children_here, entries_here, plans_here
from caresim.england.places import (
    investigation_after_referral,
    investigation_from_support,
    plan_early,
    plan_extended,
    plan_long,
    recently_closed,
    support,
)
from caresim.england.pressures import court_route, plan_to_care, protective_entries
from caresim.england.trust import enquiries_remembered
from caresim.england.workforce import work_done_share
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, share, smooth_step, total

# What enquiries lead to
former_plans = Stock("Children under 18 who were once on a plan, wherever they are", "child", p.former_plans_0)
"""A memory beside the places: children under 18 on a day who were once on a plan and are not now. Nearly 190,000 in 2009
and nearly twice as many by 2019, since more plans end than children turn 18 or go back on a plan.
"""
repeat_odds = Aux("Repeat plans for each first plan", former_plans * (p.repeat_odds_start / p.former_plans_0))
"""The more children were once on a plan, the more plans are a second or later one, in proportion: about 14 to every 100 first
plans in 2009 and twice that by 2020.
"""
referral_enquiries_ended = Aux(
    "Enquiries after a referral, completed", investigation_after_referral / p.investigation_time * work_done_share
)
"""An enquiry takes about three weeks, as the conference is due within 15 working days: in a year about seventeen times as many
end as are open on a day, and none without workers.
"""
support_enquiries_ended = Aux(
    "Enquiries during support, completed", investigation_from_support / p.investigation_time * work_done_share
)
"As long as those after a referral: about three weeks, so that seventeen times as many end in a year as are open on a day."
enquiries_ended = Aux("Enquiries completed", referral_enquiries_ended + support_enquiries_ended)
"All enquiries that end in a year, whether they followed a referral or arose during support."
child_protection_limit = Aux(
    "Part of enquiries that is taken up where one would be, were there few",
    1 / (1 + enquiries_ended * p.child_protection_conference_share / p.child_protection_conference_capacity),
)
"""The more enquiries seek a conference or an entry to care, the smaller the part that is taken up: nearly three quarters in
2009 and 58 in a hundred by 2019. Each further enquiry adds some, and less than the one before.
"""
child_protection_conference_found = Aux(
    "Share of enquiries that would reach a child protection conference",
    p.child_protection_conference_share * plans_here * child_protection_limit,
)
"""About half of the enquiries reached an initial child protection conference in 2009, and two in five by 2019, as many more were
made.
"""
care_found = Aux(
    "Share of enquiries that would lead to care",
    p.investigation_care_share * entries_here * court_route * child_protection_limit * protective_entries,
)
"""Nearly 4 % of enquiries led straight to care in 2009, most at 0–9, and 3 % in 2019: fewer as many more are made, more since
the rulings brought more children by way of a court. The limit is that of conferences, as both take the worst cases first.
"""
all_found = Aux(
    "Conferences and care for each enquiry, at least one", maximum(child_protection_conference_found + total(care_found), 1)
)
"""Conferences and care together, for each enquiry: about a half in 2009 and less later, so that 1 stands here and changes
nothing. Above 1 it scales both down, since no more can be found than there are enquiries.
"""
to_child_protection = Aux(
    "Share of enquiries that reach a child protection conference", child_protection_conference_found / all_found
)
"""Of enquiries completed, about half reached a conference in 2009 and two in five in 2019; the same as would reach one,
unless conferences and care together were more than all.
"""
to_care = Aux("Share of enquiries that lead to care", care_found / all_found)
"Of enquiries completed, nearly 4 % led straight to care in 2009 and 3 % in 2019, all ages together, most of them at 0–9."
to_neither = Aux("Share of enquiries that lead to neither", maximum(1 - to_child_protection - total(to_care), 0))
"What conferences and care leave of all enquiries: under half in 2009, nearly three in five by 2019; never less than none."
child_protection_conferences = Aux("Initial child protection conferences", enquiries_ended * to_child_protection)
"""Children a year whose enquiry comes to a conference that decides on a plan, 53,000 in 2010-11 and 77,470 in 2019-20: it rises
with enquiries, and less than in proportion.
"""
child_protection_plan_share = Aux(
    "Share of child protection conferences that lead to a plan",
    p.child_protection_plan_share_start * smooth_step(1, p.child_protection_plan_end, ASSESSMENT_CHANGE, known_to=p.figures_end),
)
"""Of these conferences nine in ten led to a plan until 2011 and about 87 % since 2017; the other children are supported
without one.
"""
to_plan = Aux("Share of enquiries that lead to a plan", to_child_protection * child_protection_plan_share)
"""Of enquiries completed, nearly half led to a plan in 2009 and over a third in 2019: of those that reach a conference about nine
in ten.
"""
protection_plan_starts = Aux("Protection plans started", enquiries_ended * to_plan)
"""Children a year who are put on a plan as their conference decides, first plans and later ones together: 44,300 in 2009-10,
66,380 in 2019-20.
"""

# Enquiries that follow a referral: to a plan, care, support, or closed
referral_early_plans = Flow(
    "Plans after a referral that end early",
    investigation_after_referral >> plan_early,
    referral_enquiries_ended * (to_plan * p.plan_early_share),
)
"About 18 % of the plans that start end within weeks: of plans ended in 2019-20, 18.7 % had lasted up to three months."
referral_long_plans = Flow(
    "Plans after a referral of usual length",
    investigation_after_referral >> plan_long,
    referral_enquiries_ended * (to_plan * (1 - p.plan_early_share)),
)
"The other 82 % of the plans that start after a referral, which run their usual length of nine to eleven months."
referral_enquiries_closed = Flow(
    "Closed after investigation",
    investigation_after_referral >> recently_closed,
    referral_enquiries_ended * (to_neither * no_need_share),
)
"""Children a year for whom an enquiry after a referral leads to neither conference nor care, and who are found not to be in need:
the same share as of those who were only assessed, as an enquiry changes nothing about need.
"""
referral_enquiries_supported = Flow(
    "Supported after investigation",
    investigation_after_referral >> support,
    referral_enquiries_ended * (to_neither * (1 - no_need_share) + to_child_protection * (1 - child_protection_plan_share)),
)
"""Children a year for whom an enquiry after a referral leads to support at home but to no plan: those in need with neither
conference nor care, and all whose conference decides on no plan.
"""
referrals_not_in_need = Aux("Assessed and found not in need", assessments_closed + referral_enquiries_closed)
"Children a year whose assessment finds no need, with an enquiry or without: 115,400 in 2011-12, 194,190 in 2019-20."

# Enquiries during support: to a plan, care, or back to support
support_early_plans = Flow(
    "Plans during support that end early",
    investigation_from_support >> plan_early,
    support_enquiries_ended * (to_plan * p.plan_early_share),
)
"As many of these plans end within weeks as of those after a referral, about 18 %."
support_long_plans = Flow(
    "Plans during support of usual length",
    investigation_from_support >> plan_long,
    support_enquiries_ended * (to_plan * (1 - p.plan_early_share)),
)
"The other 82 % of the plans that start during support, which run their usual length of nine to eleven months."
support_resumed = Flow(
    "Support resumed after investigation",
    investigation_from_support >> support,
    support_enquiries_ended * (to_neither + to_child_protection * (1 - child_protection_plan_share)),
)
"""Supported children whose enquiry leads to no plan and not to care go back to support, whatever was found: being looked into
ends no help.
"""

# What of enquiries led to nothing, as two totals show it
investigated_without_plan = Aux(
    "Enquiries that ended with neither plan nor care",
    referral_enquiries_closed + referral_enquiries_supported + support_resumed,
)
"""Children a year whose enquiry finds no need of a plan or of care, whether support follows or the case closes: some 50,000 in
2009-10 and over 120,000 in 2018-19.
"""
enquiries_remembered.follow(share(investigated_without_plan * p.trust_time, of=children_here) / p.trust_time)
enquiries_without_plan = Aux("Section 47 enquiries with no plan", section_47_enquiries - protection_plan_starts)
"""Enquiries begun in a year less plans started in it, two totals that do not follow the same children: 43,400 in 2009-10,
134,620 in 2019-20.
"""
enquiries_without_conference = Aux(
    "Section 47 enquiries with no child protection conference", section_47_enquiries - child_protection_conferences
)
"""Enquiries begun in a year less the conferences held in it, two totals that do not follow the same children: 58,700 in 2010-11,
123,530 in 2019-20.
"""

# How plans end
early_ends = Aux("Plans ended early", plan_early / p.plan_early_time)
"""A plan that ends early lasts less than three weeks: in a year twenty times as many end as are open on a day, about 8,000 to
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
"What care (12 to 13 %) and support (55 %) leave of the plans that end: for about a third the case closes."
early_plans_closed = Flow("Closed after an early plan", plan_early >> recently_closed, early_ends * plan_closed_share)
"When a plan ends early, about a third of the cases close; those children may be referred again within the year."
long_plans_closed = Flow("Closed after a plan", plan_long >> recently_closed, long_ends * plan_closed_share)
"When a plan ends at its usual length, about a third of the cases close; those children may be referred again."
extended_plans_closed = Flow("Closed after an extended plan", plan_extended >> recently_closed, extended_ends * plan_closed_share)
"When an extended plan ends, about a third of the cases close; those children may be referred again."

# Plans that follow an earlier one: they take places of first plans, as conferences decide on all
repeat_plan_share = Aux("Share of plans that are a child's second or later", repeat_odds / (1 + repeat_odds))
"""Fourteen to a hundred first plans is twelve in a hundred of all plans: 13 % of those that start in 2009-10, 21.9 % in
2019-20.
"""
repeat_plans = Aux("Plans that are a child's second or later", protection_plan_starts * repeat_plan_share)
"Of the plans that start in a year, those of children who had been on one at any time before."
plans_past = Flow("Plans ended, remembered", cloud >> former_plans, protection_plan_ends)
"Every child whose plan ends joins those who were once on a plan, wherever the child lives next."
plans_again = Flow("Back on a plan", former_plans >> cloud, repeat_plans)
"A child put on a plan again is not remembered as formerly on one until that plan ends: as many a year as second and later plans."
plans_outgrown = Flow("Formerly on a plan, now 18", former_plans >> cloud, former_plans / p.former_plan_time)
"A child is remembered until 18, on average for nine years after the plan, an assumption: one in nine of them a year is dropped."

enquiries_cut_off = Check(
    "Conferences and care per enquiry are cut off at one", child_protection_conference_found + total(care_found) > 1
)
"Says that there would be more conferences and entries to care than enquiries, so that both are scaled down."
plans_beyond_enquiries = Check(
    "More protection plans start than enquiries begin, as enquiries fall fast", enquiries_without_plan < 0
)
"Says that enquiries with no plan come out below zero, since plans still start from the enquiries begun before."
