"""Protection: enquiries, plans and plans that follow an earlier one.

A plan ends early, at its usual length or, for about a fifth of those, later: together they give the published lengths. Who has
been on a plan before is more likely to be put on one again; their number is a memory, not a place.
"""

from caresim.england.caution import enquiry_yield
from caresim.england.front_door import section_47_enquiries
from caresim.england.given import p
from caresim.england.places import (
    investigation,
    plan_early,
    plan_extended,
    plan_long,
    recently_closed,
    support,
)
from caresim.england.pressures import court_route, plan_to_care, protective_entries
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, minimum, total

# What enquiries lead to
former_plans = Stock("Children under 18 who were once on a plan, wherever they are", "child", p.former_plans_0)
repeat_odds = Aux("Repeat plans for each first plan", former_plans * (p.repeat_odds_0 / p.former_plans_0))
enquiries_ended = Aux("Enquiries completed", investigation / p.investigation_time)
plans_found = Aux("Enquiries that would lead to a plan", p.plan_share * enquiry_yield * (1 + repeat_odds))
care_found = Aux(
    "Enquiries that would lead to care", p.investigation_care_share * court_route * enquiry_yield * protective_entries
)
all_found = Aux("Plans and care for each enquiry, at least one", maximum(plans_found + total(care_found), 1))
to_plan = Aux("Share of enquiries that lead to a plan", plans_found / all_found)
to_care = Aux("Share of enquiries that lead to care", care_found / all_found)
to_neither = Aux("Share of enquiries that lead to neither", maximum(1 - to_plan - total(to_care), 0))
to_support = Aux(
    "Share of enquiries that lead to support", to_neither * minimum(p.investigation_support_share * enquiry_yield, 1)
)
enquiries_supported = Flow("Supported after investigation", investigation >> support, enquiries_ended * to_support)
enquiries_closed = Flow(
    "Closed after investigation", investigation >> recently_closed, enquiries_ended * (to_neither - to_support)
)
protection_plan_starts = Aux("Protection plans started", enquiries_ended * to_plan)
plan_early_starts = Flow("Plans started that end early", investigation >> plan_early, protection_plan_starts * p.plan_early_share)
plan_long_starts = Flow(
    "Plans started of usual length", investigation >> plan_long, protection_plan_starts * (1 - p.plan_early_share)
)
enquiries_without_plan = Aux("Section 47 enquiries with no plan", section_47_enquiries - protection_plan_starts)

# How plans end
early_ends = Aux("Plans ended early", plan_early / p.plan_early_time)
long_ends = Aux("Plans ended at their usual length", plan_long.outflow * (1 - p.plan_extended_share))
extended_ends = Aux("Extended plans ended", plan_extended / p.plan_extended_time)
plan_extensions = Flow("Plans extended", plan_long >> plan_extended, plan_long.outflow * p.plan_extended_share)
protection_plan_ends = Aux("Protection plans ended", early_ends + long_ends + extended_ends)
early_plans_supported = Flow("Supported after an early plan", plan_early >> support, early_ends * p.plan_support_share)
long_plans_supported = Flow("Supported after a plan", plan_long >> support, long_ends * p.plan_support_share)
extended_plans_supported = Flow(
    "Supported after an extended plan", plan_extended >> support, extended_ends * p.plan_support_share
)
plan_closed_share = Aux("Share of plans that close", 1 - total(plan_to_care) - p.plan_support_share)
early_plans_closed = Flow("Closed after an early plan", plan_early >> recently_closed, early_ends * plan_closed_share)
long_plans_closed = Flow("Closed after a plan", plan_long >> recently_closed, long_ends * plan_closed_share)
extended_plans_closed = Flow("Closed after an extended plan", plan_extended >> recently_closed, extended_ends * plan_closed_share)

# Plans that follow an earlier one
repeat_plans = Aux("Plans that are a child's second or later", protection_plan_starts * repeat_odds / (1 + repeat_odds))
plans_past = Flow("Plans ended, remembered", cloud >> former_plans, protection_plan_ends)
plans_again = Flow("Back on a plan", former_plans >> cloud, repeat_plans)
plans_outgrown = Flow("Formerly on a plan, now 18", former_plans >> cloud, former_plans / p.former_plan_time)

enquiries_cut_off = Check("Plans and care per enquiry are cut off at one", plans_found + total(care_found) > 1)
