"""England's children's social care as stocks and flows. Numbers and sources: the TOML of each sector, and the vintage."""

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
from caresim.england.given import HERE, VINTAGE, p
from caresim.language import Model

# Each a division of total_spend; the parts stand as in the child's journey, new programmes last
SPENDING = {
    "line": (
        money.sure_start_spend,
        money.family_support_spend,
        money.young_people_spend,
        money.other_early_help_spend,
        money.safeguarding_spend,
        money.looked_after_spend,
        money.youth_justice_spend,
        money.programme_spend,
    ),
    "stage": (
        money.early_help_spend,
        money.referral_spend,
        money.support_spend,
        money.enquiry_spend,
        money.plan_spend,
        money.agency_spend,
        money.foster_spend,
        money.residential_spend,
        money.other_care_spend,
        money.youth_justice_spend,
        money.programme_spend,
    ),
}


# The series that a backtest pools: what is asked for first, and with the flows behind it
FIVE = (
    front_door.referrals,
    places.children_in_need,
    front_door.section_47_enquiries,
    places.protection_plans,
    places.looked_after,
)
TEN = (
    *FIVE,
    protection.protection_plan_starts,
    protection.protection_plan_ends,
    counts.care_starts,
    counts.care_ceases,
    after_care.returns_home,
)


class England(Model):
    """Children move from referral to support, investigation, protection, care and home; money follows."""

    parameters = p
    start = "2009-03-31"
    until = "2035-03-31"
    vintage, checked_step = VINTAGE, 2e-6
    effects_file = HERE / "effects.toml"
    price_level = "general_prices"
    headlines = {"five": FIVE, "ten": TEN}  # noqa: RUF012  (read, never changed)
    scored = (places.looked_after_without_asylum,)
    feedbacks, limits, spending_by = FEEDBACKS, LIMITS, SPENDING

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
