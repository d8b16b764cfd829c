"""After care: home, where a third come back within six years, and guardians, from whom few do.

Of those who go home about a sixth come back soon and the others slowly; a single rate that brings back 30 % in five years
would bring back 2 % in three months, where 12 % are seen.
"""

from caresim.england import doses
from caresim.england.care import kinship_support
from caresim.england.chance import returns_chance
from caresim.england.given import VOLUNTARY_CARE_RULINGS, p
from caresim.england.local import exits_here
from caresim.england.places import care_new, care_settled, guardians, home_high_risk, home_low_risk
from caresim.england.practice import returns_supported
from caresim.england.workforce import planned_exits_kept, unsafe_returns_hurried
from caresim.language import Aux, Flow, cloud, maximum, minimum, share, smooth_step, total

# Returns home
return_path = Aux(
    "Returns home in the first phase, 2015 = 1",
    smooth_step(1, p.early_return_end, VOLUNTARY_CARE_RULINGS, known_to=p.figures_end),
)
"""After the rulings on care by agreement, November 2015 to 2018, there were fewer short stays: about three in ten fewer
children went home from the first phase.
"""
early_return_rate_now = Aux(
    "Rate of return in the first phase",
    p.early_return_rate * (exits_here * returns_chance) * return_path * p.return_factor * planned_exits_kept,
)
"""In the first phase about 0.8 children a year go home for each child there, so that about a third of those who enter go home
within months; fewer since the rulings, and more or fewer as a scenario multiplies it.
"""
late_return_rate_now = Aux(
    "Rate of return in the later phase", p.late_return_rate * (exits_here * returns_chance) * p.return_factor * planned_exits_kept
)
"Only about 2.5 in 100 a year of those settled in care go home, unless a scenario multiplies it."
early_returns = Aux("Returns home in the first phase", care_new * early_return_rate_now)
"Children a year who go home within their first months in care: some 7,000 to 9,500, by far most of all returns."
late_returns = Aux("Returns home in the later phase", care_settled * late_return_rate_now)
"Children a year who go home after longer care: some 1,200 to 1,500, few of the many who are there."
returns_riskier = Aux(
    "Risk of a return home as more or fewer return, at present = 1",
    maximum(share(1 + p.marginal_return_risk * (p.return_factor - 1), of=p.return_factor), 0),
)
"""Who goes home beyond present practice is half as likely again to be soon in care as who goes home now, an assumption; and where
fewer go, those at the most risk stay: 1 at present, 1.1 where a quarter more return.
"""
return_help = Aux(
    "Share of unsafe returns that support prevents",
    returns_supported * p.return_support_effect * doses.given(p.cost_per_return_package, p.return_package_dose),
)
"""Three in ten where every family is supported and as much is paid as a full package takes; less where less is paid, and nothing
at £0 or while no family is supported beyond present practice.
"""
to_high_risk = Aux(
    "Share of returns at high risk of re-entry",
    minimum(p.high_risk_share * unsafe_returns_hurried * returns_riskier, 1) * (1 - return_help),
)
"About a sixth of returns home (16 %) break down soon; a support package for every family would prevent three in ten of those."
early_returns_high_risk = Flow("Early returns at high risk", care_new >> home_high_risk, early_returns * to_high_risk)
"The sixth of children who go home from the first phase and are soon in care again."
early_returns_low_risk = Flow("Early returns at low risk", care_new >> home_low_risk, early_returns * (1 - to_high_risk))
"The other five sixths of children who go home from the first phase."
late_returns_high_risk = Flow("Late returns at high risk", care_settled >> home_high_risk, late_returns * to_high_risk)
"The sixth of children who go home from the later phase and are soon in care again."
late_returns_low_risk = Flow("Late returns at low risk", care_settled >> home_low_risk, late_returns * (1 - to_high_risk))
"The other five sixths of children who go home from the later phase."
returns_home = Aux("Children who return home", total(early_returns) + total(late_returns))
"Children a year who go home, early or late and at any age: 9,800 in 2009-10, 10,620 in 2014-15, 8,500 in 2019-20."

# Home
high_risk_reentries = Flow("Back into care, high risk", home_high_risk >> care_new, home_high_risk * p.high_risk_reentry_rate)
"""Those at high risk are in care again after less than three months on average, so that of all children returned 12 % are back
within three months; they begin in the first phase, at the same age.
"""
low_risk_reentries = Flow("Back into care, low risk", home_low_risk >> care_new, home_low_risk * p.low_risk_reentry_rate)
"""About 5 in 100 of the others come back each year, so that of all children returned a fifth are back within a year and a
third within six.
"""
settled_home = Flow("Past the risk of re-entry", home_low_risk >> cloud, home_low_risk * p.settling_rate)
"About 2 in 100 a year of those at low risk are past it for good and are followed no further."
grown_older_home = Flow("Grown older at home", home_low_risk.ageing(then=cloud), home_low_risk * p.home_ageing_rate)
"""Children at home who turn 10 or 16 go on to the next age group, about one in nine a year at 0–9, one in six at 10–15 and
half at 16–17; at 18 they are followed no further.
"""
reentries = Aux("Children who come back into care from home", total(high_risk_reentries) + total(low_risk_reentries))
"""Children a year who come back into care from home, at any age: some 4,000 to 4,500, as many as two in five of those who go home,
and later nearly half.
"""
home_leaving_rate = Aux(
    "Rate of leaving home at low risk, by any way", p.low_risk_reentry_rate + p.settling_rate + p.home_ageing_rate
)
"Back into care, past the risk or into the next age group: about 18 in 100 a year at 0–9, 24 at 10–15 and 57 at 16–17."
lasting_at_16_17 = Aux(
    "Chance to stay out of care to 18, at home at 16–17", 1 - p.low_risk_reentry_rate / home_leaving_rate["16–17"]
)
"Nine in ten of those at low risk at this age (91 %) turn 18 without another stay in care."
lasting_at_10_15 = Aux(
    "Chance to stay out of care to 18, at home at 10–15",
    (p.settling_rate + p.home_ageing_rate["10–15"] * lasting_at_16_17) / home_leaving_rate["10–15"],
)
"Three in four of those at low risk at this age (73 %): they are past the risk, or stay at home until 16 and then beyond."
lasting_at_0_9 = Aux(
    "Chance to stay out of care to 18, at home at 0–9",
    (p.settling_rate + p.home_ageing_rate["0–9"] * lasting_at_10_15) / home_leaving_rate["0–9"],
)
"Little more than half of those at low risk at this age (56 %), since they have the most years before them."
children_safe_at_home = Aux(
    "Children at home after care who stay out of it",
    home_low_risk["0–9"] * lasting_at_0_9 + home_low_risk["10–15"] * lasting_at_10_15 + home_low_risk["16–17"] * lasting_at_16_17,
)
"""Of the children under 18 at home after care on a day, those who at these rates never come back into care, 33,000 to 39,000:
nobody at high risk, and of the others the part that lasts. Who is past the risk already is followed no further and not counted.
"""

# With a guardian
breakdown_rate_now = Aux(
    "Rate of return to care from a guardian", p.breakdown_rate * (1 - kinship_support * p.kinship_support_effect)
)
"""About 1.5 in 100 children with a guardian come back into care in a year, 6 in 100 within five years; where the guardian is
supported, one or two in ten fewer.
"""
breakdown_ages = Aux("Ages of those who come back from a guardian", p.breakdown_age_share / total(p.breakdown_age_share))
"Half are 10–15, two in five 0–9 and one in ten 16–17, which are all, however the three shares are drawn."
guardian_breakdowns = Flow(
    "Back into care from a guardian", guardians >> care_new, guardians * (breakdown_rate_now * breakdown_ages)
)
"""A few hundred children a year: half of those who come back are 10–15, two in five 0–9 and one in ten 16–17, as most break
down in the early teens.
"""
guardians_outgrown = Flow("With a guardian until 18", guardians >> cloud, guardians / p.guardian_time)
"""A child stays for eleven years on average, since most orders are made for children under ten: one in eleven a year turns 18
and is followed no further.
"""
