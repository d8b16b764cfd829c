"""Placements: in which kind of place each child in care is, by age.

First come adopters, parents and the few other kinds, each a share of the children who are left; then children's homes, supported
accommodation and foster families divide all others, so that no more are placed than there are. Foster carers take children of the
ages they are approved for. For whom there is no such carer, some are placed with carers all the same, and others in homes or, at
16 and 17, in semi-independent accommodation.
"""

from caresim.england.carers import foster_places
from caresim.england.doses import given
from caresim.england.given import KINSHIP_FIRST, SEMI_INDEPENDENT_RISE, p
from caresim.england.places import adoption_placed, asylum_ages, asylum_care, looked_after_aged
from caresim.language import Aux, Smooth, maximum, minimum, share, smooth_step, total

# With adopters, with parents and elsewhere
from_home_aged = Aux("Looked-after children who came from a home here, by age", looked_after_aged - asylum_care * asylum_ages)
"All in care but separated asylum-seeking children: nearly 61,000 in 2010 and 75,000 in 2020."
children_with_parents = Aux(
    "Looked-after children placed with their parents",
    maximum(total(from_home_aged) * p.family_share - adoption_placed, 0),
)
"""With adopters and parents together is a tenth of all who came from a home here, in every year of the figures: when courts made
fewer placement orders more children stayed with their parents under a care order, over 3,000 in 2014 and over 5,000 in 2020.
"""
for_others_aged = Aux(
    "Looked-after children who came from a home here and are with neither parents nor adopters, by age",
    (from_home_aged - adoption_placed * p.is_youngest)
    * (1 - share(children_with_parents, of=total(from_home_aged) - adoption_placed)),
)
"Nine in ten of those who came from a home here; parents take the same share of every age."
other_residential_aged = Aux(
    "Children in family centres, hospitals, custody and the like, by age", for_others_aged * p.other_residential_share
)
"About 1,000 children, mostly babies with a parent in a family centre and teenagers in hospital or custody."
elsewhere_aged = Aux(
    "Children placed otherwise or missing, by age", (for_others_aged - other_residential_aged) * p.elsewhere_share
)
"The two or three hundred whom no other kind of place counts: one in three hundred of those left."
usual_aged = Aux(
    "Children for whom a home, a family or supported accommodation is sought, by age",
    for_others_aged - other_residential_aged - elsewhere_aged,
)
"All others who came from a home here: about seven in eight of them."
homes_usual_aged = Aux("Children who would live in children's homes whatever foster homes there are", usual_aged * p.homes_share)
"By present practice a home is sought for hardly any child under ten and for nearly one in five of the older ones."
outside_homes_aged = Aux("Children for whom no children's home is sought, by age", usual_aged - homes_usual_aged)
"All but those for whom a home is sought: a family is to be found for them, or supported accommodation from 16 on."

# Supported accommodation, from 16 on
supported_usual = Aux(
    "Young people for whom supported accommodation was always sought",
    outside_homes_aged["16–17"] * p.supported_share + asylum_care * asylum_ages["16–17"] * p.asylum_supported_share,
)
"""Some are to live in a flat, a hostel or a semi-independent home from 16 on, among them about half of separated asylum-seeking
children: about 3,000 to 2015 and 4,500 in 2020.
"""
living_independently = Aux("Looked-after children who live independently", supported_usual * p.living_share)
"Nearly three in four of those for whom supported accommodation was always sought: about 2,000 to 2014 and over 3,000 by 2019."
semi_independent_more = Aux(
    "Young people in semi-independent accommodation by the change of practice",
    outside_homes_aged["16–17"]
    * (1 - p.supported_share)
    * smooth_step(0, p.semi_independent_rise, SEMI_INDEPENDENT_RISE, known_to=p.figures_end),
)
"""None before 2016, and then more and more of those at 16 and 17 for whom a family was sought before, as accommodation opened that
nobody registered or inspected.
"""

# Foster homes: sought, to be had, missing
foster_wanted = Aux(
    "Children for whom a foster home is sought",
    outside_homes_aged + asylum_care * asylum_ages - (supported_usual + semi_independent_more) * p.is_oldest,
)
"""Every child who is left, and all asylum-seeking children but those in supported accommodation: nearly three in four of all in
care.
"""
kinship_share = Aux(
    "Share of foster care by relatives",
    smooth_step(p.kinship_share_start, p.kinship_share_end, KINSHIP_FIRST) + p.kinship_share_change,
)
"""Relatives foster about one in seven fostered children to 2014, rising to one in five by 2021, as relatives are considered first,
and as many more as a scenario adds.
"""
kinship_foster_children = Aux("Children fostered by relatives", total(foster_wanted) * kinship_share)
"Relatives take their share of the foster homes sought, 15 to 20 %: 7,200 children on 31 March 2010, 11,580 in 2020."
foster_sought_aged = Aux("Foster homes sought from others than relatives, by age", foster_wanted * (1 - kinship_share))
"Relatives take the same share of every age; the others need a carer who is approved for their age."
foster_ages = Aux("Ages for which foster carers are approved", p.foster_places_age_share / total(p.foster_places_age_share))
"Nearly half of the places are for children under ten, two in five for those of 10 to 15, and these three are all."
foster_room_aged = Aux(
    "Children whom other foster carers can take, by age",
    foster_places
    * (
        foster_ages * (1 - p.foster_any_age_share)
        + share(foster_sought_aged, of=total(foster_sought_aged)) * p.foster_any_age_share
    ),
)
"""Half of the places are tied to an age, the other half follow those who are sought for: a carer for babies seldom takes a
teenager.
"""
unmet = Smooth(
    "Share of children without a foster home for their age",
    share(maximum(foster_sought_aged - foster_room_aged, 0), of=foster_sought_aged),
    over=p.placement_time,
    initial=0,
    only_while=p.placements_on,
)
"Of those at an age for whom others than relatives are sought, felt five weeks late: none while there is room for all."
foster_short_aged = Aux("Children without a foster home for their age", foster_sought_aged * unmet)
"""Most of them teenagers, as care grew older and its carers did not: they are squeezed in with other carers, or live in homes or
supported accommodation.
"""
shortage = Aux("Children for whom there is no foster home", total(foster_short_aged))
"""All ages together: those for whom no carer is approved and free, though some are placed with carers all the same; a few
hundred at most in any year to 2020.
"""
foster_squeeze_aged = Aux(
    "Children without a foster home who are to be placed with carers all the same, by age",
    foster_short_aged * (1 - p.foster_spill_share),
)
"Nearly every child under ten, three in four at 10 to 15 and two in five at 16 and 17 of those without a foster home."
foster_squeezed_aged = Aux(
    "Children placed with foster carers all the same, by age",
    minimum(
        foster_squeeze_aged,
        maximum(
            foster_places * p.foster_squeeze_most
            - foster_squeeze_aged["0–9"] * (1 - p.is_youngest)
            - foster_squeeze_aged["10–15"] * p.is_oldest,
            0,
        ),
    ),
)
"""With carers of other ages, beyond their approval or far away: the youngest first, as long as carers can be made to take one more
for every five places.
"""
foster_spill_aged = Aux(
    "Children in homes or supported accommodation for want of a foster home, by age", foster_short_aged - foster_squeezed_aged
)
"Whoever is without a foster home and is not squeezed in: a baby hardly ever, young people of 16 and 17 mostly."

# Step-down from homes to families
step_down_aged = Aux(
    "Children in families who would live in homes by present practice, by age",
    minimum(
        homes_usual_aged * (p.step_down_share * p.step_down_effect * given(p.cost_per_step_down_year, p.step_down_dose)),
        maximum(foster_room_aged - foster_sought_aged, 0),
    ),
)
"""None at present. Where a scenario seeks families for them, half stay with one, if carers are paid enough, and never more than
there are free places for their age.
"""
step_down_children = Aux("Children in families who would live in homes by present practice", total(step_down_aged))
"All ages together; each takes up a foster place and frees one in a home."
foster_demand = Aux("Foster homes sought from others than relatives", total(foster_sought_aged) + step_down_children)
"""Children for whom others than relatives must be found, and those who come from homes: over four in five of all who need a foster
home, nearly 41,000 in 2010 and 45,000 in 2019.
"""

# Who is where
homes_sought_aged = Aux(
    "Children for whom a place in a children's home is sought, by age",
    homes_usual_aged - step_down_aged + foster_spill_aged * (1 - p.is_oldest),
)
"By present practice, less those who step down, and the children under 16 for want of a foster home."
homes_sought = Aux("Children for whom a place in a children's home is sought", total(homes_sought_aged))
"All ages together, in homes, secure homes and residential schools: some 6,000 in 2010 and nearly 8,000 in 2020."
homes_shortage = Smooth(
    "Share of places in children's homes that are missing", over=p.placement_time, initial=0, only_while=p.placements_on
)
"Of the children for whom a home is sought, those for whom no place is open: none while places suffice."
homes_spill = Aux(
    "Young people in supported accommodation for want of a home",
    minimum(homes_sought * homes_shortage, homes_sought_aged["16–17"]),
)
"""Where places in homes are missing those of 16 and 17 give way first, all of whom could go; whoever is younger is put up by a home
all the same, beyond its places or not registered, and at its price.
"""
homes_aged = Aux(
    "Children in children's homes, secure homes and residential schools by age", homes_sought_aged - homes_spill * p.is_oldest
)
"All for whom a home is sought, but the young people of 16 and 17 who give way."
homes_children = Aux("Children in children's homes, secure homes and residential schools", total(homes_aged))
"""All for whom a home is sought but the young people who give way: about one in eleven of all in care, 6,770 on 31 March 2018,
7,190 in 2020.
"""
secure_children = Aux("Children in secure homes", homes_children * p.secure_share)
"Two in a hundred of those in homes: 160 on 31 March 2018, 130 in 2020."
semi_independent_children = Aux(
    "Children in semi-independent accommodation",
    total(supported_usual - living_independently, semi_independent_more, foster_spill_aged["16–17"], homes_spill),
)
"""The fourth of those for whom supported accommodation was always sought, and with them all who came by the change of practice, for
want of a foster home or of a home: 2,280 on 31 March 2018, 4,040 in 2020.
"""
supported_children = Aux("Children in supported accommodation", living_independently + semi_independent_children)
"Semi-independent or on their own, all of them 16 or 17: about 3,000 to 2014 and over 6,000 by 2019."
residential_children = Aux(
    "Children in homes, hostels and other residential care",
    total(homes_children, semi_independent_children, total(other_residential_aged)),
)
"""Homes, secure homes, schools, semi-independent accommodation, family centres and the like, as the published group has them: one in
eight of those in care at first and one in seven later, 8,170 on 31 March 2010, 12,260 in 2020.
"""
foster_aged = Aux("Children in foster care by age", foster_wanted - foster_spill_aged + step_down_aged)
"With relatives and with others, those squeezed in and those from homes among them."
foster_children = Aux("Children in foster care", total(foster_aged))
"""All for whom a foster home is sought, with relatives or others, less those who find none: nearly three in four children in
care, 47,200 on 31 March 2010, 56,970 in 2020.
"""
other_placements = Aux(
    "Children placed with parents, for adoption or otherwise",
    total(adoption_placed, children_with_parents, living_independently, total(elsewhere_aged)),
)
"""With adopters, with parents, on their own or elsewhere: all in care who are neither fostered nor in residential care, about one
in seven.
"""
