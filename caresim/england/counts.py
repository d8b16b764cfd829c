"""What is counted: care starts and ceases and plans as they are published, by age."""

from caresim.england.adoption import adoptions
from caresim.england.after_care import (
    early_returns,
    guardian_breakdowns,
    high_risk_reentries,
    late_returns,
    low_risk_reentries,
    returns_home,
)
from caresim.england.care import (
    ageing_outs,
    asylum_arrivals,
    care_entries_from_early_plans,
    care_entries_from_extended_plans,
    care_entries_from_investigation,
    care_entries_from_long_plans,
    care_entries_from_support,
    guardianships,
    new_other_exits,
    orders,
    settled_other_exits,
)
from caresim.england.deferral import came_after_all, entries_after_all
from caresim.england.given import HARM_OUTSIDE_HOME, p
from caresim.england.places import asylum_ages, protection_plans
from caresim.language import Aux, smooth_step, total

care_entries_from_plans = Aux(
    "Into care from plans",
    care_entries_from_early_plans + care_entries_from_long_plans + care_entries_from_extended_plans,
)
"Children taken into care as their protection plan ends, whichever of the three lengths the plan had."
taken_into_care = Aux(
    "Children taken into care by way of a court or the police",
    total(care_entries_from_plans) + total(care_entries_from_investigation) + came_after_all,
)
"""A court order or police protection follows where an enquiry or a plan ends in care, at once or put off by a conference; entries from support are by agreement.
Some 8,800 children in 2009-10, 14,600 in 2018-19.
"""
care_applications = Aux("Care applications", taken_into_care * p.applications_per_child)
"""Applications to court in a year, about one for each child taken into care, as over the ten years to 2018-19. Cafcass counted
8,832 in 2009-10, 14,599 in 2016-17 and 13,556 in 2018-19; the model is not fitted to these.
"""
repeat_applications = Aux("Care applications that concern a parent seen before", care_applications * p.repeat_proceedings_share)
"""A fifth of them, some 2,900 in 2018-19, by the estimate of a business case that the review took up; of mothers 24 % come back, which
is measured, and which help for parents acts on.
"""
care_starts_aged = Aux(
    "Care starts by age",
    care_entries_from_support
    + care_entries_from_investigation
    + care_entries_from_plans
    + high_risk_reentries
    + low_risk_reentries
    + guardian_breakdowns
    + entries_after_all
    + asylum_arrivals * asylum_ages,
)
"""Every way into care at that age in the year: from support, enquiries and plans, back from home or a guardian, put off
by a conference, and asylum-seeking children, of whom 78 % are 16–17, a fifth 10–15 and 2 % younger. What the counting rule leaves out is not in
it.
"""
care_starts = Aux("Care starts", total(care_starts_aged))
"""Every child who becomes looked after in the year, of any age and by any way, as the published figures count them: 28,090 in
2009-10, 31,010 in 2019-20.
"""
other_exits = Aux("Other exits by age", new_other_exits + settled_other_exits)
"Children who leave care other than home, to a guardian, by adoption or at 18, such as to live on their own, from both phases."
other_ceases = Aux("Children who leave care for other reasons", total(other_exits))
"All ages together: 4,450 children in 2009-10 and 2,530 in 2019-20, what the named ways out leave of the published total."
leaving_aged = Aux("Leaving care by age, but for adoption and at 18", early_returns + late_returns + orders + other_exits)
"""Home, to a guardian or under an order, and other ways, at each age in the year; adoption and leaving at 18 are added next,
each at one age alone.
"""
care_ceases_aged = Aux("Care ceases by age", leaving_aged + adoptions * p.is_youngest + ageing_outs * p.is_oldest)
"""Adoptions are added at 0–9 alone, and leaving at 18 at 16–17 alone: 12,150 children at 0–9, 4,390 at 10–15 and 13,120 at
16–17 in 2019-20.
"""
care_ceases = Aux("Care ceases", total(returns_home, adoptions, guardianships, ageing_outs, other_ceases))
"""Every child who ceases to be looked after in the year, home, adopted, with a guardian, at 18 or for another reason: 25,310
in 2009-10, 29,710 in 2019-20.
"""

# Plans by age: the ages are given to the plans, and nothing follows from them
plan_odds_10_15 = Aux(
    "Plans at 10–15 for each at 0–9",
    p.plan_odds_10_15_start * smooth_step(1, p.plans_10_15_end, HARM_OUTSIDE_HOME, known_to=p.figures_end),
)
"""For every 100 children under ten on a plan 35 were 10 to 15 until 2012, and 46 by 2020, as harm outside the home came to be
seen as a matter of protection.
"""
plan_odds_16_17 = Aux(
    "Plans at 16–17 for each at 0–9",
    p.plan_odds_16_17_start * smooth_step(1, p.plans_16_17_end, HARM_OUTSIDE_HOME, known_to=p.figures_end),
)
"For every 100 children under ten on a plan 3 were 16 or 17 until 2012, and 7 by 2020, for the same reason."
plan_age_odds = Aux(
    "Plans for each at 0–9, by age",
    p.is_youngest + plan_odds_10_15 * (1 - p.is_youngest - p.is_oldest) + plan_odds_16_17 * p.is_oldest,
)
"The two odds beside the 1 of children under ten, to whom unborn children belong."
protection_plans_aged = Aux("Children on a protection plan by age", protection_plans * (plan_age_odds / total(plan_age_odds)))
"""All plans at the ages of the figures: 780 children of 16 and over and 10,000 of 10 to 15 in March 2010, 2,420 and 15,780 in
2020; all others are under ten or unborn.
"""
