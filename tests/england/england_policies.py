"""The policies that the tests of levers look at, each from 1 April 2027 on."""

from england_cases import BEGINS, under

BILLION = 1e9
LATER = "2034-35"
MORE, LESS, SAME = 1, -1, 0

# Lever, verb, amount: and what it does to which output by 2034-35
POLICIES = {
    "early help": (
        ("early_help_budget", "add", 0.5 * BILLION),
        {"referrals": LESS, "section_47_enquiries": LESS, "looked_after": LESS,
         "early_help_spend": MORE, "statutory_spend": LESS},
    ),
    "more for under-fives": (
        ("extra_under_fives", "add", 0.25 * BILLION),
        {"sure_start_spend": MORE, "early_help_spend": MORE, "referrals": LESS,
         "young_people_spend": SAME, "family_support_spend": SAME},
    ),
    "more family support": (
        ("extra_family_support", "add", 0.25 * BILLION),
        {"family_support_spend": MORE, "early_help_spend": MORE, "referrals": LESS,
         "looked_after": LESS, "sure_start_spend": SAME},
    ),
    "more for young people": (
        ("extra_young_people", "add", 0.25 * BILLION),
        {"young_people_spend": MORE, "early_help_spend": MORE, "referrals": LESS,
         "looked_after_aged_16_17": LESS, "family_support_spend": SAME},
    ),
    "more other early help": (
        ("extra_other_early_help", "add", 0.25 * BILLION),
        {"other_early_help_spend": MORE, "early_help_spend": MORE, "referrals": LESS},
    ),
    "higher threshold": (
        ("investigation_factor", "set", 0.8),
        {"section_47_enquiries": LESS, "protection_plan_starts": LESS, "looked_after": LESS,
         "enquiries_without_plan": LESS, "statutory_spend": LESS},
    ),
    "more closed at the door": (
        ("closed_at_door_factor", "set", 2),
        {"referrals_closed_at_door": MORE, "referrals": MORE, "rereferrals": MORE,
         "children_in_need": LESS, "section_47_enquiries": LESS, "looked_after": LESS,
         "statutory_spend": LESS},
    ),
    "conferences": (
        ("conference_share", "set", 1),
        {"care_starts": LESS, "looked_after": LESS, "statutory_spend": LESS,
         "early_help_spend": SAME},
    ),
    "return support": (
        ("return_support_share", "set", 1),
        {"reentries": LESS, "care_starts": LESS, "looked_after": LESS, "referrals": SAME},
    ),
    "kinship support": (
        ("kinship_support_share", "set", 1),
        {"special_guardianships": MORE, "guardians": MORE, "looked_after": LESS},
    ),
    "edge of care": (
        ("edge_of_care_share", "set", 1),
        {"care_starts": LESS, "looked_after": LESS, "looked_after_aged_10_15": LESS,
         "looked_after_aged_16_17": LESS, "early_help_spend": SAME, "statutory_spend": MORE},
    ),
    "help for parents": (
        ("parent_help_share", "set", 1),
        {"care_starts": LESS, "looked_after": LESS, "looked_after_aged_0_9": LESS},
    ),
    "foster recruitment": (
        ("foster_application_factor", "set", 1.5),
        {"foster_enquiries": MORE, "foster_applications": MORE, "foster_approvals": MORE,
         "foster_carers": MORE, "looked_after": SAME, "statutory_spend": MORE},
    ),
    "step down": (
        ("step_down_share", "set", 0.2),
        {"homes_children": LESS, "foster_children": MORE, "residential_children": LESS,
         "homes_places": LESS, "looked_after": SAME},
    ),
    "more kinship care": (
        ("kinship_share_change", "set", 0.05),
        {"kinship_foster_children": MORE, "foster_demand": LESS, "looked_after": SAME},
    ),
    "homes built": (
        ("extra_homes_places", "set", 1_000),
        {"homes_places": MORE, "homes_occupancy": LESS, "looked_after": SAME,
         "statutory_spend": SAME},
    ),
    "carers in numbers": (
        ("extra_foster_approvals", "set", 3000),
        {"foster_approvals": MORE, "foster_carers": MORE, "foster_places": MORE,
         "foster_enquiries": SAME, "looked_after": SAME, "statutory_spend": MORE},
    ),
    "fewer carers stop": (
        ("foster_loss_factor", "set", 0.8),
        {"foster_carers": MORE, "foster_places": MORE, "kinship_carers": SAME,
         "looked_after": SAME},
    ),
    "carers supported": (
        ("carer_support_share", "set", 1),
        {"foster_carers": MORE, "foster_places": MORE, "kinship_carers": SAME,
         "looked_after": SAME, "statutory_spend": MORE},
    ),
    "carers paid more": (
        ("foster_allowance_rise", "set", 0.2),
        {"foster_places": MORE, "foster_places_vacant": MORE, "looked_after": SAME,
         "statutory_spend": MORE},
    ),
    "room for more in foster homes": (
        ("places_per_household_factor", "set", 1.1),
        {"foster_places": MORE, "foster_places_approved": MORE, "foster_places_vacant": MORE,
         "looked_after": SAME, "statutory_spend": MORE},
    ),
    "direct work": (
        ("direct_work_share", "set", 0.8),
        {"caseload": LESS, "assessment_time_felt": LESS, "turnover_rate": LESS,
         "agency_spend": LESS, "children_in_need": LESS, "referrals": LESS, "looked_after": LESS,
         "total_spend": LESS},
    ),
    "more social workers": (
        ("extra_social_workers", "set", 5000),
        {"social_workers": MORE, "caseload": LESS, "turnover_rate": LESS,
         "statutory_spend": MORE},
    ),
    "fewer workers leave": (
        ("turnover_factor", "set", 0.75),
        {"vacancies": LESS, "agency_spend": LESS, "caseload": LESS, "looked_after": LESS,
         "statutory_spend": LESS},
    ),
    "more poverty": (
        ("poverty_change", "set", 5),
        {"referrals": MORE, "section_47_enquiries": MORE, "children_in_need": MORE,
         "protection_plans": MORE, "care_starts": MORE, "looked_after": MORE,
         "looked_after_aged_0_9": MORE, "statutory_spend": MORE},
    ),
    "needs of teenagers": (
        ("teenage_needs_factor", "set", 1.2),
        {"referrals": MORE, "children_in_need": MORE, "in_need_16_plus": MORE,
         "looked_after_aged_10_15": MORE, "looked_after_aged_16_17": MORE, "care_starts": MORE},
    ),
    "fewer children": (
        ("child_population", "scale", 0.9),
        {"referrals": LESS, "children_in_need": LESS, "looked_after": LESS,
         "statutory_spend": LESS},
    ),
    "dearer homes": (
        ("residential_price_growth", "set", 0.03),
        {"residential_price": MORE, "statutory_spend": MORE, "looked_after": SAME},
    ),
    "cheaper homes": (
        ("residential_price_level", "set", 0.9),
        {"residential_price": LESS, "statutory_spend": LESS, "providers_staying": SAME,
         "foster_price": SAME},
    ),
    "homes held flat": (
        ("residential_price_trend", "set", "flat"),
        {"residential_price": LESS, "statutory_spend": LESS, "foster_price": SAME},
    ),
    "a cap on homes": (
        ("residential_price_cap", "set", 220_000),
        {"residential_price": LESS, "providers_staying": LESS, "statutory_spend": LESS},
    ),
    "returns home": (
        ("return_factor", "set", 1.25),
        {"returns_home": MORE, "reentries": MORE, "home_at_risk": MORE, "looked_after": LESS},
    ),
    "more adopters": (
        ("extra_adopters", "set", 600),
        {"adoptions": MORE, "adoption_waiting": LESS, "looked_after": LESS, "referrals": SAME},
    ),
    "quicker adoption": (
        ("adoption_wait_factor", "set", 0.8),
        {"adoption_waiting": LESS, "adoption_reversals": LESS, "adoptions": MORE,
         "looked_after": LESS, "statutory_spend": LESS},
    ),
    "fewer decisions for adoption": (
        ("adoption_decisions_factor", "set", 0.5),
        {"adoption_decisions": LESS, "adoptions": LESS, "looked_after_aged_0_9": MORE,
         "statutory_spend": MORE},
    ),
    "staying put to 23": (
        ("staying_put_until", "set", 23),
        {"staying_put": MORE, "foster_places_held": MORE, "leaving_care_spend": MORE,
         "care_leavers": SAME},
    ),
    "all stay put": (
        ("staying_put_share", "set", 1),
        {"staying_put": MORE, "foster_places_held": MORE, "leaving_care_spend": MORE},
    ),
    "more support for care leavers": (
        ("leaver_support_share", "set", 1),
        {"leavers_without_work": LESS, "statutory_spend": MORE, "looked_after": SAME,
         "care_leavers": SAME},
    ),
    "fewer arrivals": (
        ("asylum_arrivals_given", "scale", 0.5),
        {"asylum_seeking_children": LESS, "looked_after": LESS, "care_leavers": LESS},
    ),
    "fewer inadequate councils": (
        ("inadequate_share", "set", 0),
        {"section_47_enquiries": LESS, "care_applications": LESS, "looked_after": LESS,
         "enquiries_without_plan": LESS},
    ),
    "a shock": (
        ("shocks", "set", 1, BEGINS, 0, "2028-03-31"),
        {"section_47_enquiries": MORE, "enquiries_without_plan": MORE, "looked_after": MORE,
         "care_applications": MORE,
         "statutory_spend": MORE},
    ),
}  # fmt: skip


def with_policy(name, every="year"):
    lever, *rest = POLICIES[name][0]
    return under((lever, *rest, *([BEGINS] if len(rest) == 2 else [])), every=every)
