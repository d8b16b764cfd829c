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
    "foster_applications_0": "foster_applications_start",
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
    "leaver_support_time_end": ("leaver_support_end", "leaver_support_time_start"),
    "ageing_rate_end_0_9": ("ageing_end_0_9", "ageing_rate_start_0_9"),
    "ageing_rate_end_10_15": ("ageing_end_10_15", "ageing_rate_start_10_15"),
    "ageing_rate_end_16_17": ("ageing_end_16_17", "ageing_rate_start_16_17"),
}
# What has another meaning or form now
INSTEAD = {
    "plan_share": "enquiries come to a child protection conference first; 'child_protection_conference_share' and "
    "'child_protection_plan_share_start' say how many do and how many plans follow",
    "investigation_support_share": "of enquiries with neither conference nor care, as of assessments, 'no_need_share_start' close",
    "yield_elasticity": "what enquiries lead to is limited by their number now; set 'child_protection_conference_capacity'",
    "assessment_closed_share_start": "set 'closed_at_door_share_start' and 'no_need_share_start'",
    "assessment_closed_share_end": "set 'closed_at_door_end' and 'no_need_end', each a multiple of its start",
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
    *(Renamed("parameter", old, "", LAST, said) for old, said in LINES.items()),
    *(
        Renamed("parameter", f"{old}_{age}", "", LAST, said.format(age=age))
        for old, said in PLACED.items()
        for age in ("0_9", "10_15", "16_17")
    ),
)
