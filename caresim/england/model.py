"""England's children's social care as stocks and flows. Numbers and sources: parameters.toml."""

from pathlib import Path

from caresim.language import (
    Aux,
    Check,
    Delay,
    Flow,
    Model,
    Observed,
    Parameters,
    Smooth,
    Stock,
    cloud,
    elapsed,
    exp,
    maximum,
    minimum,
    smooth_step,
    total,
)

HERE = Path(__file__).parent
p = Parameters.read(HERE / "parameters.toml")

# When rates change, and why (SOURCES.md, "Named causes"). Before and after, they stay level.
DATA_YEARS = ("2009-03-31", "2020-03-31")
DECADE = ("2009-03-31", "2019-03-31")
CAUTION = ("2008-11-11", "2018-08-08")  # convictions in the case of Peter Connelly; spread for ten years
VOLUNTARY_CARE_RULINGS = ("2015-11-02", "2018-09-30")  # Court of Appeal 2015, Supreme Court 2018, on section 20
ADOPTION_REFORM = ("2011-09-30", "2014-03-31")
RE_B_S = ("2014-09-30", "2018-03-31")  # the judgment of September 2013, as its cases came through
GUARDIANSHIP_RISE = ("2009-03-31", "2014-03-31")
ASSESSMENT_CHANGE = ("2011-03-31", "2017-03-31")
RECORDING_CHANGE = ("2012-03-31", "2017-03-31")
ARRIVALS_RISE = ("2014-03-31", "2016-03-31")
PAY_FREEZE = ("2009-03-31", "2013-03-31")
PRICE_RISE = ("2014-03-31", "2020-03-31")


class England(Model):
    """Children move from referral to support, investigation, protection, care and home; money follows."""

    parameters = p
    start = "2009-03-31"
    until = "2035-03-31"
    observed = Observed.read(HERE / "observed.csv")
    posterior_file = HERE / "posterior.csv"
    score_file, checked_step = HERE / "score.csv", 2e-7

    # What changes slowly: each rate leaves one value and settles at another
    need = Aux("Need beyond population and early help, 2009 = 1", exp(p.need_growth_rate * elapsed(*DATA_YEARS)))
    caution = Aux("Share investigated, 2008 = 1", p.investigation_factor * smooth_step(1, p.caution_end, *CAUTION))
    enquiry_yield = Aux("What an enquiry leads to, 2008 = 1", caution**-p.yield_elasticity)
    voluntary_care = Aux("Care entries from support, 2015 = 1", smooth_step(1, p.voluntary_care_end, *VOLUNTARY_CARE_RULINGS))
    early_return_rate = Aux(
        "Rate of returns home in the first phase of care",
        p.return_factor * smooth_step(p.early_return_rate_start, p.early_return_rate_end, *VOLUNTARY_CARE_RULINGS),
    )
    late_return_rate = Aux("Rate of returns home in the second phase of care", p.return_factor * p.late_return_rate_start)
    adoption_reform = Aux("Adoption reform in force", smooth_step(0, 1, *ADOPTION_REFORM) - smooth_step(0, 1, *RE_B_S))
    adoption_rate = Aux(
        "Rate of adoption in the second phase of care", p.adoption_rate_start * (1 + p.adoption_reform_boost * adoption_reform)
    )
    guardianship_rate = Aux(
        "Rate of leaving for guardianship or an arrangements order",
        smooth_step(p.guardianship_rate_start, p.guardianship_rate_end, *GUARDIANSHIP_RISE),
    )
    ageing_out_rate = Aux("Rate of leaving care at 18", smooth_step(p.ageing_out_rate_start, p.ageing_out_rate_end, *DECADE))
    other_exit_rate = Aux(
        "Rate of leaving care for other reasons", smooth_step(p.other_exit_rate_start, p.other_exit_rate_end, *DECADE)
    )
    assessment_closed_share = Aux(
        "Share closed after assessment",
        smooth_step(p.assessment_closed_share_start, p.assessment_closed_share_end, *ASSESSMENT_CHANGE),
    )
    unrecorded_exit_rate = Aux(
        "Rate of leaving the count unrecorded",
        smooth_step(p.unrecorded_exit_rate_start, p.unrecorded_exit_rate_end, *RECORDING_CHANGE),
    )
    plan_long_time = Aux("Time on a longer plan", smooth_step(p.plan_long_time_start, p.plan_long_time_end, *DECADE))

    # Early help: what families feel follows the money with a lag, with diminishing returns
    early_help_capacity = Smooth("Early-help capacity, in money", over=p.early_help_time, order=2, initial=p.early_help_budget)
    early_help_level = Aux(
        "Early-help capacity, 2010-11 = 1", maximum(early_help_capacity / p.early_help_reference, p.early_help_least)
    )
    referrals_kept = Aux("Referrals left after early help", early_help_level**-p.early_help_referral_elasticity)
    escalations_kept = Aux("Escalations left after early help", early_help_level**-p.early_help_escalation_elasticity)
    entries_kept = Aux("Care entries left after early help", early_help_level**-p.early_help_entry_elasticity)

    # Stocks: children at one moment, each in one place. Unpublished ones start at inflow × time.
    assessment = Stock("Referred and being assessed", "child", p.child_population * p.referral_rate * p.assessment_time)
    support = Stock("Supported as a child in need", "child", p.support_0)
    investigation = Stock(
        "Under investigation (section 47)",
        "child",
        p.investigation_time * (assessment / p.assessment_time * p.investigated_share + support * p.escalation_rate),
    )
    plan_early = Stock(
        "On a plan that ends early",
        "child",
        p.protection_plans_0
        * p.plan_early_share
        * p.plan_early_time
        / (p.plan_early_share * p.plan_early_time + (1 - p.plan_early_share) * p.plan_long_time_start),
    )
    plan_long = Delay("On a longer plan", "child", p.protection_plans_0 - plan_early, time=plan_long_time, order=3)
    care_new = Stock(
        "Looked after, first phase",
        "child",
        (p.care_starts_0 + p.uncounted_care_entries)
        / (
            1 / p.care_new_time
            + p.early_return_rate_start
            + p.other_exit_rate_start
            + p.guardianship_rate_start
            + p.ageing_out_rate_start
        ),
    )
    care_settled = Stock("Looked after, second phase", "child", p.looked_after_0 - care_new)
    early_returns = Aux("Returns home in the first phase", care_new * early_return_rate)
    late_returns = Aux("Returns home in the second phase", care_settled * late_return_rate)
    returns_home = Aux("Children who return home", early_returns + late_returns)
    home_high_risk = Stock(
        "Returned home, high risk of re-entry",
        "child",
        returns_home * p.high_risk_share / (p.high_risk_reentry_rate + 1 / p.settling_time),
    )
    home_low_risk = Stock(
        "Returned home, low risk of re-entry",
        "child",
        returns_home * (1 - p.high_risk_share) / (p.low_risk_reentry_rate + 1 / p.settling_time),
    )
    care_leavers = Stock(
        "Care leavers still supported", "child", p.looked_after_0 * p.ageing_out_rate_start * p.leaver_support_time
    )

    extra_price = Stock("Unit prices against their observed path", "1", 1)
    price_rises = Flow("Rise of unit prices beyond the observed path", cloud >> extra_price, extra_price * p.extra_price_growth)

    # Referral and assessment
    referrals = Flow("Referrals", cloud >> assessment, p.child_population * p.referral_rate * need * referrals_kept)
    assessed = Aux("Assessments completed", assessment / p.assessment_time)
    assessments_closed = Flow("Closed after assessment", assessment >> cloud, assessed * assessment_closed_share)
    to_enquiry = Aux("Share investigated", minimum(p.investigated_share * caution, 1 - assessment_closed_share))
    investigated = Flow("Investigated after referral", assessment >> investigation, assessed * to_enquiry)
    supported = Flow("Supported after assessment", assessment >> support, assessed * (1 - assessment_closed_share - to_enquiry))

    # Support
    support_closures = Flow("Support ended", support >> cloud, support * p.support_closure_rate)
    unrecorded_exits = Flow("Left the count unrecorded", support >> cloud, support * unrecorded_exit_rate)
    escalations = Flow(
        "Investigated during support", support >> investigation, support * p.escalation_rate * caution * escalations_kept
    )
    care_entries_from_support = Flow(
        "Into care from support", support >> care_new, support * p.support_entry_rate * voluntary_care * entries_kept
    )
    section_47_enquiries = Aux("Section 47 enquiries", investigated + escalations)

    # Investigation
    enquiries_ended = Aux("Enquiries completed", investigation / p.investigation_time)
    plans_found = Aux("Enquiries that would lead to a plan", p.plan_share * enquiry_yield)
    care_found = Aux("Enquiries that would lead to care", p.investigation_care_share * enquiry_yield * entries_kept)
    all_found = Aux("Plans and care for each enquiry, at least one", maximum(plans_found + care_found, 1))
    to_plan = Aux("Share of enquiries that lead to a plan", plans_found / all_found)
    to_care = Aux("Share of enquiries that lead to care", care_found / all_found)
    to_neither = Aux("Share of enquiries that lead to neither", maximum(1 - to_plan - to_care, 0))
    to_support = Aux(
        "Share of enquiries that lead to support", to_neither * minimum(p.investigation_support_share * enquiry_yield, 1)
    )
    plan_early_starts = Flow(
        "Plans started that end early", investigation >> plan_early, enquiries_ended * to_plan * p.plan_early_share
    )
    plan_long_starts = Flow(
        "Longer plans started", investigation >> plan_long, enquiries_ended * to_plan * (1 - p.plan_early_share)
    )
    care_entries_from_investigation = Flow("Into care from investigation", investigation >> care_new, enquiries_ended * to_care)
    enquiries_supported = Flow("Supported after investigation", investigation >> support, enquiries_ended * to_support)
    enquiries_closed = Flow("Closed after investigation", investigation >> cloud, enquiries_ended * (to_neither - to_support))
    protection_plan_starts = Aux("Protection plans started", plan_early_starts + plan_long_starts)

    # Protection plan
    plan_early_ends = Aux("Plans ended early", plan_early / p.plan_early_time)
    plan_long_ends = Aux("Longer plans ended", plan_long.outflow)
    protection_plan_ends = Aux("Protection plans ended", plan_early_ends + plan_long_ends)
    plan_closed_share = Aux("Share of plans that close", 1 - p.plan_care_share - p.plan_support_share)
    care_entries_from_early_plans = Flow(
        "Into care from an early plan", plan_early >> care_new, plan_early_ends * p.plan_care_share
    )
    early_plans_supported = Flow("Supported after an early plan", plan_early >> support, plan_early_ends * p.plan_support_share)
    early_plans_closed = Flow("Closed after an early plan", plan_early >> cloud, plan_early_ends * plan_closed_share)
    care_entries_from_long_plans = Flow("Into care from a longer plan", plan_long >> care_new, plan_long_ends * p.plan_care_share)
    long_plans_supported = Flow("Supported after a longer plan", plan_long >> support, plan_long_ends * p.plan_support_share)
    long_plans_closed = Flow("Closed after a longer plan", plan_long >> cloud, plan_long_ends * plan_closed_share)

    # Care: entries from outside the pathway, then the ways out of each phase
    arrivals = Flow(
        "Unaccompanied and other direct arrivals",
        cloud >> care_new,
        smooth_step(p.arrivals_start, p.arrivals_end, *ARRIVALS_RISE),
    )
    uncounted_entries = Flow("Entries that the counting rule leaves out", cloud >> care_new, p.uncounted_care_entries)
    care_settlings = Flow("Settled into longer care", care_new >> care_settled, care_new / p.care_new_time)
    to_high_risk = Aux(
        "Share of returns at high risk of re-entry", p.high_risk_share * (1 - p.return_support_share * p.return_support_effect)
    )
    early_returns_high_risk = Flow("Early returns at high risk", care_new >> home_high_risk, early_returns * to_high_risk)
    early_returns_low_risk = Flow("Early returns at low risk", care_new >> home_low_risk, early_returns * (1 - to_high_risk))
    late_returns_high_risk = Flow("Late returns at high risk", care_settled >> home_high_risk, late_returns * to_high_risk)
    late_returns_low_risk = Flow("Late returns at low risk", care_settled >> home_low_risk, late_returns * (1 - to_high_risk))
    adopted = Flow("Adopted", care_settled >> cloud, care_settled * adoption_rate)
    early_guardianships = Flow("Guardianship in the first phase", care_new >> cloud, care_new * guardianship_rate)
    late_guardianships = Flow("Guardianship in the second phase", care_settled >> cloud, care_settled * guardianship_rate)
    early_ageing_outs = Flow("Aged 18 in the first phase", care_new >> care_leavers, care_new * ageing_out_rate)
    late_ageing_outs = Flow("Aged 18 in the second phase", care_settled >> care_leavers, care_settled * ageing_out_rate)
    early_other_exits = Flow("Other exits in the first phase", care_new >> cloud, care_new * other_exit_rate)
    late_other_exits = Flow("Other exits in the second phase", care_settled >> cloud, care_settled * other_exit_rate)
    leavers_moved_on = Flow("Care leavers no longer supported", care_leavers >> cloud, care_leavers / p.leaver_support_time)

    # Home, at risk of re-entry
    high_risk_reentries = Flow("Back into care, high risk", home_high_risk >> care_new, home_high_risk * p.high_risk_reentry_rate)
    low_risk_reentries = Flow("Back into care, low risk", home_low_risk >> care_new, home_low_risk * p.low_risk_reentry_rate)
    high_risk_settled = Flow("Past the risk of re-entry, high risk", home_high_risk >> cloud, home_high_risk / p.settling_time)
    low_risk_settled = Flow("Past the risk of re-entry, low risk", home_low_risk >> cloud, home_low_risk / p.settling_time)
    reentries = Aux("Children who come back into care", high_risk_reentries + low_risk_reentries)

    # Events and stocks as they are published; children in need counts every open case
    care_starts = Aux(
        "Care starts",
        total(
            care_entries_from_support,
            care_entries_from_investigation,
            care_entries_from_early_plans,
            care_entries_from_long_plans,
            arrivals,
            reentries,
        ),
    )
    adoptions = Aux("Children adopted from care", adopted)
    guardianships = Aux(
        "Children who leave care for guardianship or under an arrangements order", early_guardianships + late_guardianships
    )
    ageing_outs = Aux("Children who leave care at 18", early_ageing_outs + late_ageing_outs)
    care_ceases = Aux(
        "Care ceases", total(returns_home, adoptions, guardianships, ageing_outs, early_other_exits, late_other_exits)
    )
    protection_plans = Aux("Children on a protection plan", plan_early + plan_long)
    looked_after = Aux("Looked-after children", care_new + care_settled)
    home_at_risk = Aux("Children returned home, still at risk of re-entry", home_high_risk + home_low_risk)
    children_in_need = Aux(
        "Children in need",
        total(assessment, support, investigation, protection_plans, looked_after, care_leavers, p.other_open_cases),
    )

    # Money, at the price year of parameters.toml
    price_growth = Aux(
        "Observed growth of real unit prices since 2014, logarithm",
        p.price_growth_rate * elapsed(*PRICE_RISE) + p.pay_freeze_rate * (p.pay_freeze_time - elapsed(*PAY_FREEZE)),
    )
    unit_price = Aux("Real price of a unit of work, 2014 = 1", exp(price_growth) * extra_price)
    looked_after_spend = Aux("Spending on looked-after children", looked_after * p.cost_per_care_year * unit_price)
    safeguarding_spend = Aux("Spending on safeguarding", unit_price * (
        referrals * p.cost_per_referral + section_47_enquiries * p.cost_per_enquiry
        + support * p.cost_per_support_year + protection_plans * p.cost_per_plan_year))  # fmt: skip
    return_support_spend = Aux(
        "Spending on support for returns home", returns_home * p.return_support_share * p.cost_per_return_package
    )
    statutory_spend = Aux(
        "Statutory spending",
        total(looked_after_spend, safeguarding_spend, p.youth_justice_budget, return_support_spend),
        "GBP/year",
    )
    # Crowding-out: ring-fenced, early help gets its budget; residual, what statutory duty leaves of a given total
    early_help_left = Aux("What is left for early help", maximum(p.total_budget - statutory_spend, p.early_help_floor))
    early_help_spend = Aux("Early-help spending", p.early_help_budget * (1 - p.crowding_out) + early_help_left * p.crowding_out)
    early_help_capacity.follow(early_help_spend)
    total_spend = Aux("Total spending", statutory_spend + early_help_spend)

    # What a reader is told of when it happens
    early_help_at_floor = Check(
        "Statutory duty leaves less for early help than its assumed floor, and the total is overspent",
        p.crowding_out * (p.early_help_floor - (p.total_budget - statutory_spend)) > 0,
    )
    early_help_beyond_evidence = Check(
        "Early-help capacity is below what effects are extrapolated to", early_help_level <= p.early_help_least
    )
    assessments_cut_off = Check(
        "The share of assessments that lead to an enquiry is cut off at all that are not closed",
        p.investigated_share * caution > 1 - assessment_closed_share,
    )
    enquiries_cut_off = Check("Plans and care per enquiry are cut off at one", plans_found + care_found > 1)

    published = (
        children_in_need, protection_plans, looked_after, home_at_risk,
        referrals, section_47_enquiries, protection_plan_starts, protection_plan_ends,
        care_starts, care_ceases, returns_home, reentries,
        statutory_spend, early_help_spend, total_spend,
    )  # fmt: skip
