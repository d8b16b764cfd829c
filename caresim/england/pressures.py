"""What raises and lowers entries to care: poverty, and help for parents around proceedings."""

from caresim.england.given import VOLUNTARY_CARE_RULINGS, p
from caresim.language import Aux, Smooth, maximum, smooth_step

poverty_effect = Aux("Care entries under more poverty", maximum(1 + p.poverty_change * p.poverty_entry_effect, 0))
parents_helped = Smooth(
    "Share of parents helped after proceedings, by when the next child comes", p.parent_help_share, over=p.parent_help_time
)
repeats_kept = Aux(
    "Care entries left after help for parents",
    1 - parents_helped * (p.repeat_proceedings_share * p.parent_help_reach * p.parent_help_effect),
)
conferences_kept = Aux("Care entries left after family group conferences", 1 - p.conference_share * p.conference_effect)
protective_entries = Aux(
    "Entries by age, of each that protection leads to", p.protective_age_share * poverty_effect * repeats_kept
)
court_route = Aux("Entries by way of a court, 2015 = 1", smooth_step(1, p.court_route_end, VOLUNTARY_CARE_RULINGS))
plan_to_care_unhelped = Aux(
    "Plans that would end in care without conferences", protective_entries * (p.plan_care_share * court_route)
)
plan_to_care = Aux("Plans that end in care", plan_to_care_unhelped * conferences_kept)
