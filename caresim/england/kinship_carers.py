"""Relatives who foster: households approved for a certain child, who stop three times as soon as other foster carers."""

from caresim.england.given import p
from caresim.england.placements import kinship_foster_children
from caresim.language import Aux, Flow, Stock, cloud, maximum

kinship_carers_needed = Aux(
    "Households of relatives for the children they foster", kinship_foster_children / p.children_per_kinship_household
)
"Three children live in every two such households, as brothers and sisters stay together: under 5,000 in 2010, nearly 8,000 in 2020."
kinship_carers = Stock("Relatives who foster", "carer", kinship_carers_needed)
"""Households on a day that are approved for a child of their family or friends: they follow the children whom they take, and
are more than half as many again in 2020 as in 2009.
"""
kinship_carer_approvals = Flow(
    "Relatives approved to foster",
    cloud >> kinship_carers,
    maximum(kinship_carers * p.kinship_carer_loss_rate + (kinship_carers_needed - kinship_carers) / p.kinship_approval_time, 0),
)
"""As many as stop, and those who are still wanting, some months after the child has come: over 2,000 households a
year in 2014-15 and 3,500 in 2018-19.
"""
kinship_carer_losses = Flow("Relatives who stop fostering", kinship_carers >> cloud, kinship_carers * p.kinship_carer_loss_rate)
"Two in five stop within a year (40 %), as the child goes home, gets a guardian or turns 18; three times as many as of others."
