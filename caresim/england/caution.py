"""Caution: how readily cases are investigated.

A death that becomes known to all raises alarm, alarm turns into practice over years, and practice eases slowly. More cases
are then investigated, of whom a smaller part can be taken up (protection.py).
"""

from caresim.england.given import p
from caresim.language import Aux, Flow, Stock, cloud, where

alarm = Stock("Alarm that has not yet turned into practice", "1", p.alarm_0)
"""How alarmed practice is by a death that all hear of; at 1 it goes on to double the share of cases investigated. About 0.65
in March 2009, after the death of Peter Connelly; it wears off over about three years.
"""
caution = Stock("Caution beyond that of March 2009", "1", 0)
"""How much more careful practice has become since March 2009, when it is 0: alarm adds to it, and it fades slowly. At 1, twice
as large a share of cases is investigated as in 2009.
"""
alarms = Flow("High-profile deaths and inquiries", cloud >> alarm, p.shocks * p.shock_size)
"""A shock of the size of 2013, when the conviction in the case of Daniel Pelka was followed by a serious case review, adds
about 0.9 of alarm; it is spread over 2013-14, and no other is assumed.
"""
hardening = Flow("Alarm that turns into practice", alarm >> caution, alarm / p.alarm_time)
"""Alarm turns into lasting caution within about three years, as training, guidance and inspection change practice: what alarm
loses, caution gains.
"""
easing = Flow("Caution that eases", caution >> cloud, caution / p.caution_time)
"""Caution fades over decades, by about 3 % of itself a year: the rise in care applications of November 2008 had barely
subsided after three years.
"""
threshold = Aux(
    "How readily cases are investigated, March 2009 = 1", p.investigation_factor * where(p.caution_on, 1 + caution, 1)
)
"""The more caution, the larger the share of cases that is investigated: 1 in March 2009, about twice that by 2016. A scenario
may multiply it; without the effect of caution it stays at 1.
"""
referrals_alarmed = Aux(
    "New referrals under alarm, without alarm = 1", where(p.caution_on, 1 + alarm * p.alarm_referral_effect, 1)
)
"""Alarm brings more new referrals at once: about a tenth more at an alarm of 1, 7 % in 2009 and 9 % in 2014, and this fades
with it.
"""
