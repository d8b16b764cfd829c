"""The front door: referral, assessment, support, and cases that come back.

A quarter of referrals follow another within a year: they come from those whose case was closed lately.
"""

from caresim.england.caution import referrals_alarmed, threshold
from caresim.england.early_help import escalations_kept, referrals_kept
from caresim.england.given import ASSESSMENT_CHANGE, DATA_YEARS, RECORDING_CHANGE, p
from caresim.england.places import (
    assessment,
    children_in_need,
    investigation,
    recently_closed,
    support,
)
from caresim.england.workforce import assessment_time_felt
from caresim.language import Aux, Check, Flow, cloud, elapsed, exp, minimum, smooth_step

need = Aux(
    "Need beyond population and early help, 2009 = 1", exp(p.need_growth_rate * elapsed(DATA_YEARS, known_to=p.figures_end))
)
"What growth of referrals the other causes leave over: less than half of 1 % a year from 2009 to 2020, and none after."
new_referrals = Flow(
    "New referrals", cloud >> assessment, p.child_population * p.referral_rate * need * referrals_kept * referrals_alarmed
)
"""About 4 in 100 of the 11 to 12 million children in England are newly referred in a year, 450,000 to 530,000: more with more
need and more alarm, fewer with more early help. They come from outside.
"""
rereferral_rate = Aux(
    "Rate of being referred again",
    p.rereferral_rate_start * smooth_step(1, p.rereferral_end, ASSESSMENT_CHANGE, known_to=p.figures_end),
)
"""Of cases closed lately, about 0.4 a year come back in 2011 and a third from 2017, so that a quarter or somewhat more return
within the year; fewer do since single assessments leave fewer unresolved.
"""
rereferrals = Flow("Re-referrals", recently_closed >> assessment, recently_closed * rereferral_rate)
"""Children closed lately who are referred again, a third or more of them in a year: about 150,000 children a year, nearly a
quarter of all referrals.
"""
closed_for_good = Flow("Closed and not back within the year", recently_closed >> cloud, recently_closed / p.rereferral_time)
"""A closed case counts as recent for a year, since a re-referral is one within 12 months: whoever does not come back drops out
after a year on average, and a later referral is a new one.
"""
referrals = Aux("Referrals", new_referrals + rereferrals)
"New and repeated ones together: 603,700 in the year 2009-10, 642,980 in 2019-20."

assessed = Aux("Assessments completed", assessment / assessment_time_felt)
"""Children whose assessment ends in a year, as many as are referred: with about seven weeks each, some seven or eight times
those being assessed on a day. The longer it takes, the fewer are finished.
"""
assessment_closed_share = Aux(
    "Share closed after assessment",
    smooth_step(p.assessment_closed_share_start, p.assessment_closed_share_end, ASSESSMENT_CHANGE),
)
"""Share of the children assessed for whom nothing further is done, 34 % to 2011 and 37 % from 2017: no further action, or
found not to be in need.
"""
to_enquiry = Aux(
    "Share of assessments that lead to an enquiry", minimum(p.investigated_share * threshold, 1 - assessment_closed_share)
)
"""Share of the children assessed who come to a section 47 enquiry: about 11 % in 2009 and a quarter by 2019, more the more
caution. It can be no more than those who are not closed.
"""
assessments_closed = Flow("Closed after assessment", assessment >> recently_closed, assessed * assessment_closed_share)
"""More than a third of the children assessed, over 200,000 a year: the case closes, and the child counts among those closed
lately, who may be referred again.
"""
investigated = Flow("Investigated after referral", assessment >> investigation, assessed * to_enquiry)
"""Children a year who go from an assessment to an enquiry, where significant harm is feared: some 86,000 in 2010-11 and about
160,000 in 2018-19.
"""
supported = Flow("Supported after assessment", assessment >> support, assessed * (1 - assessment_closed_share - to_enquiry))
"""All children assessed who are neither closed nor investigated are supported as in need: over half in 2009, well under half
by 2019 as more are investigated.
"""

unrecorded_exit_rate = Aux(
    "Rate of leaving the count unrecorded",
    smooth_step(p.unrecorded_exit_rate_start, p.unrecorded_exit_rate_end, RECORDING_CHANGE),
)
"""Share of supported children a year who drop out of the count with no recorded end: 24 % to 2012 and about 40 % from 2017.
The counts show the rise and not why.
"""
support_closures = Flow("Support ended", support >> recently_closed, support * p.support_closure_rate)
"""Support ends after about half a year, at a rate of about 2 a year: some 230,000 to 300,000 children a year, who then count
among those closed lately.
"""
unrecorded_exits = Flow("Left the count unrecorded", support >> cloud, support * unrecorded_exit_rate)
"""Supported children who leave the count and the model with no recorded end, some 35,000 to 49,000 a year: two censuses differ
by 27,500 to 51,300 such cases.
"""
escalations = Flow(
    "Investigated during support", support >> investigation, support * p.escalation_rate * threshold * escalations_kept
)
"""In 2009 about 15 of 100 supported children a year come to an enquiry, an assumption: more with more caution, fewer with more
early help.
"""
section_47_enquiries = Aux("Section 47 enquiries", investigated + escalations)
"Enquiries begun in a year, whether they follow a referral or arise during support: 87,700 in 2009-10, 201,000 in 2019-20."

assessments_cut_off = Check(
    "The share of assessments that lead to an enquiry is cut off at all that are not closed",
    p.investigated_share * threshold > 1 - assessment_closed_share,
)
"Says that caution would have more children investigated than are left after those closed, and that the share is held there."
in_need_beyond_population = Check(
    "More children are in need than there are children in England, which cannot be", children_in_need > p.child_population
)
"Says that referrals and stays multiply to more open cases than the 12 million children of the country."
