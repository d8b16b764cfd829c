"""Leaving care: who is supported to 21 and to 25, what that costs, and who stays on with foster carers.

Who stays with former carers is one of the care leavers, so that staying put is counted from them and is no place of its own.
"""

from caresim.england import doses
from caresim.england.care import ageing_outs, new_other_exits, settled_other_exits
from caresim.england.given import LEAVERS_TO_25, STAYING_PUT_DUTY, p
from caresim.england.places import leavers_past_21, leavers_to_21
from caresim.england.prices import work_price
from caresim.language import Aux, Flow, Smooth, cloud, exp, smooth_step

# Who is supported, to 21 and past it
left_early = Flow(
    "Young people who left on their own and count as care leavers",
    cloud >> leavers_to_21,
    (new_other_exits["16–17"] + settled_other_exits["16–17"]) * p.leaver_early_share,
)
"""Whoever leaves care at 16 or 17 to live on their own is owed support as a care leaver: most of those who leave then, 2,100 a
year at first and about 1,300 by 2019.
"""
past_21 = Aux("Care leavers who turn 22", leavers_to_21 / p.leaver_years)
"Care leavers are 18, 19, 20 or 21, so that one in four of them turns 22 in a year."
support_to_25 = Aux(
    "Share of care leavers who ask for support past 21",
    p.leaver_to_25_share * smooth_step(0, 1, LEAVERS_TO_25, known_to=p.figures_end),
)
"Nobody until 2017; since the law of that year, in force from April 2018, about two in five are taken to ask for it."
kept_past_21 = Flow("Care leavers with support past 21", leavers_to_21 >> leavers_past_21, past_21 * support_to_25)
"Some 4,000 young people a year turn 22 and go on with support since the law offers it to 25."
moved_on_at_21 = Flow("Care leavers whose support ends at 21", leavers_to_21 >> cloud, past_21 * (1 - support_to_25))
"Everyone at first, some 7,000 young people a year, and about 6,000 of 10,000 in 2019-20."
moved_on_later = Flow("Care leavers whose support ends past 21", leavers_past_21 >> cloud, leavers_past_21 / p.leaver_later_years)
"Three years of age stand between 22 and 25, so that a third of those supported then turn 25 in a year."
care_leavers_19_21 = Aux("Care leavers of 19 to 21", leavers_to_21 * p.leaver_19_21_share)
"""Nearly three in four of those under 22, the others being 18: 26,340 on 31 March 2016 and 30,870 in 2020, as the published count
of former care leavers has it.
"""

# Staying put with former foster carers
fostered_at_18 = Aux("Young people who turn 18 in foster care", ageing_outs * p.leaver_fostered_share)
"""About a third of all who leave care at 18 live with foster carers on that day and may stay with them: 3,410 on 31 March 2020
were 18 and had done so.
"""
stay_time = Aux(
    "Time that a young person stays with former carers",
    (1 - exp(-p.staying_put_leaving_rate * (p.staying_put_until - p.coming_of_age))) / p.staying_put_leaving_rate,
)
"""Half of those who stay leave in each year, and at 21 everyone who is still there: a year and a half on average, and only a
quarter of a year more if they may stay to 23, or a third to 25.
"""
staying_put_before = Aux(
    "Staying put before the duty, against present practice", smooth_step(p.staying_put_start, 1, STAYING_PUT_DUTY)
)
"""Before councils had to support it, from May 2014, far fewer stayed, or for less long; it is 1 from 2017, when the first whom the
duty reached were 21.
"""
years_stayed = Smooth(
    "Years with former carers for each who turns 18 in foster care",
    p.staying_put_share * stay_time * staying_put_before,
    over=stay_time,
)
"""Three in four who turn 18 in foster care stay on, for a year and a half: 1.1 years for each at present. A change is felt as
those stay, or leave, whom it reaches.
"""
staying_put = Aux("Young people who stay put with former carers", fostered_at_18 * years_stayed)
"""Care leavers of 18 to 20 on a day who live with the foster carers with whom they turned 18: 3,430 on 31 March 2018, 3,870 in
2020.
"""
foster_places_held = Aux("Foster places held by those who stay put", staying_put * p.staying_put_place_share)
"""Children whom carers cannot take, since a young person who has stayed lives there: 1,320 approved places on 31 March 2018, about
two for every five who stay.
"""

# What it costs, and what support is for
leaving_care_spend = Aux(
    "Spending on leaving care",
    ((leavers_to_21 + leavers_past_21) * p.cost_per_leaver_year + staying_put * p.cost_per_staying_put_year) * work_price,
)
"""A year of a young person's support costs about £8,500, and staying put £14,000 more: £340m at the prices of 2019-20 in 2016-17,
and £466m in 2019-20.
"""
leavers_supported = Aux(
    "Share of care leavers supported beyond present practice, in full packages",
    p.leaver_support_share * doses.given(p.cost_per_leaver_supported_year, p.leaver_support_dose),
)
"""The share of care leavers that a scenario supports, times what is paid for each against what full support takes, £6,000 a year,
and never more than 1.
"""
leavers_without_work = Aux(
    "Care leavers of 19 to 21 not in education, work or training",
    care_leavers_19_21 * p.leaver_neet_share * (1 - leavers_supported * p.leaver_support_effect),
)
"""Nearly two in five (39 %), 12,040 on 31 March 2020, as long as nobody has more support; what support does to it no study that
was read tells, so that it is assumed and may be nothing.
"""
leaver_support_spend = Aux(
    "Spending on more support for care leavers",
    (leavers_to_21 + leavers_past_21) * (p.leaver_support_share * p.cost_per_leaver_supported_year),
)
"£6,000 a year for each care leaver supported beyond present practice; nothing while none is."
