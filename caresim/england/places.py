"""Where children are: one place each at a moment.

Places that no figure shows start at what flows in times how long it stays.
"""

from caresim.england.given import DECADE, HARM_OUTSIDE_HOME, age, p
from caresim.england.pressures import age_mix
from caresim.language import Aux, Delay, Stock, minimum, smooth_step, total

# The front door and protection
assessment = Stock(
    "Referred and being assessed", "child", p.referrals_start * (1 - p.closed_at_door_share_start) * p.assessment_time
)
"""Children on a day who were referred and whose assessment is not finished: every referral that is not closed at the door adds
one, and about seven weeks later, within the 45 working days allowed, the child is closed, supported or investigated. About
60,000 at the start.
"""
support = Stock("Supported as a child in need", "child", p.support_0)
"""Children on a day whom social workers support at home, on no protection plan: they come from assessments, enquiries and
plans, and leave as support ends, unrecorded, to an enquiry or into care. Some 210,000 at the start, though no count exists, and about 135,000 in 2019.
"""
recently_closed = Stock("Closed, and back at the front door if referred again", "child", p.recently_closed_0)
"""Children outside the count whose case closed in about the last year, 330,000 to 430,000: whoever is referred again goes back
to assessment, and the others are forgotten after a year.
"""
investigation_after_referral = Stock(
    "Under investigation after a referral",
    "child",
    p.investigation_time * (p.referrals_start * (1 - p.closed_at_door_share_start) * p.investigated_share),
)
"""Children on a day under a section 47 enquiry that followed an assessment, about 3,500 at the start and 9,000 in 2019: three
weeks' worth of the 13 in 100 assessments that led to one in 2009.
"""
investigation_from_support = Stock(
    "Under investigation during support", "child", p.investigation_time * (support * p.escalation_rate)
)
"""Children on a day under a section 47 enquiry that arose while they were supported as in need, under 2,000 at the start and
some 2,500 in 2019: three weeks' worth of 15 % of the supported in a year, and later more.
"""
investigation = Aux("Under investigation (section 47)", investigation_after_referral + investigation_from_support)
"""All children on a day under a section 47 enquiry, wherever they came from: about 5,000 at the start and over 11,000 in 2019."""
plan_long_time = Aux(
    "Time on a plan of usual length", p.plan_long_time_start * smooth_step(1, p.plan_long_end, DECADE, known_to=p.figures_end)
)
"A plan of usual length lasted nearly eleven months in 2009, and a month and a half less, some nine months, from 2019."
plan_early = Stock("On a plan that ends early", "child", p.protection_plans_0 * p.plan_early_share_start)
"""Only about 1 % of the 34,100 children on a plan in March 2009, though nearly a fifth of the plans that start: such a plan
lasts less than three weeks.
"""
plan_extended = Stock("On a plan that is extended", "child", p.protection_plans_0 * p.plan_extended_share_start)
"""Children on a day whose plan went on past its usual length, about 15 % of the 34,100 in March 2009: a fifth of plans of
usual length are extended, by some eight months.
"""
plan_long = Delay(
    "On a plan of usual length", "child", p.protection_plans_0 - plan_early - plan_extended, time=plan_long_time, order=6
)
"""The other children on a plan, about five in six of the 34,100 in March 2009: they stay nine to eleven months, one about as
long as another, and then the plan ends or is extended.
"""

# Care: those who came without a family to return to, and all others by age and phase
asylum_care = Delay("Separated asylum-seeking children", "child", p.asylum_care_0, time=p.asylum_time, order=2)
"""Children in care on a day who came to England without a parent: 3,890 in March 2009. They stay for about a year and nine
months on average, most of them coming at 16 or 17 and a fifth younger: about until they are 18.
"""
first_exit_rate_start = Aux(
    "Rate of leaving the first phase, 2009",
    1 / p.care_new_time + p.early_return_rate + p.other_exit_rate_start,
)
"""The three ways out of the first phase add up to about 2.5 a year, a stay of nearly five months: settling into longer care
(about 1.7 a year), home (about 0.8) and others (few, but more at 16–17).
"""
care_new = Stock(
    "Looked after, first phase",
    "child",
    minimum(p.first_care_starts / first_exit_rate_start, p.looked_after_0),
    over=age,
)
"""Children on a day who came into care in the last months, about one in six of those looked after in 2009: as many as entered
in a year, times a stay of nearly five months, and never more than all in care. All entries and returns to care add to them.
"""
adoption_waiting = Stock(
    "Decided for adoption and not yet placed",
    "child",
    minimum(p.adoption_waiting_0, (p.looked_after_0["0–9"] - care_new["0–9"]) / 2),
)
"""Children under ten in care on a day for whom adoption was decided and who live with no adopter yet: assumed 4,000 at first,
some 7,000 in 2014 at the height of the reform, and 4,100 to 4,200 in 2018 to 2020.
"""
adoption_placed = Stock(
    "Placed for adoption", "child", minimum(p.adoption_placed_0, (p.looked_after_0["0–9"] - care_new["0–9"]) / 2)
)
"""Children under ten who live with those who are to adopt them and are still looked after until a court makes the order, some
eight months later: 2,300 on 31 March 2010, 3,580 in 2014, 2,280 in 2020.
"""
care_settled = Stock(
    "Looked after, later phase",
    "child",
    p.looked_after_0 - care_new - (adoption_waiting + adoption_placed) * p.is_youngest,
    over=age,
)
"""Children on a day who stayed past the first months and for whom adoption is not decided, at the start seven in ten of the
57,000 in care. They leave slowly, and few come in but from the first phase.
"""

# After care
returns_home_0 = Aux("Returns home at the start", care_new * p.early_return_rate + care_settled * p.late_return_rate)
"""Children who went home from care in a year, about 9,100 in all at the start: about 0.8 a year for each child in the first
phase, and only 2.5 in 100 a year of those in the later one.
"""
home_high_risk = Stock(
    "Returned home, soon back in care", "child", returns_home_0 * p.high_risk_share / p.high_risk_reentry_rate, over=age
)
"""A few hundred children on a day, just back home and soon in care again: a sixth of the returns of a year (16 %), times the
three months that they stay.
"""
home_low_risk = Stock(
    "Returned home, at low risk of re-entry",
    "child",
    total(returns_home_0) * (1 - p.high_risk_share) * p.home_time_0,
    over=age,
)
"""Children under 18 on a day whose return home is likely to last: five sixths of returns are such, and at the start there are
3 years' worth of them at 0–9, 2.5 at 10–15 and under one at 16–17, near 50,000 in all.
"""
guardians = Stock("With a guardian or under an arrangements order", "child", p.guardians_0)
"""Children on a day who left care to a special guardian or under an arrangements order, assumed 10,000 at first and three
times as many by 2019: thousands a year join, few come back, and the others stay until they are 18.
"""
leavers_to_21 = Stock("Care leavers of 18 to 21", "child", p.leavers_to_21_0)
"""Young people on a day who left care at 18, or on their own at 16 or 17, and are under 22: the council owes them support. Nearly
30,000 at the start and 41,000 in 2020, as more leave at 18.
"""
leavers_past_21 = Stock("Care leavers of 22 to 24 with support", "child", 0)
"""Young people on a day past 21 who ask for support, as the law has allowed up to 25 since April 2018: none before, some
6,500 by 2020.
"""
care_leavers = Aux("Care leavers with an open case", (leavers_to_21 + leavers_past_21) * p.leaver_case_share)
"""Those of both ages who get a service that the census of children in need counts, an assumption: two in three of them, some
20,000 at the start and 32,000 in 2020.
"""

# Stocks as they are published; children in need counts every open case
protection_plans = Aux("Children on a protection plan", total(plan_early, plan_long, plan_extended))
"All plans together, whatever their length: 34,100 children on a day in 2009 and over 50,000 by 2019."
asylum_ages = Aux("Ages of separated asylum-seeking children", p.asylum_age_share / total(p.asylum_age_share))
"Nearly four in five are 16–17, a fifth 10–15 and 2 in 100 younger, which are all, however the three shares are drawn."
looked_after_aged = Aux(
    "Looked-after children by age",
    care_new + care_settled + (adoption_waiting + adoption_placed) * p.is_youngest + asylum_care * asylum_ages,
)
"""Both phases of care, children on their way to adopters, and asylum-seeking children at their ages: nearly four in five of those are 16 or 17, one in five is 10
to 15 and 2 in 100 are younger.
"""
asylum_seeking_children = Aux("Separated asylum-seeking children looked after", asylum_care)
"The same children, under the name of the published count of 31 March: 3,490 in 2010, 5,080 in 2020."
looked_after = Aux("Looked-after children", total(looked_after_aged))
"All ages together, asylum-seeking children among them: 60,920 on 31 March 2009, 80,000 in 2020."
looked_after_without_asylum = Aux(
    "Looked-after children other than separated asylum-seeking children", looked_after - asylum_care
)
"""All other children in care, 60,970 in March 2010 and 74,920 in 2020: the part that the model explains, while arrivals of
asylum-seeking children are given to it.
"""
home_at_risk = Aux("Children returned home, still at risk of re-entry", total(home_high_risk) + total(home_low_risk))
"""Everyone at home after care who is under 18 and could still come back, some 49,000 to 57,000: nearly all are at low risk, as
those at high risk come back within months.
"""
open_cases = Aux("Cases open outside care", total(assessment, support, investigation, protection_plans, p.other_open_cases))
"""All who have an open case and are not in care add up to nearly 300,000: being assessed, supported, under enquiry, on a plan,
and some 20,000 others, such as disabled and unborn children.
"""
children_in_need = Aux("Children in need", total(open_cases, looked_after, care_leavers))
"""Every open case on a day, as the census of 31 March counts them, 375,900 in 2010 and 389,260 in 2020: those outside care,
those in care, and care leavers with support.
"""
older_case_share = Aux(
    "Share of cases open outside care that are 16 and over",
    p.older_case_share_start * smooth_step(1, p.older_case_end, HARM_OUTSIDE_HOME, known_to=p.figures_end) * age_mix["16–17"],
)
"""About 12 % to 2012 and 13 % by 2019, as harm outside the home came to be seen as a matter for social care: of children on a
plan those of 16 and over tripled.
"""
in_need_16_plus = Aux(
    "Children in need aged 16 and over",
    total(looked_after_aged["16–17"], care_leavers, open_cases * older_case_share),
)
"""All who are looked after at 16–17 and all care leavers are 16 or over, and so is a share of the cases open outside care:
66,200 on 31 March 2010, 90,190 in 2020.
"""
