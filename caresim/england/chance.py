"""Chance: what moves from year to year beside all causes here, drawn after the last figures; it is nothing up to them and in a single run.

Which rates walk and which swing around their level, the steps of 141 councils and of England say; how far, is estimated from the
figures of England up to the last, after all else. What is given from outside moves from its last known value on; budgets stay as
policy sets them. Chance has no story, and no part in the fit.
"""

from caresim.england.given import p
from caresim.language import Events, Noise, Walk

SWINGS = 0.5  # of what a year brings is still there in the next, where steps go back by a quarter of them

referrals_chance = Noise("Chance in new referrals, 1 in the middle", p.referrals_chance_size, memory=0.2)
"""Steps of referrals are followed by steps back (−0.4 in England, −0.5 in what all councils have in common): they swing around
their level.
"""
support_ends_chance = Walk("Chance in endings of support, 1 in the middle", p.support_ends_chance_size)
"How soon support ends drifts: in England a step is rather followed by another of the same sign (0.4)."
enquiries_chance = Walk("Chance in the share investigated, 1 in the middle", p.enquiries_chance_size)
"The share that is investigated walks: steps neither go back nor on, in England as in what all councils have in common (0.1)."
plans_chance = Noise("Chance in conferences for each enquiry, 1 in the middle", p.plans_chance_size, memory=SWINGS)
"Steps are followed by steps back of less than their size (−0.3): some of what a year brings lasts into the next."
entries_chance = Noise("Chance in entries to care, 1 in the middle", p.entries_chance_size, memory=SWINGS)
"In a council most of what a year brings is gone in the next, and in all together steps go back by some two fifths (−0.4)."
exits_chance = Noise("Chance in ways out of care, 1 in the middle", p.exits_chance_size, memory=SWINGS)
"As of entries: most is gone in the next year, and what all councils have in common goes back by some two fifths (−0.4)."
returns_chance = Walk("Chance in returns home, 1 in the middle", p.returns_chance_size)
"Beside all ways out: in England a step of returns home is rather followed by another of the same sign (0.3)."

# What is given from outside, after it was last known
population_chance = Walk("Chance in the number of children, 1 in the middle", p.population_chance_size, after=p.child_population)
"Births and migration go on otherwise than was thought: the number of children walks about its central path."
arrivals_chance = Walk(
    "Chance in arrivals of asylum-seeking children, 1 in the middle", p.arrivals_chance_size, after=p.asylum_arrivals_given
)
"Arrivals follow events abroad: they doubled from 2013-14 to 2015-16, and a year's step is about a fifth."
pay_chance = Walk("Chance in the real cost of work, 1 in the middle", p.pay_chance_size, after=p.figures_end)
"Pay and prices of what the sector buys rise by more or less than general prices, beyond the path to the last figures."
shocks_by_chance = Events("High-profile deaths that come by chance", p.shock_rate, after=p.shocks)
"Two in eleven years, 2008 and 2013, in draws at random and each spread over its financial year; none in a single run."
