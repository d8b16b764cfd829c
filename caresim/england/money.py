"""Money: what each stage of the pathway costs, by line of the section 251 return, and what is left for early help.

Amounts are in £ a year at 2019-20 prices. Unit costs were estimated from the lines that they add up to.
"""

from caresim.england.after_care import returns_home
from caresim.england.care import care_entries_from_investigation
from caresim.england.counts import care_entries_from_plans
from caresim.england.early_help import early_help_capacity
from caresim.england.front_door import referrals, section_47_enquiries
from caresim.england.given import p
from caresim.england.placements import foster_children, residential_children, residential_price
from caresim.england.places import guardians, looked_after, protection_plans, support
from caresim.england.pressures import plan_to_care_unhelped
from caresim.england.prices import work_price
from caresim.england.protection import protection_plan_ends
from caresim.england.workforce import agency_workers, filled_share
from caresim.language import Aux, Check, maximum, total, where

# By stage of the pathway
referral_spend = Aux("Spending on referrals and assessments", referrals * p.cost_per_referral * work_price)
support_spend = Aux("Spending on support for children in need", support * p.cost_per_support_year * work_price)
enquiry_spend = Aux("Spending on section 47 enquiries", section_47_enquiries * p.cost_per_enquiry * work_price)
plan_spend = Aux("Spending on protection plans", protection_plans * p.cost_per_plan_year * work_price)
agency_spend = Aux("Extra cost of agency workers", agency_workers * p.agency_premium * work_price)
foster_spend = Aux("Spending on foster care", foster_children * p.cost_per_foster_year * work_price)
residential_spend = Aux("Spending on residential care", residential_children * residential_price)
other_care_spend = Aux("Other spending on looked-after children", looked_after * p.cost_per_other_care_year * work_price)

# New programmes, which cost nothing until a scenario starts them
return_support_spend = Aux(
    "Spending on support for returns home", returns_home * (p.return_support_share * p.cost_per_return_package)
)
conference_spend = Aux(
    "Spending on family group conferences",
    protection_plan_ends
    * total(plan_to_care_unhelped)
    * (p.conference_share * p.cost_per_conference / p.pre_proceedings_care_share),
)
kinship_support_spend = Aux(
    "Spending on support for guardians", guardians * (p.kinship_support_share * p.cost_per_kinship_support_year)
)
parent_help_spend = Aux(
    "Spending on help for parents after proceedings",
    (care_entries_from_plans["0–9"] + care_entries_from_investigation["0–9"]) * (p.parent_help_share * p.cost_per_parent_helped),
)
foster_recruitment_spend = Aux(
    "Spending on more foster recruitment",
    p.foster_applications_0 * maximum(p.foster_application_factor - 1, 0) * p.cost_per_foster_application,
)
worker_spend = Aux(
    "Spending on further social workers", p.extra_social_workers * filled_share * p.cost_per_social_worker * work_price
)
programme_spend = Aux(
    "Spending on new programmes",
    total(
        return_support_spend, conference_spend, kinship_support_spend, parent_help_spend, foster_recruitment_spend, worker_spend
    ),
)

# By line of the section 251 return
looked_after_spend = Aux("Spending on looked-after children", total(foster_spend, residential_spend, other_care_spend))
safeguarding_spend = Aux(
    "Spending on safeguarding", total(referral_spend, support_spend, enquiry_spend, plan_spend, agency_spend)
)
youth_justice_spend = Aux("Spending on youth justice", p.youth_justice_budget)
statutory_spend = Aux(
    "Statutory spending",
    total(looked_after_spend, safeguarding_spend, youth_justice_spend, programme_spend),
    "GBP/year",
)

# Crowding-out: ring-fenced, early help gets its budget; residual, what statutory duty leaves of a given total
early_help_left = Aux("What is left for early help", maximum(p.total_budget - statutory_spend, p.early_help_floor))
early_help_spend = Aux("Early-help spending", where(p.crowding_out, early_help_left, p.early_help_budget))
early_help_capacity.follow(early_help_spend)
sure_start_spend = Aux("Spending on Sure Start and under-fives", early_help_spend * p.sure_start_share)
family_support_spend = Aux("Spending on family support", early_help_spend * p.family_support_share)
young_people_spend = Aux("Spending on services for young people", early_help_spend * p.young_people_share)
other_early_help_spend = Aux(
    "Other early-help spending", early_help_spend * (1 - p.sure_start_share - p.family_support_share - p.young_people_share)
)
total_spend = Aux("Total spending", statutory_spend + early_help_spend)

early_help_at_floor = Check(
    "Statutory duty leaves less for early help than its assumed floor, and the total is overspent",
    where(p.crowding_out, p.early_help_floor - (p.total_budget - statutory_spend), 0) > 0,
)
