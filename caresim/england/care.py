"""Care: who comes in at which age, and the ways out.

Most leave the first phase within months; who stays leaves later for adoption, a guardian, home, or at 18. Separated
asylum-seeking children come as a given series and stay until they are about 18.
"""

from caresim.england import doses
from caresim.england.chance import arrivals_chance
from caresim.england.early_help import entries_kept
from caresim.england.given import (
    ARRANGEMENTS_ORDERS,
    DECADE,
    GROWING_OLDER,
    GUARDIANSHIP_RISE,
    HOMELESS_AND_REMANDED,
    VOLUNTARY_CARE_RULINGS,
    p,
)
from caresim.england.local import entries_here, exits_here
from caresim.england.places import (
    adoption_waiting,
    asylum_care,
    care_new,
    care_settled,
    guardians,
    investigation_after_referral,
    investigation_from_support,
    leavers_to_21,
    plan_early,
    plan_extended,
    plan_long,
    support,
)
from caresim.england.practice import guardians_supported
from caresim.england.pressures import age_mix, edge_of_care_kept, plan_to_care, poverty_effect
from caresim.england.protection import (
    early_ends,
    extended_ends,
    long_ends,
    referral_enquiries_ended,
    support_enquiries_ended,
    to_care,
)
from caresim.england.workforce import planned_exits_kept
from caresim.language import Aux, Flow, cloud, maximum, minimum, smooth_step, total

# Entries
voluntary_care = Aux(
    "Care entries from support after the rulings, 2015 = 1",
    smooth_step(1, p.voluntary_care_end, VOLUNTARY_CARE_RULINGS, known_to=p.figures_end),
)
"""After the rulings of November 2015 to 2018 on care by agreement (section 20), fewer come into care from support: about a
third fewer at 0–9 and a quarter fewer at 10–15, but somewhat more at 16–17, few of whom come by way of a court.
"""
older_entries = Aux(
    "Care entries from support by age, 2009 = 1",
    smooth_step(1, p.support_entry_end, HOMELESS_AND_REMANDED, known_to=p.figures_end),
)
"""Between 2009 and 2015 entries from support rose by about a quarter at 0–9, fell by about a sixth at 10–15 and more than
doubled at 16–17, as homeless and remanded young people became looked after.
"""
care_entries_from_support = Flow(
    "Into care from support",
    support >> care_new,
    support
    * (p.support_entry_rate * entries_here * older_entries * voluntary_care * age_mix * poverty_effect)
    * (edge_of_care_kept * entries_kept),
)
"""In 2009 about 4 of 100 supported children a year enter care by agreement at 0–9, 3 at 10–15 and 1 at 16–17, some 13,000
children, and some 9,000 since the rulings: more with more poverty, fewer with more early help.
"""
care_entries_after_referral = Flow(
    "Into care from investigation after a referral", investigation_after_referral >> care_new, referral_enquiries_ended * to_care
)
"Children a year who go straight into care as an enquiry that followed a referral ends, 3 to 4 % of these: most at 0–9."
care_entries_during_support = Flow(
    "Into care from investigation during support", investigation_from_support >> care_new, support_enquiries_ended * to_care
)
"Children a year who go straight into care as an enquiry that arose during support ends, 3 to 4 % of these: most at 0–9."
care_entries_from_investigation = Aux("Into care from investigation", care_entries_after_referral + care_entries_during_support)
"""Children a year who go straight into care as an enquiry ends, 3 to 4 % of those under enquiry: some 3,500 to 6,000, by far
most at 0–9.
"""
care_entries_from_early_plans = Flow("Into care from an early plan", plan_early >> care_new, early_ends * plan_to_care)
"""When a plan ends early, about one child in eight goes into care, by far most of them at 0–9: some 1,000 to 1,600 children a
year.
"""
care_entries_from_long_plans = Flow("Into care from a plan", plan_long >> care_new, long_ends * plan_to_care)
"""When a plan ends at its usual length, about one child in eight goes into care: some 3,200 children in 2009-10 and 5,700
in 2018-19.
"""
care_entries_from_extended_plans = Flow(
    "Into care from an extended plan", plan_extended >> care_new, extended_ends * plan_to_care
)
"When an extended plan ends, about one child in eight goes into care: some 900 to 1,500 children a year."
uncounted_ages = Aux("Ages of entries that the counting rule leaves out", p.uncounted_age_share / total(p.uncounted_age_share))
"Nearly half of them are 0–9 (45 %), a third 10–15 (35 %) and a fifth 16–17, which are all, however the three shares are drawn."
uncounted_entries = Flow(
    "Entries that the counting rule leaves out", cloud >> care_new, p.uncounted_care_entries * uncounted_ages
)
"""A child who starts twice in a year counts once, so that the number in care grows by 600 a year more than starts and ceases
show: nearly half of these at 0–9 (45 %), a third at 10–15 (35 %) and a fifth at 16–17.
"""
asylum_arrivals = Flow(
    "Arrivals of separated asylum-seeking children",
    cloud >> asylum_care,
    maximum(p.asylum_arrivals_given * arrivals_chance - p.asylum_arrivals_other, 0),
)
"""Children a year who come into care because no parent is there, 1,760 to 3,970, less some 750 who are not asylum-seeking;
given from outside, as arrivals follow events abroad.
"""
asylum_leavers = Flow("Separated asylum-seeking children who leave care", asylum_care >> leavers_to_21, asylum_care.outflow)
"""Their stay ends about a year and nine months after they came, on average and about when they turn 18, and they are then
supported as care leavers.
"""
care_settlings = Flow("Settled into longer care", care_new >> care_settled, care_new / p.care_new_time)
"""Whoever has not gone home or left otherwise within about seven months settles into longer care, nearly two in three of those
who enter, and seven in ten by 2019: the first phase loses them to the later one.
"""

# Growing older, and leaving at 18
ageing_rate = Aux(
    "Rate of growing out of the age group",
    p.ageing_rate_start * smooth_step(1, p.ageing_end, GROWING_OLDER, known_to=p.figures_end),
)
"""Share of an age group in care that grows out of it in a year: at 0–9, of those not to be adopted, 12 % to 2011 and
21 % from 2017, as more are five and over; a quarter at 10–15; at 16–17 a third, later a half, as more stay until 18.
"""
new_grown_older = Flow("Grown older in the first phase", care_new.ageing(then=leavers_to_21), care_new * ageing_rate)
"""Children in the first phase who turn 10 or 16 go on to the next age group; those who turn 18 leave care and are supported as
care leavers.
"""
settled_grown_older = Flow("Grown older in the later phase", care_settled.ageing(then=leavers_to_21), care_settled * ageing_rate)
"""Children in the later phase who turn 10 or 16 go on to the next age group; those who turn 18, most of all who leave care at
18, are supported as care leavers.
"""
ageing_outs = Aux("Children who leave care at 18", new_grown_older["16–17"] + settled_grown_older["16–17"] + asylum_leavers)
"""All who turn 18 in care, from either phase, and asylum-seeking children, whose stay ends about then: 5,600 in 2009-10, 10,320
in 2019-20.
"""

# Guardians and arrangements orders, other ways out
kinship_support = Aux(
    "Share of guardians supported, in full packages",
    guardians_supported * doses.given(p.cost_per_kinship_support_year, p.kinship_support_dose),
)
"""The share of guardians that a scenario supports, times what is paid for each child against what full support takes, £6,000 a
year, and never more than 1: no more is bought with more money.
"""
guardianship_rate = Aux(
    "Rate of leaving for a special guardian at 0–9",
    p.guardianship_rate_start
    * smooth_step(1, p.guardianship_end, GUARDIANSHIP_RISE, known_to=p.figures_end)
    * (1 + kinship_support * p.kinship_support_uptake),
)
"""About 5 % a year of children under ten in the later phase left for a special guardian in 2009, and two and a half times as
many from 2014; support for all guardians would add 15 % to it.
"""
arrangements_rate = Aux(
    "Rate of leaving under an arrangements order at 0–9",
    p.arrangements_rate_start * smooth_step(1, p.arrangements_end, ARRANGEMENTS_ORDERS, known_to=p.figures_end),
)
"""About 4 % a year of children under ten in the later phase leave under a residence order, or from 2014 a child arrangements
order, which hardly changed the rate.
"""
order_rate = Aux(
    "Rate of leaving under an order",
    (guardianship_rate + arrangements_rate) * p.order_age_ratio * exits_here * planned_exits_kept,
)
"""Both kinds of order together at 0–9; a third of that rate at 10–15 and a tenth at 16–17, since most orders are made for
children under ten.
"""
considered = Aux(
    "Children for whom an order may be made",
    care_settled + minimum(adoption_waiting, care_settled["0–9"]) * p.is_youngest,
)
"""Courts weigh a guardian and adopters for the same children, so that orders follow all under ten in longer care, decided for
adoption or not: those who wait for adopters count here, as long as they are no more than the others.
"""
orders = Flow("Left care for a guardian or under an order", care_settled >> guardians, considered * order_rate)
"""Children a year who leave the later phase of care for a guardian or under an order, most at 0–9; they then count among those
with a guardian.
"""
guardianships = Aux("Children who leave care for guardianship or under an arrangements order", total(orders))
"All ages and both kinds of order together: 2,260 children in 2009-10, 4,880 in 2019-20."
special_guardianships = Aux(
    "Children who leave care for special guardianship",
    guardianships * (guardianship_rate / (guardianship_rate + arrangements_rate)),
)
"Its part of all such orders, about half in 2009 and three quarters from 2014: 1,260 children in 2009-10, 3,720 in 2019-20."
arrangements_orders = Aux("Children who leave care under an arrangements order", guardianships - special_guardianships)
"The rest of such orders: about 1,000 to 1,200 children a year throughout."
other_exit_rate = Aux(
    "Rate of leaving care for other reasons",
    p.other_exit_rate_start * exits_here * smooth_step(1, p.other_exit_end, DECADE, known_to=p.figures_end),
)
"""Leaving care in other ways, such as to live on their own: in 2009 about 4 % a year at 0–9 and 10–15 and a quarter at 16–17;
by 2019 the same at 0–9, but a quarter and two fifths of that at the older ages.
"""
new_other_exits = Flow("Other exits in the first phase", care_new >> cloud, care_new * other_exit_rate)
"Children a year who leave the first phase in other ways and are followed no further: some 500 to 600."
settled_other_exits = Flow("Other exits in the later phase", care_settled >> cloud, care_settled * other_exit_rate)
"""Children a year who leave the later phase in other ways and are followed no further: some 4,000 in 2010-11, fewer than 2,500
by 2018-19, most at 16–17.
"""
