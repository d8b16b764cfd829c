"""Adoption: from the decision to adopters, and from them to the order of a court.

Law and courts decide for how many children adoption is sought; want of adopters bounds how many of those are adopted.
"""

from caresim.england import doses
from caresim.england.given import ADOPTION_REFORM, RE_B_S, p
from caresim.england.local import exits_here
from caresim.england.places import adoption_placed, adoption_waiting, care_settled
from caresim.england.workforce import planned_exits_kept
from caresim.language import Aux, Flow, cloud, minimum, smooth_step

adoption_reform = Aux(
    "Adoption reform in force",
    smooth_step(0, 1, ADOPTION_REFORM, known_to=p.figures_end) - smooth_step(0, 1, RE_B_S, known_to=p.figures_end),
)
"""Rises from 0 in September 2011 to 1 in September 2013, as the reform takes hold, and is back at 0 five quarters later, after the
judgments in Re B and Re B-S.
"""
adoption_decision_rate_now = Aux(
    "Rate of decisions for adoption",
    p.adoption_decision_rate
    * exits_here
    * (1 + p.adoption_reform_boost * adoption_reform)
    * (planned_exits_kept * p.adoption_decisions_factor),
)
"""For some three in ten a year of children under ten in the later phase of care adoption is decided, and for twice as many at the
height of the reform, as the judgments halved it; what a scenario says of law and courts multiplies it.
"""
adoption_decisions = Flow(
    "Decisions for adoption", care_settled["0–9"] >> adoption_waiting, care_settled["0–9"] * adoption_decision_rate_now
)
"Only for children of 0–9 in the later phase: some 8,000 in 2013-14, and 4,050 to 4,860 a year were counted in 2018 to 2020."
lost_for_want = Aux("Decisions reversed for want of adopters, were no more found", adoption_waiting * p.no_adopter_rate)
"""About one in twenty of the children who wait, in a year: some 200, as 150 to 220 were counted in 2017-18 to 2019-20. These are
all that more adopters can add for good.
"""
more_adopters = Aux(
    "Adopters beyond present practice", p.extra_adopters * doses.given(p.cost_per_adopter, p.adopter_dose), "child/year"
)
"None at present; as many children a year as a scenario pays adopters for, and fewer where it pays less than finding one takes."
adopters_for_lost = Aux("More adopters who take a child otherwise not adopted", minimum(more_adopters, lost_for_want))
"The first of them, up to all whose decision would have been reversed for want of adopters."
adopters_for_waiting = Aux(
    "More adopters who take a child sooner",
    minimum(more_adopters - adopters_for_lost, adoption_waiting * p.adoption_ready_rate),
)
"""The others, up to two in three of the children who wait, in a year, as two in three have the order of a court: they take
children whom present adopters would have taken later.
"""
adoption_matches = Flow(
    "Placed with adopters",
    adoption_waiting >> adoption_placed,
    adoption_waiting / (p.adoption_wait_time * p.adoption_wait_factor) + adopters_for_lost + adopters_for_waiting,
)
"""Children wait a year and more for adopters: some 3,600 a year are placed, 5,600 at the height of the reform, and sooner where a
scenario shortens the wait.
"""
adoption_reversals = Flow(
    "Decisions for adoption reversed",
    adoption_waiting >> care_settled["0–9"],
    adoption_decisions * p.adoption_reversal_share + lost_for_want - adopters_for_lost,
)
"""Some 900 children a year: three in twenty of those decided, whom a court gives no order or whose needs have changed, however long
they wait, and those for whom no adopters are found. They stay in care.
"""
adoptions = Flow("Children adopted from care", adoption_placed >> cloud, adoption_placed / p.adoption_order_time)
"""Children who live with adopters are adopted some eight months later, and leave the model: 3,200 in 2009-10, 5,360 in 2014-15,
3,480 in 2019-20.
"""
