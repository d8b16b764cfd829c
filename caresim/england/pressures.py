"""What raises and lowers referrals and entries to care: poverty, needs of teenagers, and help for parents around proceedings."""

from caresim.england import doses
from caresim.england.caution import court_readiness
from caresim.england.early_help import entries_kept
from caresim.england.given import VOLUNTARY_CARE_RULINGS, p
from caresim.england.local import entries_here
from caresim.england.practice import conferences_held, edge_of_care_helped, parents_reached
from caresim.language import Aux, Check, Smooth, maximum, minimum, share, smooth_step, total

poverty_referrals = Aux(
    "New referrals as poverty changes, at present = 1", maximum(1 + p.poverty_change * p.poverty_referral_effect, 0)
)
"""Each percentage point more of child poverty brings 2 % more new referrals in the same year, each point less 2 % fewer, and with
them all that follows a referral. At present poverty it is 1.
"""
teenage_referrals = Aux(
    "New referrals as needs of teenagers change, at present = 1", 1 + (p.teenage_needs_factor - 1) * p.teenage_share
)
"""About 44 in 100 open cases outside care are children of 10 and over: needs of theirs that grow by a tenth bring 4 % more
referrals. At present needs it is 1.
"""
age_mix = Aux(
    "Weight of this age among cases as needs of teenagers change, at present = 1",
    (1 + (p.teenage_needs_factor - 1) * (1 - p.is_youngest)) / teenage_referrals,
)
"""As needs of teenagers grow, more of the children helped are 10 and over and fewer of each hundred are younger: with a tenth
more, 5 % more at 10 and over and 4 % fewer below, so that as many young children come into care as before.
"""
poverty_effect = Aux("Care entries as poverty changes, at present = 1", maximum(1 + p.poverty_change * p.poverty_entry_effect, 0))
"""Each percentage point more of child poverty brings 1.3 % more entries to care at 0–9 and 10–15 in the same year, beyond those
that more referrals bring, and each point less as many fewer; at 16–17 none is assumed, as that age was not studied.
"""
parents_helped = Smooth(
    "Share of parents helped, as felt when the next child comes",
    parents_reached * doses.given(p.cost_per_parent_helped, p.parent_help_dose),
    over=p.parent_help_time,
)
"""Help for parents after proceedings shows in entries only when the next child would come, on average two years later; who is
helped for less than full help takes counts in part, and nobody is helped beyond present practice at the start.
"""
repeats_kept = Aux(
    "Care entries left after help for parents, without = 1",
    1 - parents_helped * (p.mothers_return_share * p.parent_help_reach * p.parent_help_effect),
)
"""Of mothers in proceedings 24 % come back to court with a further child, and help prevents about three in ten of those returns:
with all parents helped 7 % fewer enter care at 0–9 by way of protection, and as many as before above that age.
"""
conferences_present_kept = Aux(
    "Care entries left after the conferences of present practice, with none at all = 1",
    1 - p.conference_present_share * p.conference_effect,
)
"""The quarter of families that are taken to be offered a conference already keep 5 % of entries from happening; figures hold
them, so that only further conferences lower these.
"""
conferences_kept = Aux(
    "Care entries left after further family group conferences, without = 1",
    1 - conferences_held * p.conference_effect * doses.given(p.cost_per_conference, p.conference_dose) / conferences_present_kept,
)
"""Of families offered a conference about a fifth fewer (19 %) had a child in care a year later in the one randomised trial, 36.2 %
against 44.8 %: offered to all without one today, 15 % fewer plans end in care; with no further one it is 1.
"""
edge_of_care_kept = Aux(
    "Care entries left after edge-of-care help, without = 1",
    1
    - edge_of_care_helped
    * p.edge_of_care_effect
    * doses.given(p.cost_per_edge_of_care_family, p.edge_of_care_dose)
    * (1 - p.is_youngest),
)
"""Where every family with a child of 10 to 17 on the edge of care is helped, 3 % fewer of these enter, and the same number below
that age; this is the middle of an assumption that holds nothing to be as likely as one in three.
"""
protective_ages = Aux("Ages of entries that enquiries and plans lead to", p.protective_age_share / total(p.protective_age_share))
"Of these entries 72 % are at 0–9, a quarter at 10–15 and 3 % at 16–17, which are all, however the three shares are drawn."
protective_entries = Aux(
    "Entries of this age for each entry from protection",
    protective_ages * age_mix * poverty_effect * (repeats_kept * edge_of_care_kept) * entries_kept,
)
"""The share of this age at present; more poverty raises it, help for parents or on the edge of care lowers it, and so does early
help; it follows whose needs grow.
"""
court_rulings = Aux(
    "Entries by way of a court after the rulings, 2015 = 1",
    smooth_step(1, p.court_route_end, VOLUNTARY_CARE_RULINGS, known_to=p.figures_end),
)
"""After the rulings on care by agreement, November 2015 to 2018, more children come into care by way of a court: about a sixth
more from enquiries and plans than before.
"""
court_route = Aux("Entries by way of a court, March 2009 = 1", court_rulings * court_readiness)
"""The rulings raised them, and the caution of courts that eases after November 2008 lowers them slowly: about 0.96 in 2015 and
1.08 in 2018. A high-profile death that reaches courts raises them by three tenths at once.
"""
plan_to_care_uncut = Aux(
    "Share of plans that would end in care were there no limit",
    protective_entries * (p.plan_care_share * entries_here * court_route),
)
"""The share before any limit: some 12 to 13 %, all ages together, and more with more poverty or more children coming by way of
a court.
"""
plan_to_care_limit = Aux(
    "Cut of plans that end in care, 1 unless they would be too many",
    minimum(share(1 - p.plan_support_share, of=total(plan_to_care_uncut)), 1),
)
"""Care can take no more plans than the 45 % that do not step down to support: 1 as long as it takes fewer, and less where poverty
and courts together would have it take more.
"""
plan_to_care_unhelped = Aux("Share of plans that would end in care without conferences", plan_to_care_uncut * plan_to_care_limit)
"""Of plans that end, nearly 13 % end in care in 2009, under 12 % in 2015 before the rulings and 13 % in 2018, all ages together;
by far most of these children are under ten.
"""
plan_to_care = Aux("Share of plans that end in care", plan_to_care_unhelped * conferences_kept)
"""The same share of plans that end, less what conferences prevent: about one in eight plans, all ages together, and the same
as without conferences while no family is offered one.
"""

plans_cut_off = Check(
    "The share of plans that end in care is cut off at all that do not go on to support",
    total(plan_to_care_uncut) + p.plan_support_share > 1,
)
"Says that poverty or the courts would have more plans end in care than are left after support, and that they are held there."
