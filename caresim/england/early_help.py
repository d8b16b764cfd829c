"""Early help: what families feel of the money, late and with diminishing returns.

Capacity follows spending as people are recruited and services open or close. Each % more of it lowers referrals, escalations
from support and entries to care at 10–17 by a fixed % of what is left, so that every further pound does less.
"""

from caresim.england.given import p
from caresim.england.trust import take_up
from caresim.language import Aux, Check, Smooth, maximum, where

early_help_capacity = Smooth("Early-help capacity, in money", over=p.early_help_time, order=2, initial=p.early_help_budget)
"""What families feel of the money that is spent, in £ a year: it follows spending two to three years late, as staff must be
hired and services open or close. It starts level with the budget of 2009-10, £4.2bn.
"""
early_help_level = Aux(
    "Early-help capacity, 2010-11 = 1", maximum(early_help_capacity / p.early_help_reference * take_up, p.early_help_least)
)
"""Capacity that families take up, as a multiple of what the £4.2bn of 2010-11 paid for: 1 until 2011, about 0.6 in 2019 after the
cuts. It is held at a tenth or more, since no study tells what the end of early help would do.
"""
referrals_kept = Aux(
    "Referrals left after early help, 2010-11 = 1", where(p.early_help_on, early_help_level**-p.early_help_referral_elasticity, 1)
)
"The less early help, the more new referrals: about 1 % more for each 10 % less capacity, so about 5 % more in 2019 than in 2011."
escalations_kept = Aux(
    "Escalations left after early help, 2010-11 = 1",
    where(p.early_help_on, early_help_level**-p.early_help_escalation_elasticity, 1),
)
"""The less early help, the more supported children come to an enquiry: about half as strong as its effect on referrals, or 3.5
% more with half the capacity.
"""
entries_kept = Aux(
    "Care entries left after early help, 2010-11 = 1",
    where(p.early_help_on, early_help_level ** -(p.early_help_entry_elasticity * p.early_help_reach), 1),
)
"""The less early help, the more children of 10–15 and 16–17 go from support into care, about 1 % more for each 10 % less
capacity; at 0–9 nothing changes, as no effect was found at 1–4.
"""
early_help_beyond_evidence = Check(
    "Early-help capacity is below what effects are extrapolated to", early_help_level <= p.early_help_least
)
"Says that capacity has fallen to a tenth of that of 2010-11, below which further cuts no longer change anything here."
