"""Names of parameters that were others once: initial values end in ``_0`` only where they are levels."""

from caresim.language import Renamed

LAST = "0.3"  # the release that no longer knows them
NOW = {
    "rereferral_window": "rereferral_time",
    "vacancy_share_0": "vacancy_share_start",
    "turnover_rate_0": "turnover_rate_usual",
    "referrals_0": "referrals_start",
    "plan_early_share_0": "plan_early_share_start",
    "plan_extended_share_0": "plan_extended_share_start",
    "repeat_odds_0": "repeat_odds_start",
    "care_starts_0_0_9": "first_care_starts_0_9",
    "care_starts_0_10_15": "first_care_starts_10_15",
    "care_starts_0_16_17": "first_care_starts_16_17",
    "older_case_share": "older_case_share_start",
    "one_child": "",
    "direct_workers_least": "",
}
# Ends of paths that were rates and times, and are multiples of their start now
MULTIPLES = {
    "rereferral_rate_end": ("rereferral_end", "rereferral_rate_start"),
    "plan_long_time_end": ("plan_long_end", "plan_long_time_start"),
    "ageing_rate_end_0_9": ("ageing_end_0_9", "ageing_rate_start_0_9"),
    "ageing_rate_end_10_15": ("ageing_end_10_15", "ageing_rate_start_10_15"),
    "ageing_rate_end_16_17": ("ageing_end_16_17", "ageing_rate_start_16_17"),
}
# What has another meaning or form now
INSTEAD = {
    "plan_share": "enquiries come to a child protection conference first; 'child_protection_conference_share' and "
    "'child_protection_plan_share_start' say how many do and how many plans follow",
    "investigation_support_share": "of enquiries with neither conference nor care, as of assessments, 'no_need_share_start' close",
    "adoption_rate_start": "decisions come before adoptions: set 'adoption_decision_rate'",
    "care_leavers_0": "care leavers of 18 to 21 are counted, open case or not: set 'leavers_to_21_0' and 'leaver_case_share'",
    "leaver_support_time_start": "care leavers are counted by age, to 21 and past it; 'leaver_case_share' says how many are open cases",
    "leaver_support_time_end": "care leavers are counted by age; 'leaver_to_25_share' says how many ask for support past 21",
    "yield_elasticity": "what enquiries lead to is limited by their number now; set 'child_protection_conference_capacity'",
    "assessment_closed_share_start": "set 'closed_at_door_share_start' and 'no_need_share_start'",
    "assessment_closed_share_end": "set 'closed_at_door_end' and 'no_need_end', each a multiple of its start",
}
# Foster carers: what was assumed in one number follows from figures of several
CARERS = "enquiries come first; set 'foster_enquiries_start' and 'foster_application_share', whose product the applications are"
FOSTERING = {
    "foster_applications_0": CARERS,
    "foster_applications_start": CARERS,
    "foster_carers_0": "as many are assumed as approvals and losses keep up: set 'foster_application_share' or 'foster_loss_rate'",
    "children_per_carer": "it is 'foster_places_per_household', less 'foster_not_available_share', times 'foster_matched_share'",
}
# Early help by line: what was one number is a number for each line, or acts on something else
LINES = {
    "early_help_time": "each line has a lag of its own: 'family_support_time', 'young_people_time', 'under_fives_time'",
    "early_help_reference": "each line has its own, such as 'family_support_reference'",
    "early_help_entry_elasticity": "'family_support_entry_elasticity' and 'young_people_entry_elasticity' are in its place",
    "early_help_reach_0_9": "'under_fives_detection_effect' and 'under_fives_entry_elasticity' act at 0–9",
    "early_help_reach_10_15": "'young_people_reach_10_15' is that of services for young people",
    "early_help_reach_16_17": "'young_people_reach_16_17' is that of services for young people",
}
# Where children are: each kind of place takes a share of those whom the others leave
PLACED = {
    "foster_share": "foster homes are sought for all who are left; 'homes_share_{age}', 'supported_share' and 'family_share' set who is",
    "residential_share": "'homes_share_{age}' is that of children's homes, 'other_residential_share_{age}' that of family centres and the like",
}
DIVIDED = "'{}' says it as a multiple of '{}'; divide the old number by that one"
RENAMED = (
    *(Renamed("parameter", old, new, LAST) for old, new in NOW.items()),
    *(Renamed("parameter", old, "", LAST, DIVIDED.format(*now)) for old, now in MULTIPLES.items()),
    *(Renamed("parameter", old, "", LAST, now) for old, now in INSTEAD.items()),
    *(Renamed("parameter", old, "", LAST, said) for old, said in (*FOSTERING.items(), *LINES.items())),
    *(
        Renamed("parameter", f"{old}_{age}", "", LAST, said.format(age=age))
        for old, said in PLACED.items()
        for age in ("0_9", "10_15", "16_17")
    ),
)
