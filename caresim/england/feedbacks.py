"""The feedbacks of the model, with the switch that cuts each, and what the model leaves out."""

from caresim.language import Feedback

FEEDBACKS = (
    Feedback(
        name="Early help",
        switch="early_help_on",
        loop="More early-help capacity leaves fewer referrals, fewer escalations and fewer entries to care at 10–17, each further "
        "pound less; capacity follows money after two to three years. It closes into a loop with crowding-out",
        grade="observational",
        evidence="Associations over local areas: −0.07 to −0.157 % children in need for each % more spending to 2014-15 and nothing "
        "measurable after (Webb 2021), more entries at 16–17 after cuts and none at 1–4 (Bennett and others 2021). National figures "
        "can hardly measure it: its size is its prior",
        through=("early_help_capacity", "referrals_kept", "new_referrals", "assessment", "support", "support_spend",
                 "safeguarding_spend", "statutory_spend", "early_help_left", "early_help_spend"),
    ),
    Feedback(
        name="Crowding-out",
        switch="crowding_out",
        loop="Of a given total, early help gets what statutory duty leaves: less early help leads to more entries to care, more statutory "
        "cost and still less early help. Off unless a scenario sets the residual budget",
        grade="assumption",
        evidence="A rule, not a measured effect: with it the model reproduces the split of spending from 2012-13 to 2019-20 within 3 %",
        through=("early_help_spend", "early_help_capacity", "entries_kept", "care_entries_from_support", "care_new",
                 "looked_after", "looked_after_spend", "statutory_spend", "early_help_left"),
    ),
    Feedback(
        name="Caution",
        switch="caution_on",
        loop="Alarm after a death raises referrals at once and turns into caution over years: more cases are investigated and each enquiry "
        "leads to less. Caution eases slowly, so that shocks add up",
        grade="observational",
        evidence="After November 2008 care applications rose by 23 % in three weeks, 52 % by June 2009, and had barely subsided three years "
        "later (Cafcass); that a second shock followed in 2013 is our reading of the figures",
        through=("caution", "easing"),
    ),
    Feedback(
        name="Workforce",
        switch="workforce_on",
        loop="A higher caseload lengthens assessments, so that more cases are open, and makes workers leave, so that more posts are vacant: "
        "both raise the caseload further. Agency workers cover most vacancies, at a premium. Beyond twice the usual work for each "
        "worker assessments and enquiries wait, switch or no switch",
        grade="assumption",
        evidence="Posts, vacancies, agency workers, turnover and caseload are published; no study was found that links caseload to the time "
        "of assessments or to turnover, so both elasticities are assumed, with a range",
        through=("social_workers", "direct_workers", "caseload", "caseload_felt", "strain", "turnover_rate", "leavers"),
    ),
    Feedback(
        name="Caseload and what comes of the work",
        switch="caseload_outcomes_on",
        loop="Where each worker has more cases, more of those closed come back and more returns home do not last, so that there are still "
        "more cases",
        grade="assumption",
        evidence="That re-referrals rise with caseload was observed above ten children in need for each worker (Department for Education "
        "2017, by CYP Now), with no size; for returns home nothing was found. One draw in three of either has no effect at all: report "
        "the break-even",
        through=("caseload", "caseload_outcomes", "hurry", "rereferrals_hurried", "rereferrals", "assessment", "open_cases",
                 "children_in_need"),
    ),
    Feedback(
        name="Foster homes and residential prices",
        switch="placements_on",
        loop="Fewer foster carers than children need one send children to residential care and raise its price; the cost crowds out early "
        "help where the total is given, and more children come into care",
        grade="assumption",
        evidence="Children fostered and in residential care are published, and that residential prices rose by about 6 % a year in cash in "
        "2014 to 2020 (County Councils Network 2021); recruitment, losses and the link from shortage to price are assumed",
        through=("care_new", "looked_after_aged", "shortage", "residential_price", "residential_spend", "statutory_spend",
                 "early_help_spend", "early_help_capacity", "entries_kept", "care_entries_from_support"),
    ),
)  # fmt: skip

LIMITS = (
    "England as a whole: no local authorities, though practice and need differ widely between them.",
    (
        "Ages are three bands in care and at home; everyone outside care is one age, and the age of those who enter is set by "
        "route."
    ),
    (
        "Caseload slows assessments, makes workers leave and brings cases back, by assumption; that it changes decisions or harm is "
        "not in the model."
    ),
    (
        "Without workers assessments and enquiries wait; support, plans and care go on, and nobody is turned away for want of them."
    ),
    "Harm to children is not counted. Fewer enquiries, plans or entries are not by themselves better.",
    ("What early help does rests on a prior drawn from local studies: national figures can hardly tell it from a drift in need."),
    (
        "Support for returns, guardians and parents, foster recruitment and caseload have no trial behind them: their effects "
        "are assumed with a range, and results report the break-even."
    ),
    (
        "Placements by age, foster recruitment and losses, and unit costs within a spending line are not in the figures used: "
        "they are assumed or fitted to totals."
    ),
    (
        "Separated asylum-seeking children, population, budgets, posts and the deflator are given from outside; after their "
        "last known year they are assumptions."
    ),
    ("The dates of named causes are public record, that they are causes is our reading, chosen with the whole decade in view."),
    "It knows nothing after {last_figure}: no pandemic, no later figures.",
    "Bands hold doubt about parameters only, not about structure or what is given from outside: they are too narrow.",
)
