"""Money: what each stage of the pathway costs, by line of the section 251 return, and what is left for early help.

Amounts are in £ a year at 2019-20 prices. Unit costs were estimated from the lines that they add up to.
"""

from functools import reduce

from caresim.england.after_care import returns_home
from caresim.england.care import care_entries_from_investigation, care_entries_from_support
from caresim.england.carer_programmes import carer_programmes_spend
from caresim.england.counts import care_entries_from_plans
from caresim.england.early_help import other_early_help_share
from caresim.england.front_door import referrals, section_47_enquiries
from caresim.england.given import p
from caresim.england.homes import step_down_spend
from caresim.england.leavers import leaver_support_spend, leaving_care_spend
from caresim.england.place_prices import foster_price, residential_price, supported_price
from caresim.england.placements import foster_children, homes_children, supported_children
from caresim.england.places import guardians, looked_after, protection_plans, support
from caresim.england.practice import conferences_offered
from caresim.england.pressures import (
    conferences_present_kept,
    edge_of_care_kept,
    plan_to_care_unhelped,
)
from caresim.england.prices import work_price
from caresim.england.protection import protection_plan_ends
from caresim.england.workforce import agency_workers, workers_beyond_record
from caresim.language import (
    Aux,
    Check,
    Flow,
    Smooth,
    Stock,
    cloud,
    maximum,
    minimum,
    share,
    total,
    where,
)
from caresim.language.expressions import Expr

# Pay of workers beyond the posts of record, which the unit costs hold
worker_spend = Aux(
    "Spending on further social workers", maximum(workers_beyond_record, 0) * p.cost_per_social_worker * work_price
)
"""£60,000 a year for each worker in the posts that a scenario adds, as work cost in 2013, and more as its
real cost rises; nobody works in about one post of a hundred, which costs nothing.
"""
pay_saved = Aux("Pay saved on posts taken away", maximum(-workers_beyond_record, 0) * p.cost_per_social_worker * work_price)
"""The same £60,000 a year for each worker fewer than with the posts of record, once they have left; nothing while no post is
taken away.
"""
work_cost_2013 = Aux(
    "Cost of social work with the posts of record, at the prices of work of 2013",
    referrals * p.cost_per_referral
    + support * p.cost_per_support_year
    + section_47_enquiries * p.cost_per_enquiry
    + protection_plans * p.cost_per_plan_year,
)
"Referrals, support, enquiries and plans at their unit costs, before work became dearer or cheaper."
work_cost = Aux("Cost of social work with the posts of record", work_cost_2013 * work_price)
"""Referrals, support, enquiries and plans at their unit costs, before anything is saved on posts: some £2.1bn in 2010-11 and
£2.4bn in 2018-19.
"""
pay_left_share = Aux("Share of the cost of social work that is left", 1 - minimum(share(pay_saved, of=work_cost), 1))
"What is saved on posts is taken from each of the four, in proportion, down to nothing: 1 while no post is taken away."

# By stage of the pathway
referral_spend = Aux("Spending on referrals and assessments", referrals * p.cost_per_referral * work_price * pay_left_share)
"Each referral of the year, new or repeated, costs about £650 with its assessment: some £400m a year."
support_spend = Aux("Spending on support for children in need", support * p.cost_per_support_year * work_price * pay_left_share)
"A year of support costs about £8,000 for each child supported on a day: some £1.1bn in 2010-11 and as much in 2018-19."
enquiry_spend = Aux("Spending on section 47 enquiries", section_47_enquiries * p.cost_per_enquiry * work_price * pay_left_share)
"Each section 47 enquiry of the year costs about £1,600: some £170m in 2010-11 and over £300m in 2018-19, as enquiries rise."
plan_spend = Aux("Spending on protection plans", protection_plans * p.cost_per_plan_year * work_price * pay_left_share)
"""A year on a plan costs about £11,000 for each child on one on a day, two fifths more than support: some £420m in
2010-11, about £570m in 2018-19.
"""
agency_spend = Aux("Extra cost of agency workers", agency_workers * p.agency_premium * work_price)
"""An agency worker costs £26,000 a year more than a permanent one when work costs as in 2013, an assumption: some £140m to
£180m a year for 5,000 to 6,500 of them.
"""
foster_spend = Aux("Spending on foster care", foster_children * foster_price)
"A year of foster care costs about £31,000 a child: some £1.5bn in 2010-11 and £1.7bn in 2018-19."
foster_pay_spend = Aux("Spending on higher pay for foster carers", foster_spend * (p.foster_pay_share * p.foster_allowance_rise))
"Half of what foster care costs is taken to be paid to carers: each 10 % more for all of them, relatives too, some £90m a year."
residential_spend = Aux("Spending on children's homes", homes_children * residential_price)
"""Children in homes, secure units and residential schools on a day, times what a year there costs, six to seven times as much as
foster care: some £1.1bn in 2010-11 and £1.4bn in 2018-19.
"""
supported_spend = Aux("Spending on supported accommodation", supported_children * supported_price)
"Young people in semi-independent homes on a day, at about £40,000 a year: some £0.1bn to 2014-15, near £0.3bn in 2019-20."
other_care_spend = Aux("Other spending on looked-after children", looked_after * p.cost_per_other_care_year * work_price)
"""About £14,000 to £15,000 a year for each child in care, wherever placed: social work, adoption and allowances for guardians, some
£0.9bn to £1.2bn a year.
"""

# New programmes, which cost nothing until a scenario starts them
return_support_spend = Aux(
    "Spending on support for returns home", returns_home * (p.return_support_share * p.cost_per_return_package)
)
"£6,960 once for each child who goes home with a support package; nothing while no family is offered one beyond present practice."
further_conferences = Aux(
    "Family group conferences with money for them",
    protection_plan_ends
    * total(plan_to_care_unhelped)
    * (conferences_offered / (p.pre_proceedings_care_share * conferences_present_kept)),
)
"""As 44.8 % of children at this stage would be in care a year later with no conference, there are 2.2 families for each child who
would enter from a plan, and so many conferences as families are offered one: none beyond present practice.
"""
conference_spend = Aux("Spending on family group conferences", further_conferences * p.cost_per_conference)
"£1,500 for each further conference, unless a scenario pays another amount; nothing while none is held beyond present practice."
edge_of_care_spend = Aux(
    "Spending on edge-of-care help",
    total(
        (care_entries_from_support + care_entries_from_investigation + care_entries_from_plans)
        * ((1 - p.is_youngest) / edge_of_care_kept)
    )
    * (p.edge_of_care_share * p.cost_per_edge_of_care_family / p.edge_of_care_entry_share),
)
"""£10,000 once for each family that money is there for: as three in ten families on the edge of care are taken to see a child of 10
to 17 enter without help, 3.3 are helped for each who would; nothing while none is helped beyond present practice.
"""
kinship_support_spend = Aux(
    "Spending on support for guardians", guardians * (p.kinship_support_share * p.cost_per_kinship_support_year)
)
"£6,000 a year for each child with a guardian on a day who is supported; nothing while none is beyond present practice."
parent_help_spend = Aux(
    "Spending on help for parents after proceedings",
    (care_entries_from_plans["0–9"] + care_entries_from_investigation["0–9"]) * (p.parent_help_share * p.cost_per_parent_helped),
)
"""£10,000 once for each child under ten who enters care from a plan or an enquiry and whose parent is then helped; nothing
while none is beyond present practice.
"""
adopter_spend = Aux("Spending on finding more adopters", p.extra_adopters * p.cost_per_adopter)
"£40,000 for each adopter found beyond present practice, whether a child is left for them or not; nothing at present."
programme_spend = Aux(
    "Spending on new programmes",
    total(
        return_support_spend,
        conference_spend,
        kinship_support_spend,
        parent_help_spend,
        adopter_spend,
        leaver_support_spend,
        step_down_spend,
        edge_of_care_spend,
        carer_programmes_spend,
        foster_pay_spend,
        worker_spend,
    ),
)
"What the eleven kinds of programme cost together: nothing until a scenario starts one."

# By line of the section 251 return
looked_after_spend = Aux(
    "Spending on looked-after children",
    total(foster_spend, residential_spend, supported_spend, leaving_care_spend, other_care_spend),
)
"Foster care, homes, supported accommodation, leaving care and all else together: £3.8bn in 2009-10, £5.3bn in 2019-20."
safeguarding_spend = Aux(
    "Spending on safeguarding", total(referral_spend, support_spend, enquiry_spend, plan_spend, agency_spend)
)
"Referrals, support, enquiries, plans and agency workers together: £2.3bn in 2009-10, £2.6bn in 2019-20."
youth_justice_spend = Aux("Spending on youth justice", p.youth_justice_budget)
"Given from outside, since the model has no youth justice: £494m in 2009-10, £289m in 2019-20."
statutory_spend = Aux(
    "Statutory spending",
    total(looked_after_spend, safeguarding_spend, youth_justice_spend, programme_spend),
    "GBP/year",
)
"Care, safeguarding, youth justice and new programmes together, without early help: £6.6bn in 2009-10, £8.2bn in 2019-20."

# Who pays when statutory spending outgrows its given path. Budgets take in each rise of it and early help gives way by the share
# that the rule says: only rises count from the day on that a rule holds, so that a change of rule leaves early help where it is
statutory_beyond = Stock("Statutory spending beyond its given path, as budgets see it", "GBP/year", 0, signed=True)
"""How far the model's statutory spending has come above the published amounts, or those of 2019-20 later, as seen six weeks
late: within £0.1bn to 2019-20, and £1bn above them from 2028 on.
"""
statutory_outgrowing = Flow(
    "Rise of statutory spending beyond its given path",
    cloud >> statutory_beyond,
    (statutory_spend - p.statutory_given - statutory_beyond) / (p.crowding_out_time / 2),
)
"""How fast statutory spending leaves the path that a given total allows for: by less than £0.1bn a year, up or down, to
2019-20, by nearly £0.2bn after it and hardly any more from 2028 on.
"""
early_help_owed = Stock("What early help is to give up to statutory duty", "GBP/year", 0, signed=True)
"""Each £1 by which statutory spending outgrows its path is added, or the share of it that the rule lays on early help; less when
it falls.
"""
early_help_giving = Flow("Rise of what early help is to give up", cloud >> early_help_owed, p.crowding_out * statutory_outgrowing)
"""Nothing while early help is ring-fenced, all of the rise of statutory spending under a fixed total, and a share of it in
between.
"""
early_help_given_up = Smooth("What early help has given up to statutory duty", early_help_owed, over=p.crowding_out_time / 2)
"""It follows what is owed six weeks later, as lines are cut in the course of a year; it stands still from the day on which early
help is ring-fenced.
"""
early_help_left = Aux(
    "What is left for early help",
    p.early_help_budget + p.crowding_out * (p.total_budget - p.total_given) - early_help_given_up,
)
"""Its own budget, less what it has given up, and with what a scenario adds to the total: with the total given from the start,
£10.5bn less £8.2bn leaves £2.3bn in 2019-20.
"""
early_help_given = Aux(
    "Early-help money before a line is set by itself", maximum(early_help_left, minimum(p.early_help_floor, p.early_help_budget))
)
"""Its own budget as it was spent, £4.2bn in 2010-11 and £2.3bn in 2019-20; or, where a scenario gives only the total, what
statutory duty leaves. At least £500m is assumed to go on.
"""

# Its lines: each its share of the day, and what it is given by itself, on top or from the others
lines_taken = Aux(
    "Money that lines set by themselves take from the total",
    where(
        p.extra_lines_within,
        total(p.extra_under_fives, p.extra_family_support, p.extra_young_people, p.extra_other_early_help),
        0,
    ),
)
"""What some lines are given beyond their share, where that is to come from within the total: nothing at present, and below zero
where a line is cut and the others gain.
"""
early_help_shared = Aux("Early-help money that all lines share", maximum(early_help_given - lines_taken, 0))
"""Divided by the shares of the day: all of it, unless a line is given more or less by itself within the total, which comes off
here first; never less than none.
"""
under_fives_asked = Aux("Money meant for under-fives", early_help_shared * p.sure_start_share + p.extra_under_fives)
"Its share of the day, and what it is given by itself; below zero where more is taken than it has."
family_support_asked = Aux("Money meant for family support", early_help_shared * p.family_support_share + p.extra_family_support)
"Likewise for family support: its share of the day, and what it is given by itself."
young_people_asked = Aux("Money meant for young people", early_help_shared * p.young_people_share + p.extra_young_people)
"Likewise for services for young people: its share of the day, and what it is given by itself."
other_asked = Aux("Money meant for other early help", early_help_shared * other_early_help_share + p.extra_other_early_help)
"Likewise for all other early help: its share of the day, and what it is given by itself."
ASKED: tuple[Expr, ...] = (under_fives_asked, family_support_asked, young_people_asked, other_asked)
sure_start_spend = Aux("Spending on Sure Start and under-fives", maximum(under_fives_asked, 0))
"Nearly two fifths of early help in 2010-11, under a quarter in 2019-20: £1.6bn and £0.6bn a year; never less than none."
family_support_spend = Aux("Spending on family support", maximum(family_support_asked, 0))
"A quarter of early help in 2010-11, over half in 2019-20: £1.0bn and £1.2bn a year; never less than none."
young_people_spend = Aux("Spending on services for young people", maximum(young_people_asked, 0))
"A third of early help in 2010-11, a sixth in 2019-20: £1.4bn and £0.4bn a year; never less than none."
other_early_help_spend = Aux("Other early-help spending", maximum(other_asked, 0))
"What the three other lines leave of early help: little over £0.1bn a year; never less than none."
early_help_spend = Aux(
    "Early-help spending", total(sure_start_spend, family_support_spend, young_people_spend, other_early_help_spend)
)
"The four lines together: £4.2bn in 2010-11 and £2.3bn in 2019-20."
total_spend = Aux("Total spending", statutory_spend + early_help_spend)
"""Statutory spending and early help together: £10.9bn in 2010-11, £10.5bn in 2019-20, with more for the one and less for the
other.
"""

early_help_at_floor = Check(
    "Statutory duty leaves less for early help than its assumed floor, and the total is overspent",
    early_help_left < minimum(p.early_help_floor, p.early_help_budget),
)
"""Says that under a given total statutory spending leaves less than £500m for early help, which gets that all the same, so
that the total is overspent.
"""
line_below_nothing = Check(
    "More is taken from a line of early help, or from all for one, than there is",
    reduce(minimum, (*ASKED, early_help_given - lines_taken)) < 0,
)
"""Says that a line is cut by more than it has, or given more within the total than that holds: lines stand at nothing then, and
early help comes to more than was asked for.
"""
pay_saved_beyond_work = Check(
    "Posts taken away save more than social work costs, so that its cost is held at nothing", pay_saved > work_cost
)
"""Says that unit costs fall with the work that is no longer done, and pay with the workers, so that together they would be less
than nothing: costs under so large a cut say little.
"""
LINES: tuple[Expr, ...] = (looked_after_spend, safeguarding_spend, youth_justice_spend, early_help_spend, other_early_help_spend)
spending_below_zero = Check(
    "A line of spending, or a total, is below zero, which cannot be",
    reduce(minimum, (*LINES, statutory_spend, total_spend)) < 0,
)
"Says that what was asked for cannot be, such as a cut that saves more than the whole costs."
