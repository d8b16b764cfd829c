"""The front door: referral, assessment, support, and cases that come back.

A quarter of referrals follow another within a year: they come from those whose case was closed lately.
"""

from caresim.england.caution import referrals_alarmed, threshold
from caresim.england.early_help import escalations_kept, referrals_kept
from caresim.england.given import ASSESSMENT_CHANGE, DATA_YEARS, RECORDING_CHANGE, p
from caresim.england.places import assessment, investigation, recently_closed, support
from caresim.england.workforce import assessment_time_felt
from caresim.language import Aux, Check, Flow, cloud, elapsed, exp, minimum, smooth_step

need = Aux("Need beyond population and early help, 2009 = 1", exp(p.need_growth_rate * elapsed(DATA_YEARS)))
new_referrals = Flow(
    "New referrals", cloud >> assessment, p.child_population * p.referral_rate * need * referrals_kept * referrals_alarmed
)
rereferral_rate = Aux("Rate of coming back", smooth_step(p.rereferral_rate_start, p.rereferral_rate_end, ASSESSMENT_CHANGE))
rereferrals = Flow("Re-referrals", recently_closed >> assessment, recently_closed * rereferral_rate)
closed_for_good = Flow("Closed and not back within the year", recently_closed >> cloud, recently_closed / p.rereferral_window)
referrals = Aux("Referrals", new_referrals + rereferrals)

assessed = Aux("Assessments completed", assessment / assessment_time_felt)
assessment_closed_share = Aux(
    "Share closed after assessment",
    smooth_step(p.assessment_closed_share_start, p.assessment_closed_share_end, ASSESSMENT_CHANGE),
)
to_enquiry = Aux("Share investigated", minimum(p.investigated_share * threshold, 1 - assessment_closed_share))
assessments_closed = Flow("Closed after assessment", assessment >> recently_closed, assessed * assessment_closed_share)
investigated = Flow("Investigated after referral", assessment >> investigation, assessed * to_enquiry)
supported = Flow("Supported after assessment", assessment >> support, assessed * (1 - assessment_closed_share - to_enquiry))

unrecorded_exit_rate = Aux(
    "Rate of leaving the count unrecorded",
    smooth_step(p.unrecorded_exit_rate_start, p.unrecorded_exit_rate_end, RECORDING_CHANGE),
)
support_closures = Flow("Support ended", support >> recently_closed, support * p.support_closure_rate)
unrecorded_exits = Flow("Left the count unrecorded", support >> cloud, support * unrecorded_exit_rate)
escalations = Flow(
    "Investigated during support", support >> investigation, support * p.escalation_rate * threshold * escalations_kept
)
section_47_enquiries = Aux("Section 47 enquiries", investigated + escalations)

assessments_cut_off = Check(
    "The share of assessments that lead to an enquiry is cut off at all that are not closed",
    p.investigated_share * threshold > 1 - assessment_closed_share,
)
