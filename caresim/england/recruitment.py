"""Recruitment of foster carers: enquiry, application, assessment, approval, and loss.

More effort, by a campaign or under shortage, brings enquiries, and ever fewer of them lead to an application.
"""

from caresim.england import doses
from caresim.england.carers import (
    foster_applicants,
    foster_applications_unsought,
    foster_carers,
    foster_places,
)
from caresim.england.given import p
from caresim.england.placements import foster_demand, shortage
from caresim.language import Aux, Flow, cloud, maximum, share

foster_effort = Aux(
    "Enquiries about fostering, against those with no shortage and no campaign",
    p.foster_application_factor * (1 + p.foster_response * share(shortage, of=foster_demand)),
)
"""Where foster homes are missing more households are sought out: for each 1 % of the homes sought that is missing some 4 % more
enquire; and as many times more as a campaign brings.
"""
foster_enquiries = Aux("Enquiries about fostering", p.foster_enquiries_start * foster_effort)
"""About 112,000 a year while foster homes suffice, an eighth fewer than were counted in 2018-19; one household may ask several
agencies, each of which counts it.
"""
foster_applications = Flow(
    "Applications to foster",
    cloud >> foster_applicants,
    foster_applications_unsought * foster_effort**p.foster_campaign_elasticity,
)
"""One in eleven of the enquiries that come by themselves is followed by an application; a further enquiry, sought by more
effort, is a quarter as likely to be, and less the more are sought: four fifths more enquiries make 16 % more applications.
"""
foster_applicants_approved = Flow(
    "Applicants approved as foster carers",
    foster_applicants >> foster_carers,
    foster_applicants * (p.foster_approval_share / p.foster_approval_time),
)
"Nearly half of those who apply are approved, about eight months after they applied: nearly 5,000 households a year."
foster_withdrawals = Flow(
    "Applications withdrawn or refused",
    foster_applicants >> cloud,
    foster_applicants * ((1 - p.foster_approval_share) / p.foster_approval_time),
)
"The other half, most of whom withdraw or are told to; taken to leave as late as those who are approved, though many go sooner."
foster_carers_found = Flow("Foster carers that a scenario adds in numbers", cloud >> foster_carers, p.extra_foster_approvals)
"Households a year approved beyond those who come through enquiries, as proposals count them; none at present."
foster_approvals = Aux("Foster carers approved", foster_applicants_approved + foster_carers_found)
"Households a year, other than relatives, who become foster carers: nearly 5,000, with some who change their agency among them."
foster_approved_within_year = Aux(
    "Applications of a year approved within that year", foster_applications * p.foster_within_year_share
)
"""What Ofsted prints as approvals from 2018-19 on: a quarter of the applications of the year, some 2,500, as more than a third
are still open at its end. It is half of those who are approved in a year.
"""

# Loss
idle = Aux(
    "Foster places for each child, from one to the most that matters",
    maximum(share(foster_places, of=maximum(foster_demand, foster_places / p.idle_most)), 1),
)
"""Places that could hold a child, for each child who needs one: 1 while they are just enough or too few, more where homes
stand empty, and counted to 3 at most.
"""
carers_kept = Aux(
    "Losses of carers that support leaves",
    1 - p.carer_support_share * p.carer_support_effect * doses.given(p.cost_per_carer_supported_year, p.carer_support_dose),
)
"Of households that are supported a fifth fewer stop, if as much is paid for each as such support takes; all of them at present."
foster_losses = Flow(
    "Foster carers who stop",
    foster_carers >> cloud,
    foster_carers * p.foster_loss_rate * p.foster_loss_factor * carers_kept * idle,
)
"""About one household in eight stops in a year, some 5,000, with those who change their agency; more where homes stand empty,
since carers without a child stop sooner.
"""
