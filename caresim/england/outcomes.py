"""Outcomes: what children in care go through, and what proceedings cost beside council spending.

Nothing in the model acts on the shares here or follows from them, and no pound of this sector is in any line or total of spending.
"""

from caresim.england.counts import care_applications
from caresim.england.given import p
from caresim.england.placements import foster_children, residential_children
from caresim.england.places import looked_after
from caresim.language import Aux

moved_often = Aux("Children with three or more placements in a year", looked_after * p.moved_often_share)
"""About one in nine children in care on 31 March: 7,000 in 2011 and 8,700 in 2020. The share stood between 10.6 and 11.1 % in
seven years of figures, through years with and without a shortage, so that nothing acts on it.
"""
far_from_home = Aux(
    "Children placed far from home",
    foster_children * p.far_foster_share
    + residential_children * p.far_residential_share
    + (looked_after - foster_children - residential_children) * p.far_other_share,
)
"""Over 20 miles away and outside their council: about one in nine fostered children and one in three in homes, so that the
number rises as more live in homes, from 11,480 in 2018 to 12,650 in 2020.
"""
worker_changed_often = Aux("Children with two or more changes of worker in a year", looked_after * p.worker_changed_often_share)
"""About 27 in 100 children in care, some 21,000 in 2020. It is known for two years only and mostly means handing over between teams,
so that turnover is not taken to move it.
"""
court_cost = Aux("Cost of care proceedings, beside spending", care_applications * p.cost_per_care_application)
"""What courts, legal aid, lawyers and advisers cost central and local government for the applications of a year: some £0.7bn
in 2009-10 and £1.1bn in 2019-20. It is in no total of spending, and never a saving.
"""
