"""After care: home, where a third come back within six years, and guardians, from whom few do.

Of those who go home about a sixth come back soon and the others slowly; a single rate that brings back 30 % in five years
would bring back 2 % in three months, where 12 % are seen.
"""

from caresim.england.given import VOLUNTARY_CARE_RULINGS, p
from caresim.england.places import care_new, care_settled, guardians, home_high_risk, home_low_risk
from caresim.language import Aux, Flow, cloud, smooth_step, total

# Returns home
return_path = Aux("Returns home in the first phase, 2015 = 1", smooth_step(1, p.early_return_end, VOLUNTARY_CARE_RULINGS))
early_return_path = Aux("Rate of return in the first phase", p.early_return_rate * return_path * p.return_factor)
late_return_path = Aux("Rate of return in the later phase", p.late_return_rate * p.return_factor)
early_returns = Aux("Returns home in the first phase", care_new * early_return_path)
late_returns = Aux("Returns home in the later phase", care_settled * late_return_path)
to_high_risk = Aux(
    "Share of returns at high risk of re-entry", p.high_risk_share * (1 - p.return_support_share * p.return_support_effect)
)
early_returns_high_risk = Flow("Early returns at high risk", care_new >> home_high_risk, early_returns * to_high_risk)
early_returns_low_risk = Flow("Early returns at low risk", care_new >> home_low_risk, early_returns * (1 - to_high_risk))
late_returns_high_risk = Flow("Late returns at high risk", care_settled >> home_high_risk, late_returns * to_high_risk)
late_returns_low_risk = Flow("Late returns at low risk", care_settled >> home_low_risk, late_returns * (1 - to_high_risk))
returns_home = Aux("Children who return home", total(early_returns) + total(late_returns))

# Home
high_risk_reentries = Flow("Back into care, high risk", home_high_risk >> care_new, home_high_risk * p.high_risk_reentry_rate)
low_risk_reentries = Flow("Back into care, low risk", home_low_risk >> care_new, home_low_risk * p.low_risk_reentry_rate)
settled_home = Flow("Past the risk of re-entry", home_low_risk >> cloud, home_low_risk * p.settling_rate)
grown_older_home = Flow("Grown older at home", home_low_risk.ageing(then=cloud), home_low_risk * p.home_ageing_rate)
reentries = Aux("Children who come back into care from home", total(high_risk_reentries) + total(low_risk_reentries))

# With a guardian
breakdowns = Aux(
    "Rate of return to care from a guardian",
    p.breakdown_rate * (1 - p.kinship_support_share * p.kinship_support_effect),
)
guardian_breakdowns = Flow(
    "Back into care from a guardian", guardians >> care_new, guardians * (breakdowns * p.breakdown_age_share)
)
guardians_outgrown = Flow("With a guardian until 18", guardians >> cloud, guardians / p.guardian_time)
