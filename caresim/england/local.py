"""What differs from place to place: six levels, all 1 for England, at which a council's own figures stand apart from the country's.

Where the model stands for one council they are its level against England's in each year that has figures; all else is as in England.
"""

from caresim.england.chance import (
    enquiries_chance,
    entries_chance,
    exits_chance,
    plans_chance,
    population_chance,
    referrals_chance,
    support_ends_chance,
)
from caresim.england.given import p
from caresim.language import Aux

children_here = Aux("Children aged 0–17", p.child_population * population_chance)
"The children from whom referrals come, 11 to 12 million in England: as estimated and projected, in draws by chance more or fewer."
referrals_here = Aux("New referrals for each child here, in England = 1", p.local_referrals * referrals_chance)
"New referrals of a council for each of its children, as a multiple of England's at the same poverty and early help."
support_ends_here = Aux("Endings of support here, in England = 1", p.local_support_ends * support_ends_chance)
"How soon support ends in a council: at 1.1 a tenth more of those supported leave in a year, and fewer are in need."
enquiries_here = Aux("Share investigated here, in England = 1", p.local_enquiries * enquiries_chance)
"How many of those assessed or supported a council investigates, as a multiple of England's share at the same caution."
plans_here = Aux("Share of enquiries that reach a conference here, in England = 1", p.local_plans * plans_chance)
"How many of its enquiries a council brings to a child protection conference, as a multiple of England's share."
entries_here = Aux("Entries to care here, in England = 1", p.local_entries * entries_chance)
"How many children in need, under enquiry and on plans a council takes into care, as a multiple of England's shares."
exits_here = Aux("Ways out of care here, in England = 1", p.local_exits * exits_chance)
"How soon children leave a council's care other than by growing up, as a multiple of England's rates."
