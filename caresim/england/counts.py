"""What is counted: care starts and ceases as they are published, by age."""

from caresim.england.after_care import (
    early_returns,
    guardian_breakdowns,
    high_risk_reentries,
    late_returns,
    low_risk_reentries,
    returns_home,
)
from caresim.england.care import (
    adoptions,
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
from caresim.england.given import p
from caresim.england.places import asylum_ages
from caresim.language import Aux, total

care_entries_from_plans = Aux(
    "Into care from plans",
    care_entries_from_early_plans + care_entries_from_long_plans + care_entries_from_extended_plans,
)
"Children taken into care as their protection plan ends, whichever of the three lengths the plan had."
taken_into_care = Aux(
    "Children taken into care by way of a court or the police",
    total(care_entries_from_plans) + total(care_entries_from_investigation),
)
"""A court order or police protection follows where an enquiry or a plan ends in care; entries from support are by agreement.
9,500 children in 2009-10, 14,950 in 2018-19.
"""
care_applications = Aux("Care applications", taken_into_care * p.applications_per_child)
"""Applications to court in a year, about one for each child taken into care, as over the ten years to 2018-19. Cafcass counted
8,832 in 2009-10, 14,599 in 2016-17 and 13,556 in 2018-19; the model is not fitted to these.
"""
care_starts_aged = Aux(
    "Care starts by age",
    care_entries_from_support
    + care_entries_from_investigation
    + care_entries_from_plans
    + high_risk_reentries
    + low_risk_reentries
    + guardian_breakdowns
    + asylum_arrivals * asylum_ages,
)
"""Every way into care at that age in the year: from support, enquiries and plans, back from home or a guardian, and
asylum-seeking children, of whom 78 % are 16–17, a fifth 10–15 and 2 % younger. What the counting rule leaves out is not in
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
