"""Recruitment of foster carers: more effort under shortage, application, assessment, approval, loss.

Carers without a child stop sooner.
"""

from caresim.england.carers import foster_applicants, foster_carers, foster_places
from caresim.england.given import p
from caresim.england.placements import foster_demand, shortage
from caresim.language import Aux, Flow, cloud, maximum, share

foster_effort = Aux(
    "Applications to foster under shortage, without = 1", 1 + p.foster_response * share(shortage, of=foster_demand)
)
"""Where foster homes are missing more households apply, as more are sought: for each 1 % of the homes sought that is missing,
about 1.5 % more; 1 while none is missing.
"""
foster_applications = Flow(
    "Applications to foster",
    cloud >> foster_applicants,
    p.foster_applications_start * p.foster_application_factor * foster_effort,
)
"""About 12,000 households a year apply at present, more where foster homes are missing, and as many times more as a campaign
brings.
"""
foster_approvals = Flow(
    "Foster carers approved",
    foster_applicants >> foster_carers,
    foster_applicants * (p.foster_approval_share / p.foster_approval_time),
)
"Two in five applications end in approval, about seven months after they were made: nearly 5,000 households a year."
foster_withdrawals = Flow(
    "Applications withdrawn or refused",
    foster_applicants >> cloud,
    foster_applicants * ((1 - p.foster_approval_share) / p.foster_approval_time),
)
"The other three in five applications, withdrawn or refused after the same seven months: about 7,000 households a year."
idle = Aux(
    "Foster places for each child, from one to the most that matters",
    maximum(share(foster_places, of=maximum(foster_demand, foster_places / p.idle_most)), 1),
)
"""Foster places for each child who needs one: 1 while they are just enough or too few, more where homes stand empty, and
counted to 3 at most.
"""
foster_losses = Flow("Foster carers who stop", foster_carers >> cloud, foster_carers * p.foster_loss_rate * idle)
"""About one household in eight stops in a year (12 %), some 4,000 to 4,500; more where homes stand empty, since carers without
a child stop sooner.
"""
