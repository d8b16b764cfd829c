"""The loop from unmet need to alarm, as the field describes it; off unless a scenario turns it on.

Children let go without help become serious cases, a few of these become known to all, and alarm rises: more are referred, let go
and investigated. Enquiries that find nothing and workers with too many cases wear caution down again. While the loop is off
nothing here acts on anything.

The field adds that enquiries take the place of help. Here they do not: as many are found in need with an enquiry as without one,
and some come to a plan or into care, so that half as many enquiries again leave 2 to 3 % fewer let go.

Turned on in 2027, caution first falls, turns up in the early 2030s as deaths add up, and levels off at about 1 after decades: the
more is investigated, the more enquiries find nothing, and the faster it is given up. Without that relief it grows on past 2050.
Most of the rise is that deaths go on at all, one in six years, where the baseline has none: unmet need makes them a fiftieth more
frequent.
"""

from caresim.england.caution import caution_relief, shocks_from_need
from caresim.england.front_door import referrals_closed_at_door, section_47_enquiries
from caresim.england.given import p
from caresim.england.places import assessment
from caresim.england.protection import protection_plan_starts, referrals_not_in_need
from caresim.england.workforce import strain
from caresim.language import Aux, maximum, share, total

let_go = Aux("Children let go without help", total(referrals_closed_at_door, referrals_not_in_need))
"""Children a year whose case closes at the door, after an assessment or after an enquiry, with no support, plan or care: some
205,000 in 2010-11 and about 245,000 by 2018-19.
"""
unmet_need = Aux("Children let go of late, or waiting for an assessment", let_go * p.need_time + assessment)
"""Those let go in the last year, for as long as their need is taken to last, and those whose assessment is not finished, of
whom there are more where workers are short: about 275,000 in 2010 and 325,000 by 2019.
"""
serious_cases = Aux("Serious cases", unmet_need * p.serious_case_rate + p.serious_cases_unknown)
"""Children who die or are seriously harmed in a year, two in three of them known before to social care: about 375 a year in
2014-16, near the 379 and 385 that were notified.
"""
alarming_cases = Aux("Serious cases that become known to all", serious_cases * p.alarming_share)
"About one serious case in 2,300 alarms the whole country, as two in twelve years did, so that there is one in six years."
empty_enquiries = Aux("Share of enquiries with no plan", maximum(1 - share(protection_plan_starts, of=section_47_enquiries), 0))
"""Of enquiries begun in a year, those without a plan: about a half in 2009 and two thirds by 2019; none where plans outnumber
them.
"""
weariness = Aux("Rate at which empty enquiries wear caution down", empty_enquiries * strain * p.caution_relief_rate)
"""The more enquiries find nothing and the more cases each worker has, the faster caution is given up: about a tenth of it a
year at two thirds of enquiries without a plan and the usual caseload.
"""
shocks_from_need.follow(alarming_cases)
caution_relief.follow(weariness)
