"""What is spent on foster carers: recruitment, approvals in numbers, support, room for more children."""

from caresim.england.carers import foster_applications_unsought, foster_carers, foster_offered
from caresim.england.given import p
from caresim.language import Aux, maximum, total

foster_recruitment_spend = Aux(
    "Spending on more foster recruitment",
    foster_applications_unsought * maximum(p.foster_application_factor - 1, 0) * p.cost_per_foster_application,
)
"""A campaign costs £10,000 for each application that its enquiries would bring if they were as good as those of today; fewer do
come, so that each costs four times as much at first and ever more. Less recruitment saves nothing.
"""
foster_approval_spend = Aux(
    "Spending on carers that a scenario adds in numbers", p.extra_foster_approvals * p.cost_per_extra_foster_approval
)
"£21,000 once for each household approved beyond those who come through enquiries; nothing at present."
carer_support_spend = Aux(
    "Spending on support for foster carers", foster_carers * (p.carer_support_share * p.cost_per_carer_supported_year)
)
"£4,500 a year for each household that is supported; nothing while none is beyond present practice."
foster_room_spend = Aux(
    "Spending on room for more children in foster homes",
    foster_offered
    * (maximum(p.places_per_household_factor - 1, 0) / p.places_per_household_factor)
    * p.cost_per_foster_place_added_year,
)
"£2,500 a year for each place that is added to the homes of carers, a building spread over its years; nothing at present."
carer_programmes_spend = Aux(
    "Spending on recruitment and support of foster carers",
    total(foster_recruitment_spend, foster_approval_spend, carer_support_spend, foster_room_spend),
)
"The four together, without what carers are paid: nothing until a scenario starts one."
