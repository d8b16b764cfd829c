"""Care: who comes in at which age, and the ways out.

Most leave the first phase within months; who stays leaves later for adoption, a guardian, home, or at 18. Separated
asylum-seeking children come as a given series and stay until they are 18.
"""

from caresim.england.early_help import entries_kept
from caresim.england.given import (
    ADOPTION_REFORM,
    ARRANGEMENTS_ORDERS,
    DECADE,
    GROWING_OLDER,
    GUARDIANSHIP_RISE,
    HOMELESS_AND_REMANDED,
    LEAVERS_TO_25,
    RE_B_S,
    VOLUNTARY_CARE_RULINGS,
    p,
)
from caresim.england.places import (
    asylum_care,
    care_leavers,
    care_new,
    care_settled,
    guardians,
    investigation,
    plan_early,
    plan_extended,
    plan_long,
    support,
)
from caresim.england.pressures import plan_to_care, poverty_effect
from caresim.england.protection import (
    early_ends,
    enquiries_ended,
    extended_ends,
    long_ends,
    to_care,
)
from caresim.language import Aux, Flow, cloud, maximum, smooth_step, total

# Entries
voluntary_care = Aux(
    "Care entries from support after the rulings, 2015 = 1",
    smooth_step(1, p.voluntary_care_end, VOLUNTARY_CARE_RULINGS),
)
older_entries = Aux("Care entries from support by age, 2009 = 1", smooth_step(1, p.support_entry_end, HOMELESS_AND_REMANDED))
care_entries_from_support = Flow(
    "Into care from support",
    support >> care_new,
    support * (p.support_entry_rate * older_entries * voluntary_care * poverty_effect) * entries_kept,
)
care_entries_from_investigation = Flow("Into care from investigation", investigation >> care_new, enquiries_ended * to_care)
care_entries_from_early_plans = Flow("Into care from an early plan", plan_early >> care_new, early_ends * plan_to_care)
care_entries_from_long_plans = Flow("Into care from a plan", plan_long >> care_new, long_ends * plan_to_care)
care_entries_from_extended_plans = Flow(
    "Into care from an extended plan", plan_extended >> care_new, extended_ends * plan_to_care
)
uncounted_entries = Flow(
    "Entries that the counting rule leaves out", cloud >> care_new, p.uncounted_care_entries * p.uncounted_age_share
)
asylum_arrivals = Flow(
    "Arrivals of separated asylum-seeking children",
    cloud >> asylum_care,
    maximum(p.asylum_arrivals_given - p.asylum_arrivals_other, 0),
)
asylum_leavers = Flow("Separated asylum-seeking children who leave care", asylum_care >> care_leavers, asylum_care.outflow)
care_settlings = Flow("Settled into longer care", care_new >> care_settled, care_new / p.care_new_time)

# Growing older, and leaving at 18
ageing_rate = Aux(
    "Rate of growing out of the age group",
    smooth_step(p.ageing_rate_start, p.ageing_rate_end, GROWING_OLDER),
)
new_grown_older = Flow("Grown older in the first phase", care_new.ageing(then=care_leavers), care_new * ageing_rate)
settled_grown_older = Flow("Grown older in the later phase", care_settled.ageing(then=care_leavers), care_settled * ageing_rate)
ageing_outs = Aux("Children who leave care at 18", new_grown_older["16–17"] + settled_grown_older["16–17"] + asylum_leavers)
leaver_support_time = Aux(
    "Time a care leaver stays an open case", smooth_step(p.leaver_support_time_start, p.leaver_support_time_end, LEAVERS_TO_25)
)
leavers_moved_on = Flow("Care leavers no longer supported", care_leavers >> cloud, care_leavers / leaver_support_time)

# Adoption, guardians and arrangements orders, other ways out
adoption_reform = Aux("Adoption reform in force", smooth_step(0, 1, ADOPTION_REFORM) - smooth_step(0, 1, RE_B_S))
adoption_rate = Aux("Rate of adoption", p.adoption_rate_start * (1 + p.adoption_reform_boost * adoption_reform))
adoptions = Flow("Children adopted from care", care_settled["0–9"] >> cloud, care_settled["0–9"] * adoption_rate)
guardianship_rate = Aux(
    "Rate of leaving for a special guardian at 0–9",
    p.guardianship_rate_start
    * smooth_step(1, p.guardianship_end, GUARDIANSHIP_RISE)
    * (1 + p.kinship_support_share * p.kinship_support_uptake),
)
arrangements_rate = Aux(
    "Rate of leaving under an arrangements order at 0–9",
    p.arrangements_rate_start * smooth_step(1, p.arrangements_end, ARRANGEMENTS_ORDERS),
)
order_rate = Aux("Rate of leaving under an order", (guardianship_rate + arrangements_rate) * p.order_age_ratio)
orders = Flow("Left care for a guardian or under an order", care_settled >> guardians, care_settled * order_rate)
guardianships = Aux("Children who leave care for guardianship or under an arrangements order", total(orders))
special_guardianships = Aux(
    "Children who leave care for special guardianship",
    guardianships * (guardianship_rate / (guardianship_rate + arrangements_rate)),
)
arrangements_orders = Aux("Children who leave care under an arrangements order", guardianships - special_guardianships)
other_exit_rate = Aux(
    "Rate of leaving care for other reasons",
    p.other_exit_rate_start * smooth_step(1, p.other_exit_end, DECADE),
)
new_other_exits = Flow("Other exits in the first phase", care_new >> cloud, care_new * other_exit_rate)
settled_other_exits = Flow("Other exits in the later phase", care_settled >> cloud, care_settled * other_exit_rate)
