"""The front door: referral, assessment, support, and cases that come back.

Some referrals are closed at the door, and others assessed and found not in need. A quarter of referrals follow another within a
year: they come from those whose case was closed lately.
"""

from caresim.england.caution import referrals_alarmed, threshold
from caresim.england.early_help import escalations_kept, referrals_kept
from caresim.england.given import ASSESSMENT_CHANGE, DATA_YEARS, DOOR_CHANGE, RECORDING_CHANGE, p
from caresim.england.local import children_here, enquiries_here, referrals_here, support_ends_here
from caresim.england.places import (
    assessment,
    children_in_need,
    investigation_after_referral,
    investigation_from_support,
    recently_closed,
    support,
)
from caresim.england.pressures import poverty_referrals, teenage_referrals
from caresim.england.workforce import assessment_time_felt, rereferrals_hurried, work_done_share
from caresim.language import Aux, Check, Flow, cloud, elapsed, exp, minimum, share, smooth_step

need = Aux(
    "Need beyond population and early help, 2009 = 1", exp(p.need_growth_rate * elapsed(DATA_YEARS, known_to=p.figures_end))
)
"""What change of referrals the other causes leave over: about nothing, a quarter of 1 % fewer each year from 2009 to 2020, 2.6 %
in all, and none after.
"""
new_referrals = Aux(
    "New referrals",
    children_here
    * (p.referral_rate * referrals_here)
    * need
    * (poverty_referrals * teenage_referrals)
    * referrals_kept
    * referrals_alarmed,
)
"""About 4 in 100 of the 11 to 12 million children in England are newly referred in a year, 450,000 to 500,000: more with more
need, more poverty and more alarm, fewer with more early help.
"""
rereferral_rate = Aux(
    "Rate of being referred again",
    p.rereferral_rate_start * smooth_step(1, p.rereferral_end, ASSESSMENT_CHANGE, known_to=p.figures_end),
)
"""Of cases closed lately, about 0.4 a year come back in 2011 and a third from 2017, so that a quarter or somewhat more return
within the year; fewer do since single assessments leave fewer unresolved.
"""
rereferrals = Aux("Re-referrals", recently_closed * rereferral_rate * rereferrals_hurried)
"""Children closed lately who are referred again, a third or more of them in a year: about 150,000 children a year, nearly a
quarter of all referrals.
"""
referrals = Aux("Referrals", new_referrals + rereferrals)
"New and repeated ones together: 603,700 in the year 2009-10, 642,980 in 2019-20."
rereferral_share = Aux("Share of referrals that are re-referrals", share(rereferrals, of=referrals))
"Of all referrals, those that follow another within twelve months: 25.6 % in 2010-11, 22.6 % in 2019-20."
closed_for_good = Flow("Closed and not back within the year", recently_closed >> cloud, recently_closed / p.rereferral_time)
"""A closed case counts as recent for a year, since a re-referral is one within 12 months: whoever does not come back drops out
after a year on average, and a later referral is a new one.
"""

# The door: who is assessed at all
closed_at_door_share = Aux(
    "Share of referrals closed at the door",
    p.closed_at_door_factor
    * (p.closed_at_door_share_start * smooth_step(1, p.closed_at_door_end, DOOR_CHANGE, known_to=p.figures_end)),
)
"""Share of referrals that are closed at once, with no further action and no assessment: about 15 % in 2011 and 7 % by 2020, as
more is assessed in full or sifted before it counts as a referral. A scenario may multiply it.
"""
referrals_closed_at_door = Aux("Referrals closed at the door", referrals * closed_at_door_share)
"Referrals of a year that lead to no further action, new and repeated ones alike: 94,400 in 2011-12, 40,400 in 2019-20."
new_referrals_assessed = Flow("New referrals that are assessed", cloud >> assessment, new_referrals * (1 - closed_at_door_share))
"New referrals that are not closed at the door; these children come into the model from outside."
new_referrals_closed = Flow("New referrals closed at the door", cloud >> recently_closed, new_referrals * closed_at_door_share)
"""Of new referrals, those with no further action: these children come from outside and count at once among those closed lately,
so that the more are closed, the more are referred again.
"""
rereferrals_assessed = Flow(
    "Re-referrals that are assessed", recently_closed >> assessment, rereferrals * (1 - closed_at_door_share)
)
"""Children referred again who are assessed this time; a re-referral that is closed at the door leaves the child where it was,
among those closed lately.
"""

# The assessment and what it finds
assessed = Aux("Assessments completed", assessment / assessment_time_felt * work_done_share)
"""Children whose assessment ends in a year, as many as are referred and not closed at the door: with about seven weeks each,
some seven or eight times those being assessed on a day. The longer it takes, the fewer are finished, and none without
workers.
"""
no_need_share = Aux(
    "Share of children assessed who are found not to be in need",
    p.no_need_share_start * smooth_step(1, p.no_need_end, DOOR_CHANGE, known_to=p.figures_end),
)
"""Share of the children who come to no child protection conference and not to care for whom no need is found: nearly a quarter
to 2011 and nearly two in five by 2020, as more of those who come to the door are assessed.
"""
to_enquiry = Aux("Share of assessments that lead to an enquiry", minimum(p.investigated_share * enquiries_here * threshold, 1))
"""Share of the children assessed who come to a section 47 enquiry: about 13 % in 2009 and over a quarter by 2019, more the more
caution. It can be no more than all.
"""
investigated = Flow("Investigated after referral", assessment >> investigation_after_referral, assessed * to_enquiry)
"""Children a year who go from an assessment to an enquiry, where significant harm is feared: some 84,000 in 2010-11 and about
154,000 in 2018-19.
"""
assessments_closed = Flow("Closed after assessment", assessment >> recently_closed, assessed * ((1 - to_enquiry) * no_need_share))
"""Children a year who are assessed, not investigated and found not to be in need: the case closes, and the child counts among
those closed lately, who may be referred again.
"""
supported = Flow("Supported after assessment", assessment >> support, assessed * ((1 - to_enquiry) * (1 - no_need_share)))
"""All children assessed who are neither closed nor investigated are supported as in need: nearly two thirds in 2009, and under
half by 2019 as more are investigated.
"""

unrecorded_exit_rate = Aux(
    "Rate of leaving the count unrecorded",
    smooth_step(p.unrecorded_exit_rate_start, p.unrecorded_exit_rate_end, RECORDING_CHANGE) * support_ends_here,
)
"""Share of supported children a year who drop out of the count with no recorded end: about 22 % to 2012 and 35 % from 2017.
The counts show the rise and not why.
"""
support_closures = Flow("Support ended", support >> recently_closed, support * (p.support_closure_rate * support_ends_here))
"""Support ends after less than half a year, at a rate of about 2.2 a year: some 340,000 children in 2010-11 and 300,000 in
2019-20, who then count among those closed lately.
"""
unrecorded_exits = Flow("Left the count unrecorded", support >> cloud, support * unrecorded_exit_rate)
"""Supported children who leave the count and the model with no recorded end, some 34,000 to 49,000 a year: two censuses differ
by 27,500 to 51,300 such cases.
"""
escalations = Flow(
    "Investigated during support",
    support >> investigation_from_support,
    support * (p.escalation_rate * enquiries_here) * threshold * escalations_kept,
)
"""In 2009 about 15 of 100 supported children a year come to an enquiry, an assumption: more with more caution, fewer with more
early help.
"""
section_47_enquiries = Aux("Section 47 enquiries", investigated + escalations)
"Enquiries begun in a year, whether they follow a referral or arise during support: 87,700 in 2009-10, 201,000 in 2019-20."

assessments_cut_off = Check(
    "The share of assessments that lead to an enquiry is cut off at all", p.investigated_share * enquiries_here * threshold > 1
)
"Says that caution would have more children investigated than are assessed, and that the share is held there."
in_need_beyond_population = Check(
    "More children are in need than there are children in England, which cannot be", children_in_need > children_here
)
"Says that referrals and stays multiply to more open cases than the 12 million children of the country."
