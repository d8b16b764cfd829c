"""Trust: families who were investigated and got neither plan nor care may take up help less.

The review's own claim, of a size that nobody has measured. Enquiries that ended so are remembered and fade; the more families
they stand for, the less of the help that there is gets used.
"""

from caresim.england.given import p
from caresim.england.local import children_here
from caresim.language import Aux, Check, Smooth, minimum

enquiries_remembered = Smooth(
    "Enquiries a year that ended with neither plan nor care, for each child, as families remember them",
    over=p.trust_time,
    initial=p.enquiries_without_plan_reference,
    only_while=p.trust_on,
)
"""A memory of the enquiries of some five years, an assumption, in which the last ones count most: about 4 a year for every 1,000
children in 2009 and some 8 in 2019. It stays as it is while the effect is off.
"""
children_once_investigated_without_plan = Aux(
    "Children once investigated whose enquiry ended with neither plan nor care",
    enquiries_remembered * p.trust_time * children_here,
)
"""Children on a day whose enquiry, in about the last five years, ended so, each enquiry counted: some 220,000 in 2009 and more
than twice as many by 2019. A child investigated again counts again.
"""
wary_share = Aux(
    "Share of the families that early help is for who were once investigated without a plan",
    minimum(enquiries_remembered * p.trust_time / p.help_share, 1),
)
"""The same children, out of the fifth of all children for whom early help is meant, an assumption: about a tenth in 2009 and a
fifth in 2019.
"""
wary_share_reference = Aux(
    "The same share at the enquiries of 2009-10", minimum(p.enquiries_without_plan_reference * p.trust_time / p.help_share, 1)
)
"About a tenth: what take-up is measured against, so that early help does what the studies found at the enquiries of then."
take_up = Aux("Take-up of early help, 2009 = 1", (1 - p.trust_effect * wary_share) / (1 - p.trust_effect * wary_share_reference))
"""Families once investigated without a plan are taken to take up help a tenth less often than others, an assumption that may as
well be nothing: then take-up is 1 in 2009 and 1 % lower in 2019.
"""

all_wary = Check("More families would be wary of help than it is meant for", enquiries_remembered * p.trust_time >= p.help_share)
"Says that enquiries without a plan have grown beyond the families that help is for, above which take-up falls no further."
