"""Caution: how readily cases are investigated.

A death that becomes known to all raises alarm, alarm turns into practice over years, and practice eases slowly. More cases
are then investigated, and each enquiry leads to less.
"""

from caresim.england.given import p
from caresim.language import Aux, Flow, Stock, cloud, where

alarm = Stock("Alarm that has not yet turned into practice", "1", p.alarm_0)
caution = Stock("Caution beyond that of March 2009", "1", 0)
alarms = Flow("High-profile deaths and inquiries", cloud >> alarm, p.shocks * p.shock_size)
hardening = Flow("Alarm that turns into practice", alarm >> caution, alarm / p.alarm_time)
easing = Flow("Caution that eases", caution >> cloud, caution / p.caution_time)
threshold = Aux("Share investigated, March 2009 = 1", p.investigation_factor * where(p.caution_on, 1 + caution, 1))
referrals_alarmed = Aux("New referrals under alarm, without = 1", where(p.caution_on, 1 + alarm * p.alarm_referral_effect, 1))
enquiry_yield = Aux("What an enquiry leads to, March 2009 = 1", threshold**-p.yield_elasticity)
