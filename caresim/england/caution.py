"""Caution: how readily cases are investigated and brought to court.

A death that becomes known to all raises alarm. Courts feel it within weeks; elsewhere alarm turns into practice over years, and
both ease slowly. Inspection pulls the same way. None of it answers to anything else in the model unless the loop from unmet
need to alarm is on.
"""

from caresim.england.chance import shocks_by_chance
from caresim.england.given import p
from caresim.language import Aux, Check, Flow, Smooth, Stock, cloud, minimum, where

alarm = Stock("Alarm that has not yet turned into practice", "1", p.alarm_0)
"""How alarmed practice is by a death that all hear of; at 1 it goes on to double the share of cases investigated. About 0.65
in March 2009, after the death of Peter Connelly; it wears off over about three years.
"""
caution = Stock("Caution beyond that of March 2009", "1", 0)
"""How much more careful practice has become since March 2009, when it is 0: alarm adds to it, and it fades slowly. At 1, twice
as large a share of cases is investigated as in 2009.
"""
court_caution = Stock("What alarm has added to entries by way of a court", "1", p.court_step / (1 + p.court_step))
"""What high-profile deaths have added to entries by way of a court, as a part of those of March 2009. About 0.23 then, as
November 2008 had raised them by three in ten.
"""

# The loop from unmet need, which is off unless a scenario turns it on, names what these follow (alarm_loop.py)
shocks_from_need = Smooth(
    "High-profile deaths that unmet need brings", over=p.need_time, initial=0 / p.need_time, only_while=p.alarm_loop_on
)
"""High-profile deaths a year that the loop from unmet need adds to those given from outside: none while it is off, and in time
about one in six years while it is on.
"""
caution_relief = Smooth(
    "Rate at which caution is given up", over=p.need_time, initial=0 / p.need_time, only_while=p.alarm_loop_on
)
"""How fast caution is given up because enquiries find nothing and workers have too many cases: not at all while the loop is
off, and by about a tenth of itself a year while it is on.
"""

shocks_felt = Aux("High-profile deaths a year", p.shocks + shocks_from_need + shocks_by_chance)
"Those given from outside, one spread over 2013-14, those that the loop from unmet need brings while it is on, and in draws those that come by chance."
alarms = Flow("High-profile deaths and inquiries", cloud >> alarm, where(p.caution_on, shocks_felt * p.shock_size, 0))
"""A shock of the size of 2013, when the conviction in the case of Daniel Pelka was followed by a serious case review, adds
about three quarters of alarm, 0.76; it is spread over 2013-14, and no other is assumed.
"""
hardening = Flow("Alarm that turns into practice", alarm >> caution, where(p.caution_on, alarm / p.alarm_time, 0))
"""Alarm turns into lasting caution within about three years, as training, guidance and inspection change practice: what alarm
loses, caution gains.
"""
easing_rate = Aux("Rate at which caution eases", where(p.caution_on, 1 / p.caution_time + caution_relief, 0))
"""About 3 % a year: the rise in care applications of November 2008 had barely subsided after three years. It is faster where
caution is given up, and nothing while caution is held as it is.
"""
easing = Flow("Caution that eases", caution >> cloud, caution * easing_rate)
"Caution beyond that of March 2009 fades over decades, by about 3 % of itself a year."
shocks_felt_by_courts = Aux(
    "High-profile deaths a year as courts feel them",
    (p.shocks + shocks_from_need) * p.court_reach + shocks_by_chance * p.shock_court_share,
)
"""Of the two that were read one reached courts within weeks and the other did not, so that of those that come by chance half is
taken to.
"""
court_alarms = Flow(
    "High-profile deaths that reach courts",
    cloud >> court_caution,
    where(p.caution_on, shocks_felt_by_courts * p.court_step, 0),
)
"""A shock that reaches courts adds three in ten of the entries of March 2009 at once; that of 2013-14 did not reach them, as no
step of care applications is seen in that year.
"""
court_easing = Flow("Caution of courts that eases", court_caution >> cloud, court_caution * easing_rate)
"What shocks have added in court fades as slowly as caution elsewhere."

# Inspection, which raises all kinds of intervention in the year it comes
inspection = Smooth(
    "Share of councils judged inadequate, as practice feels it",
    p.inadequate_share,
    over=p.inspection_time,
    only_while=p.caution_on,
)
"""The share of councils whose services are judged inadequate, felt within months: 22 % to 2017 and 13 % from 2019."""
inspection_effect = Aux(
    "Practice under inspection, March 2009 = 1", 1 + p.inadequate_effect * (inspection - p.inadequate_share_reference)
)
"""Councils judged inadequate are taken to investigate and go to court half as often again, so that fewer of them lower both by
4 to 5 % from 2017 to 2019. That size is an assumption.
"""

threshold = Aux("How readily cases are investigated, March 2009 = 1", p.investigation_factor * (1 + caution) * inspection_effect)
"""The more caution, the larger the share of cases that is investigated: 1 in March 2009, about twice that by 2016. A scenario
may multiply it.
"""
referrals_alarmed = Aux("New referrals under alarm, without alarm = 1", 1 + alarm * p.alarm_referral_effect)
"""Alarm brings more new referrals at once: 8 % more at an alarm of 1, so 5 % in March 2009 and 6 % in March 2014, and
this fades with it.
"""
court_readiness_uncut = Aux(
    "How readily cases go to court were there no limit, March 2009 = 1",
    (1 / (1 + p.court_step) + court_caution) * inspection_effect,
)
"""Practice before November 2008, about 0.77, and what alarm has added since, together 1 in March 2009, times inspection: about
0.95 in 2017 and 0.89 in 2020.
"""
court_readiness = Aux("How readily cases go to court, March 2009 = 1", minimum(court_readiness_uncut, p.court_readiness_most))
"""A shock raises it by three tenths at once, and it eases over decades; it is held at three times that of March 2009, since no
one knows what many shocks together would do.
"""

courts_beyond_evidence = Check(
    "Cases go to court more readily than effects are extrapolated to", court_readiness_uncut > p.court_readiness_most
)
"Says that shocks have raised entries by way of a court to three times those of March 2009, and that they are held there."
