"""Entries to care that a family group conference puts off and does not avert: children at home who come into care after all.

A trial that followed families for 12 to 21 months cannot tell the two apart. Other help puts nothing off by itself: whoever returns
home, or lives with a guardian, stays exposed; help for parents is taken to prevent proceedings whenever they come; and studies of
early help and of work with teenagers count every child in care, also one who comes later.
"""

from caresim.england.given import age, p
from caresim.england.places import care_new, recently_closed
from caresim.england.pressures import plan_to_care, plan_to_care_unhelped
from caresim.england.protection import protection_plan_ends
from caresim.language import Aux, Flow, Stock, cloud, total

put_off = Stock("At home, entry to care only put off", "child", 0, over=age)
"""Children on a day whose plan closed after a conference and who will come into care all the same: none at present, as only
conferences beyond present practice fill it. They count as no case until then.
"""
entries_put_off = Flow(
    "Entries to care put off",
    recently_closed >> put_off,
    protection_plan_ends * (plan_to_care_unhelped - plan_to_care) * p.put_off_share,
)
"""Of the entries that conferences keep from happening as plans end, a half is taken to be put off, an assumption that nobody has
measured: none while no further family is offered one.
"""
entries_after_all = Flow("Into care after all", put_off >> care_new, put_off / p.put_off_time)
"""Whoever was only put off comes on average a year later, so that 86 in 100 have come within two; they begin in the first phase of
care, at the age they have then.
"""
put_off_grown_older = Flow("Grown older, entry put off", put_off.ageing(then=cloud), put_off * p.home_ageing_rate)
"Children who turn 10 or 16 meanwhile go on to the next age group, and those who turn 18 never come into care."
came_after_all = Aux("Children who come into care after all", total(entries_after_all))
"Children a year of any age whose entry had been put off: none at present."
