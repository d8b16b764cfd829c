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
    "one_child": "",
    "direct_workers_least": "",
}
RENAMED = tuple(Renamed("parameter", old, new, LAST) for old, new in NOW.items())
