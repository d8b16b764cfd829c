"""England's children's social care as stocks and flows. Numbers and sources: parameters.toml."""

from caresim.england import (
    after_care,
    care,
    caution,
    counts,
    early_help,
    front_door,
    money,
    placements,
    places,
    pressures,
    prices,
    protection,
    workforce,
)
from caresim.england.feedbacks import FEEDBACKS, LIMITS
from caresim.england.given import HERE, p
from caresim.language import Model, Observed


class England(Model):
    """Children move from referral to support, investigation, protection, care and home; money follows."""

    parameters = p
    start = "2009-03-31"
    until = "2035-03-31"
    observed = Observed.read(HERE / "observed.csv")
    posterior_file = HERE / "posterior.csv"
    score_file, checked_step = HERE / "score.csv", 2e-6
    price_level = "general_prices"
    feedbacks, limits = FEEDBACKS, LIMITS

    sectors = (
        places,
        caution,
        early_help,
        workforce,
        front_door,
        pressures,
        protection,
        care,
        after_care,
        counts,
        prices,
        placements,
        money,
    )
    published = (
        places.children_in_need,
        places.protection_plans,
        places.looked_after,
        places.home_at_risk,
        front_door.referrals,
        front_door.section_47_enquiries,
        protection.enquiries_without_plan,
        protection.protection_plan_starts,
        protection.protection_plan_ends,
        counts.care_starts,
        counts.care_ceases,
        after_care.returns_home,
        after_care.reentries,
        placements.foster_children,
        placements.residential_children,
        workforce.caseload,
        money.looked_after_spend,
        money.safeguarding_spend,
        money.statutory_spend,
        money.early_help_spend,
        money.total_spend,
    )
