"""What is shown of the model: series that tables publish, figures draw, summaries compare and scores pool."""

from caresim.england import (
    adoption,
    after_care,
    care,
    counts,
    foster_counts,
    front_door,
    homes,
    leavers,
    money,
    outcomes,
    place_prices,
    placements,
    places,
    protection,
    trust,
    workforce,
)
from caresim.language import FlatPrices, Follows, Rules

PUBLISHED = (
    places.children_in_need,
    places.protection_plans,
    places.looked_after,
    places.looked_after_aged["16–17"],
    places.in_need_16_plus,
    places.home_at_risk,
    after_care.children_safe_at_home,
    front_door.referrals,
    front_door.rereferral_share,
    front_door.referrals_closed_at_door,
    protection.referrals_not_in_need,
    front_door.section_47_enquiries,
    protection.child_protection_conferences,
    protection.enquiries_without_conference,
    protection.enquiries_without_plan,
    trust.children_once_investigated_without_plan,
    protection.protection_plan_starts,
    protection.protection_plan_ends,
    protection.repeat_plan_share,
    counts.protection_plans_aged,
    counts.care_applications,
    counts.repeat_applications,
    counts.care_starts,
    counts.care_ceases,
    after_care.returns_home,
    after_care.reentries,
    adoption.adoptions,
    places.adoption_waiting,
    leavers.care_leavers_19_21,
    leavers.staying_put,
    leavers.leavers_without_work,
    placements.foster_children,
    placements.kinship_foster_children,
    foster_counts.foster_households,
    placements.residential_children,
    homes.homes_places,
    place_prices.residential_price,
    outcomes.moved_often,
    outcomes.far_from_home,
    outcomes.worker_changed_often,
    places.care_leavers,
    outcomes.court_cost,
    workforce.caseload,
    workforce.posts_needed,
    leavers.leaving_care_spend,
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

# Under which rules each scenario is shown: what early help costs and saves hangs on who pays
RULES = Rules(
    "Who pays",
    "crowding_out",
    {"ring-fenced": "early help has its own budget", "residual": "the total is fixed"},
    (places.looked_after, money.statutory_spend, money.early_help_spend, money.total_spend),
)

# What every payback is told with as well: the price of homes held where the last figure leaves it
FLAT_PRICES = FlatPrices("residential_price_trend", "flat", place_prices.residential_price)

# What follows from other figures by adding up: totals and their parts, a stock and its flows. Each counts once, and not twice.
FOLLOWS = (
    Follows(counts.care_ceases, of=(places.looked_after, counts.care_starts), since=(places.looked_after,)),
    Follows(
        protection.protection_plan_ends,
        of=(places.protection_plans, protection.protection_plan_starts),
        since=(places.protection_plans,),
    ),
    Follows("looked_after_aged_0_9", of=(places.looked_after, "looked_after_aged_10_15", "looked_after_aged_16_17")),
    Follows("care_starts_aged_0_9", of=(counts.care_starts, "care_starts_aged_10_15", "care_starts_aged_16_17")),
    Follows("care_ceases_aged_0_9", of=(counts.care_ceases, "care_ceases_aged_10_15", "care_ceases_aged_16_17")),
    Follows(
        counts.other_ceases,
        of=(
            counts.care_ceases,
            after_care.returns_home,
            adoption.adoptions,
            care.special_guardianships,
            care.arrangements_orders,
            care.ageing_outs,
        ),
    ),
    Follows(
        "protection_plans_aged_0_9",
        of=(places.protection_plans, "protection_plans_aged_10_15", "protection_plans_aged_16_17"),
    ),
    Follows(protection.enquiries_without_plan, of=(front_door.section_47_enquiries, protection.protection_plan_starts)),
    Follows(
        protection.enquiries_without_conference,
        of=(front_door.section_47_enquiries, protection.child_protection_conferences),
    ),
    Follows(money.safeguarding_spend, of=(money.statutory_spend, money.looked_after_spend)),
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
        money.supported_spend,
        leavers.leaving_care_spend,
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
