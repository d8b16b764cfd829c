"""Early help: what families feel of the money, late and with diminishing returns.

Capacity follows spending as people are recruited and services open or close. Each % more of it lowers referrals, escalations
from support and entries to care at 10–17 by a fixed % of what is left, so that every further pound does less.
"""

from caresim.england.given import p
from caresim.language import Aux, Check, Smooth, maximum, where

early_help_capacity = Smooth("Early-help capacity, in money", over=p.early_help_time, order=2, initial=p.early_help_budget)
early_help_level = Aux(
    "Early-help capacity, 2010-11 = 1", maximum(early_help_capacity / p.early_help_reference, p.early_help_least)
)
referrals_kept = Aux(
    "Referrals left after early help", where(p.early_help_on, early_help_level**-p.early_help_referral_elasticity, 1)
)
escalations_kept = Aux(
    "Escalations left after early help", where(p.early_help_on, early_help_level**-p.early_help_escalation_elasticity, 1)
)
entries_kept = Aux(
    "Care entries left after early help",
    where(p.early_help_on, early_help_level ** -(p.early_help_entry_elasticity * p.early_help_reach), 1),
)
early_help_beyond_evidence = Check(
    "Early-help capacity is below what effects are extrapolated to", early_help_level <= p.early_help_least
)
