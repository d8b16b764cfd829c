"""Foster care as Ofsted counts it: households of all kinds, and places filled, vacant and not available."""

from caresim.england.carers import foster_carers, foster_carers_approved_for, foster_offered
from caresim.england.kinship_carers import kinship_carers
from caresim.england.placements import foster_children, kinship_foster_children
from caresim.language import Aux, maximum

foster_households = Aux("Foster households", foster_carers + kinship_carers)
"Relatives and others together: 43,000 on 31 March 2014 and 46,000 in 2020, as relatives come in."
foster_places_approved = Aux("Foster places approved", foster_carers_approved_for + kinship_foster_children)
"Places of other carers, and relatives' for the children whom they have: some 85,000 to 90,000, by the count that holds since 2015-16."
foster_places_vacant = Aux("Foster places vacant", maximum(foster_offered - (foster_children - kinship_foster_children), 0))
"""Offered and without a child: over 20,000 in 2010, some 16,500 in 2017 to 2020. They are not spare, since most
fit none of the children in need of a home.
"""
foster_places_not_available = Aux("Foster places not available", foster_carers_approved_for - foster_offered)
"Nearly one approved place in six or seven: carers rest, the child who is there cannot share, or siblings are waited for."
