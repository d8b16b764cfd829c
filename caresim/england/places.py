"""Where children are: one place each at a moment.

Places that no figure shows start at what flows in times how long it stays.
"""

from caresim.england.given import DECADE, age, p
from caresim.language import Aux, Delay, Stock, smooth_step, total

# The front door and protection
assessment = Stock("Referred and being assessed", "child", p.referrals_0 * p.assessment_time)
support = Stock("Supported as a child in need", "child", p.support_0)
recently_closed = Stock("Closed, and back at the front door if referred again", "child", p.recently_closed_0)
investigation = Stock(
    "Under investigation (section 47)",
    "child",
    p.investigation_time * (p.referrals_0 * p.investigated_share + support * p.escalation_rate),
)
plan_long_time = Aux("Time on a plan of usual length", smooth_step(p.plan_long_time_start, p.plan_long_time_end, DECADE))
plan_early = Stock("On a plan that ends early", "child", p.protection_plans_0 * p.plan_early_share_0)
plan_extended = Stock("On a plan that is extended", "child", p.protection_plans_0 * p.plan_extended_share_0)
plan_long = Delay(
    "On a plan of usual length", "child", p.protection_plans_0 - plan_early - plan_extended, time=plan_long_time, order=6
)

# Care: those who came without a family to return to, and all others by age and phase
asylum_care = Delay("Separated asylum-seeking children", "child", p.asylum_care_0, time=p.asylum_time, order=2)
first_exit_rate_0 = Aux(
    "Rate of leaving the first phase, 2009",
    1 / p.care_new_time + p.early_return_rate + p.other_exit_rate_start,
)
care_new = Stock("Looked after, first phase", "child", p.care_starts_0 / first_exit_rate_0, over=age)
care_settled = Stock("Looked after, later phase", "child", p.looked_after_0 - care_new, over=age)

# After care
returns_home_0 = Aux("Returns home at the start", care_new * p.early_return_rate + care_settled * p.late_return_rate)
home_high_risk = Stock(
    "Returned home, soon back in care", "child", returns_home_0 * p.high_risk_share / p.high_risk_reentry_rate, over=age
)
home_low_risk = Stock(
    "Returned home, at low risk of re-entry",
    "child",
    total(returns_home_0) * (1 - p.high_risk_share) * p.home_time_0,
    over=age,
)
guardians = Stock("With a guardian or under an arrangements order", "child", p.guardians_0)
care_leavers = Stock("Care leavers still supported", "child", p.care_leavers_0)

# Stocks as they are published; children in need counts every open case
protection_plans = Aux("Children on a protection plan", total(plan_early, plan_long, plan_extended))
looked_after_aged = Aux("Looked-after children by age", care_new + care_settled + asylum_care * p.asylum_age_share)
asylum_seeking_children = Aux("Separated asylum-seeking children looked after", asylum_care)
looked_after = Aux("Looked-after children", total(looked_after_aged))
looked_after_without_asylum = Aux(
    "Looked-after children other than separated asylum-seeking children", looked_after - asylum_care
)
home_at_risk = Aux("Children returned home, still at risk of re-entry", total(home_high_risk) + total(home_low_risk))
open_cases = Aux("Cases open outside care", total(assessment, support, investigation, protection_plans, p.other_open_cases))
children_in_need = Aux("Children in need", total(open_cases, looked_after, care_leavers))
in_need_16_plus = Aux(
    "Children in need aged 16 and over",
    total(looked_after_aged["16–17"], care_leavers, open_cases * p.older_case_share),
)
