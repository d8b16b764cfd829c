"""Placements: which children are fostered by relatives or by others, and who is in residential care.

Relatives foster a share that grows; other foster care takes as many as there are carers for. Who finds no foster home goes to
residential care.
"""

from caresim.england.carers import foster_places
from caresim.england.given import KINSHIP_FIRST, p
from caresim.england.places import looked_after, looked_after_aged
from caresim.language import Aux, Check, Smooth, maximum, share, smooth_step, total

kinship_share = Aux("Share of foster care by relatives", smooth_step(p.kinship_share_start, p.kinship_share_end, KINSHIP_FIRST))
"Relatives foster about one in seven fostered children to 2014, rising to one in five by 2021, as relatives are considered first."
foster_wanted = Aux("Children for whom a foster home is sought", looked_after_aged * p.foster_share)
"""A foster home is sought for nearly four in five children in care under 16 and for 57 % at 16–17; the others go to
residential care, to their parents, to adopters or live on their own.
"""
kinship_foster_children = Aux("Children fostered by relatives", total(foster_wanted) * kinship_share)
"Relatives take their share of the foster homes sought, 15 to 20 %: 7,200 children on 31 March 2010, 11,580 in 2020."
foster_demand = Aux("Foster homes sought from others than relatives", total(foster_wanted) - kinship_foster_children)
"""Children for whom others than relatives must be found: over four in five of those who need a foster home, nearly 39,000 in
2009 and over 46,000 in 2019.
"""
unmet_sought = Aux(
    "Share of foster homes sought that carers cannot give",
    share(maximum(foster_demand - foster_places, 0), of=total(foster_wanted)),
)
"Children for whom there are not enough carers, out of all for whom a foster home is sought, on the day: about 2 in 100 in 2019."
unmet = Smooth(
    "Share of children without the foster home sought for them",
    unmet_sought,
    over=p.placement_time,
    initial=0,
    only_while=p.placements_on,
)
"""Those who are in residential care for want of a foster home, out of all for whom one is sought, with relatives or others:
hardly any until 2017, about 2 in 100 in 2019 and 1.5 in 2020.
"""
shortage = Aux("Children for whom there is no foster home", total(foster_wanted) * unmet)
"""Children who need a foster home for whom there are not enough carers; hardly any while carers suffice, as until 2017, some
600 in 2018 and 1,100 in 2019. They go to residential care.
"""
foster_aged = Aux("Children in foster care by age", foster_wanted * (1 - unmet))
"All for whom a foster home is sought but those who find none, a share that is taken to be the same at every age."
residential_aged = Aux(
    "Children in homes, hostels and other residential care by age",
    looked_after_aged * p.residential_share + foster_wanted * unmet,
)
"""Some are placed there whatever foster homes there are, 1.5 % of children in care at 0–9, 14 % at 10–15 and 30 % at 16–17,
and whoever finds no foster home is added.
"""
foster_children = Aux("Children in foster care", total(foster_wanted) - shortage)
"""All for whom a foster home is sought, with relatives or others, less those who find none: nearly three in four children in
care, 47,200 on 31 March 2010, 56,970 in 2020.
"""
residential_children = Aux(
    "Children in homes, hostels and other residential care",
    total(looked_after_aged * p.residential_share) + shortage,
)
"""Children placed there whatever foster homes there are, and those for want of a foster home: one in eight of those in care at
first and one in seven later, 8,170 on 31 March 2010, 12,260 in 2020.
"""
other_placements = Aux(
    "Children placed with parents, for adoption or otherwise", looked_after - foster_children - residential_children
)
"All children in care who are neither fostered nor in residential care, about one in seven."

placed_beyond_care = Check("More children are fostered and in homes than are looked after, which cannot be", other_placements < 0)
"Says that the shares for foster homes and for residential care are more than all children, so that less than none is left over."
