"""What is shown of the model: series that tables publish, figures draw, summaries compare and scores pool."""

from caresim.england import (
    after_care,
    counts,
    front_door,
    money,
    placements,
    places,
    protection,
    workforce,
)

PUBLISHED = (
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
CASELOADS = (front_door.referrals, front_door.section_47_enquiries, places.protection_plans, places.looked_after)
COSTS = (money.statutory_spend, money.early_help_spend, money.total_spend)
COMPARED = (*reversed(CASELOADS), *COSTS)

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

# Each a division of total_spend; the parts stand as in the child's journey, new programmes last
SPENDING = {
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
}
