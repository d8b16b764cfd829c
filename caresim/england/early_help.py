"""Early help: what families feel of the money of each line, late and with diminishing returns.

Capacity follows spending as people are recruited and services open or close. It acts by two routes: through the door, where fewer
are referred and fewer cases escalate, and straight on entries to care among families helped. Each pound more takes a fixed share
of what is left, so that every further one does less, and without any the rise has an end: no help can avert more than all that it
did.
"""

from functools import reduce

from caresim.england.given import p
from caresim.england.trust import take_up
from caresim.language import Aux, Check, Smooth, exp, maximum, minimum, share
from caresim.language.expressions import Expr


def held(level: Expr) -> Expr:
    """Return a level of help between the least and the most that effects are extrapolated to."""
    return minimum(maximum(level, p.early_help_least), p.early_help_most)


# What families feel of each line's money
family_support_capacity = Smooth(
    "Family-support capacity, in money",
    over=p.family_support_time,
    initial=p.early_help_budget * p.family_support_share,
    only_while=p.early_help_on,
)
"""What families feel of the money for family support, in £ a year: it follows within about a year, since effects were found in
the same year and the next. £1.0bn in 2010-11 and £1.2bn in 2019.
"""
young_people_capacity = Smooth(
    "Young people's capacity, in money",
    over=p.young_people_time,
    order=2,
    initial=p.early_help_budget * p.young_people_share,
    only_while=p.early_help_on,
)
"""What is felt of the money for services for young people: about a year late, as entries to care were found to follow a year
after it. £1.4bn in 2010-11 and £0.4bn in 2019.
"""
under_fives_capacity = Smooth(
    "Under-fives capacity, in money",
    over=p.under_fives_time,
    order=2,
    initial=p.early_help_budget * p.sure_start_share,
    only_while=p.early_help_on,
)
"""What is felt of the money for Sure Start and under-fives: two to three years late, as centres are found, staffed and closed
over years. £1.6bn in 2010-11 and £0.8bn in 2019.
"""
other_early_help_share = Aux(
    "Share of early help in no other line", 1 - p.sure_start_share - p.family_support_share - p.young_people_share
)
"What under-fives, family support and young people leave of early help: 3 to 6 %."
other_early_help_capacity = Smooth(
    "Capacity of other early help, in money",
    over=p.family_support_time,
    initial=p.early_help_budget * other_early_help_share,
    only_while=p.early_help_on,
)
"What is felt of that part of the money, of which nothing is known: it is taken to be as late as for family support."
family_support_level = Aux(
    "Family support that families take up, 2010-11 = 1",
    held(family_support_capacity / p.family_support_reference * take_up),
)
"""As a multiple of what the £1.0bn of 2010-11 paid for: about a sixth more by 2019, since this line was spared. It is held
between a tenth and three times that, since no study tells what its end, or far more of it, would do.
"""
young_people_level = Aux(
    "Services for young people that are taken up, 2010-11 = 1",
    held(young_people_capacity / p.young_people_reference * take_up),
)
"""As a multiple of what the £1.4bn of 2010-11 paid for: under a third by 2019, as no line was cut as deeply. It is held between a
tenth and three times that.
"""
under_fives_level = Aux(
    "Help for under-fives that is taken up, 2010-11 = 1",
    held(under_fives_capacity / p.under_fives_reference * take_up),
)
"As a multiple of what the £1.6bn of 2010-11 paid for: about a half in 2019. It is held likewise."
under_fives_past = Smooth(
    "Under-fives capacity as felt at 5–9, 2010-11 = 1",
    under_fives_level,
    over=p.under_fives_later_time,
    order=3,
    only_while=p.early_help_on,
)
"Who was helped before school is five to nine some five years later: it follows what was there then, and in 2019 is still 0.8."

# Through the door
early_help_capacity = Aux(
    "Early-help capacity at the door, in money for family support",
    family_support_capacity + p.other_lines_at_door * (young_people_capacity + under_fives_capacity + other_early_help_capacity),
)
"""All lines added up, £1 of the others for 80p of family support, an assumption: studies count all money alike, and that others
than family support act here at all is not known. £3.6bn in 2010-11 and £2.3bn in 2019.
"""
early_help_level = Aux(
    "Early-help capacity at the door, 2010-11 = 1",
    held(
        early_help_capacity
        * take_up
        / (
            p.family_support_reference
            + p.other_lines_at_door * (p.young_people_reference + p.under_fives_reference + p.other_early_help_reference)
        )
    ),
)
"""What families take up, as a multiple of 2010-11: 1 until April 2011 and about 0.6 in 2019 after the cuts. It is held
between a tenth and three times that, since no study tells what the end of early help, or far more of it, would do.
"""
referrals_kept = Aux(
    "Referrals left after early help, 2010-11 = 1", exp(p.early_help_referral_elasticity * (1 - early_help_level))
)
"The less early help, the more new referrals: 1 % more for each tenth of capacity lost, so 4 % more in 2019 than in 2011."
escalations_kept = Aux(
    "Escalations left after early help, 2010-11 = 1", exp(p.early_help_escalation_elasticity * (1 - early_help_level))
)
"""The less early help, the more supported children come to an enquiry: an eighth of a percent for each percent of capacity, or
about 5 % more in 2019 than in 2011.
"""
referrals_kept_before = Smooth(
    "Referrals left after early help, as felt when those children would enter care",
    referrals_kept,
    over=p.assessment_time + 1 / p.support_closure_rate,
    only_while=p.early_help_on,
)
"""What early help does to referrals shows among entries when those children would come: after an assessment and support as long
as they usually take, seven or eight months together.
"""
care_yield_kept = Aux(
    "Care entries for each child still referred, 2010-11 = 1",
    maximum(share(1 - p.averted_care_yield * (1 - referrals_kept_before), of=referrals_kept_before), 0),
)
"""A referral that early help averts was 0.6 times as likely to end in care as the average one, an assumption: where a tenth fewer
are referred, 6 % fewer enter, so that each who is still referred is the likelier to. With the 4 % more of 2019 it is 0.985.
"""

# Straight to fewer entries, among families helped
family_support_help = Aux(
    "Less family support than in 2010-11, times its effect on entries",
    p.family_support_entry_elasticity * (1 - family_support_level),
)
"At all ages: below zero, so that fewer enter, where there is more than in 2010-11, as in 2019."
young_people_help = Aux(
    "Less for young people than in 2010-11, times its effect on entries",
    p.young_people_entry_elasticity * p.young_people_reach * (1 - young_people_level),
)
"At 16–17, and half as much at 10–15: above zero since the cuts, so that more enter."
under_fives_help = Aux(
    "Less for under-fives than in 2010-11, times its effects on entries",
    p.is_youngest
    * (p.under_fives_entry_elasticity * (1 - under_fives_past) - p.under_fives_detection_effect * (1 - under_fives_level)),
)
"At 0–9 alone: help for under-fives finds more children at risk at once, and fewer enter some years on."
entries_helped = Aux(
    "Care entries left after help that acts on them, 2010-11 = 1", exp(family_support_help + young_people_help + under_fives_help)
)
"""Family support lowers entries at all ages, services for young people those at 16–17 and half as much those at 10–15; help for
under-fives acts both ways at 0–9.
"""
entries_kept = Aux("Care entries left after early help, 2010-11 = 1", entries_helped * care_yield_kept)
"Both together, for each child in support, in an enquiry or on a plan, at each age."
LEVELS: tuple[Expr, ...] = (family_support_level, young_people_level, under_fives_level)
early_help_below_evidence = Check(
    "Capacity of a line of early help is below what effects are extrapolated to", reduce(minimum, LEVELS) <= p.early_help_least
)
"Says that a line has fallen to a tenth of that of 2010-11, below which further cuts no longer change anything here."
early_help_beyond_evidence = Check(
    "Capacity of a line of early help is above what effects are extrapolated to", reduce(maximum, LEVELS) >= p.early_help_most
)
"Says that a line has come to three times that of 2010-11, above which more money no longer changes anything here."
