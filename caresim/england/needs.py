"""Needs at assessment: for how many children a year each was found to be a factor.

The shares are given, as published from 2014-15 on, or from 2017-18 where they were told apart by person only then; nothing in the
model acts on them or follows from them. A child may have several needs, so that they must not be added up.
"""

from caresim.england.front_door import assessed
from caresim.england.given import p
from caresim.language import Aux

assessed_with_gangs = Aux("Children assessed a year for whom gangs are a factor", assessed * p.gangs_share)
"""Fewer than 1 in 100 children assessed in 2014-15 and nearly 3 in 100 in 2019-20, some 17,000: more than recorded, as cases
without any recorded factor are taken to be like the others.
"""
assessed_with_sexual_exploitation = Aux(
    "Children assessed a year for whom child sexual exploitation is a factor", assessed * p.sexual_exploitation_share
)
"Between 3 and 4 in 100 children assessed, most in 2017-18; some 21,000 in 2019-20."
assessed_with_trafficking = Aux("Children assessed a year for whom trafficking is a factor", assessed * p.trafficking_share)
"About 3 in 1,000 children assessed in 2014-15 and twice as many in 2019-20, some 3,400."
assessed_with_domestic_abuse = Aux(
    "Children assessed a year for whom domestic abuse of a parent is a factor", assessed * p.domestic_abuse_share
)
"""Nearly a third of the children assessed, over 190,000 in 2019-20: the most common need of all. With abuse of the child or
of others in the home it was half of them to 2016-17, when they were not told apart.
"""
assessed_with_parent_mental_health = Aux(
    "Children assessed a year for whom the mental health of a parent is a factor", assessed * p.parent_mental_health_share
)
"More than a quarter of the children assessed in 2017-18, 27 %, and 30 % in 2019-20, near 180,000."
assessed_with_child_mental_health = Aux(
    "Children assessed a year whose own mental health is a factor", assessed * p.child_mental_health_share
)
"About one in eight of the children assessed in 2017-18, 12 %, and one in seven in 2019-20, over 85,000."
assessed_with_parent_alcohol = Aux(
    "Children assessed a year for whom a parent's misuse of alcohol is a factor", assessed * p.parent_alcohol_share
)
"One in seven of the children assessed, 14 % in 2019-20, over 80,000."
assessed_with_parent_drugs = Aux(
    "Children assessed a year for whom a parent's misuse of drugs is a factor", assessed * p.parent_drugs_share
)
"About as many as for alcohol, 13 to 14 in 100 children assessed, many of them the same ones."
