"""The feedbacks and drivers of the model, with the switch of each, and what the model leaves out."""

from caresim.language import Driver, Feedback

FEEDBACKS = (
    Feedback(
        name="Early help",
        switch="early_help_on",
        loop="More early help leaves fewer referrals and escalations and, among families helped, fewer entries to care: family support at "
        "all ages, young people's services at 10–17; help for under-fives finds more children at once and leaves fewer entries years on. "
        "Each further pound does less; what families feel follows the money of each line after one to three years. It closes into a loop "
        "with crowding-out; switched off, what families feel stays as it is on that day",
        grade="observational",
        evidence="Over councils −0.07 to −0.157 % children in need for each % more spending to 2014-15 (Webb 2021) and more entries at "
        "16–17 after cuts (Bennett and others 2021); 32 % fewer in care among families of a programme than among others like them "
        "(Troubled Families 2019); more entries at 0–4 at once with Sure Start, and fewer at 5–9 later (CESifo 8205). The panel of 152 "
        "councils, with levels of years, leaves much less of the first two. National figures can hardly measure it: its sizes are "
        "priors, drawn from both, and how likely an averted referral was to end in care is assumed",
        through=("family_support_capacity", "early_help_capacity", "referrals_kept", "new_referrals", "new_referrals_assessed",
                 "assessment", "support", "support_spend", "safeguarding_spend", "statutory_spend", "early_help_owed", "early_help_left",
                 "family_support_spend"),
    ),
    Feedback(
        name="Crowding-out",
        switch="crowding_out",
        loop="Where the total is fixed, early help gives way to each rise of statutory spending, and gains by each fall: less early help "
        "leads to more entries to care, more statutory cost and still less early help. Off while early help is ring-fenced, all of it "
        "under a fixed total, a share of it in between; a change of rule moves nothing on its day",
        grade="assumption",
        evidence="A rule, not a measured effect: with the total given from the start the model reproduces the split of spending from "
        "2012-13 to 2019-20 within 3 %; that early help gives way within a quarter is assumed",
        through=("family_support_spend", "family_support_capacity", "entries_kept", "care_entries_from_support", "care_new",
                 "looked_after", "looked_after_spend", "statutory_spend", "early_help_owed", "early_help_left"),
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
        loop="Where foster homes are too few, teenagers go to children's homes or supported accommodation, and where places in homes are "
        "too few, to supported accommodation; prices rise, the cost crowds out early help where the total is given, and more children "
        "come into care",
        grade="assumption",
        evidence="Children fostered and in residential care are published, and so are enquiries, approvals and households of foster carers "
        "(Ofsted) and what a year in a home cost from 2016-17 to 2019-20; how more carers are sought under shortage, ages for which they "
        "are approved, who goes where and the link from shortage to price are assumed: most of the rise of the price is a trend of its "
        "own. By the fit foster homes are missing from 2016 on, and a tenth of the places in homes",
        through=("care_new", "from_home_aged", "for_others_aged", "usual_aged", "outside_homes_aged", "foster_wanted",
                 "foster_sought_aged", "foster_short_aged", "foster_spill_aged", "homes_sought_aged", "homes_sought",
                 "homes_shortage", "residential_price_asked", "residential_price_new", "residential_contracts", "residential_price",
                 "residential_spend", "statutory_spend",
                 "early_help_owed", "early_help_left", "family_support_spend", "family_support_capacity", "entries_kept",
                 "care_entries_from_support"),
    ),
    Feedback(
        name="Trust",
        switch="trust_on",
        loop="Families who were investigated and got neither plan nor care take up early help less, so that more are referred and more "
        "investigated. At its default the effect is small, and it may be none",
        grade="assumption",
        evidence="The review's own claim, whose size no study was found to measure: one chance in three that it is nothing, else most "
        "likely small",
        through=("enquiries_remembered", "take_up", "early_help_level", "referrals_kept", "new_referrals", "assessment",
                 "investigation_after_referral", "investigated_without_plan"),
    ),
    Feedback(
        name="Alarm and unmet need",
        switch="alarm_loop_on",
        loop="Alarm brings more children to the door: more are let go without help, more come to serious harm, some of these cases alarm "
        "the country, and caution grows. Enquiries that find nothing and workers with too many cases wear it down again, so that it "
        "levels off. Off unless a scenario turns it on",
        grade="assumption",
        evidence="The field describes it so, but for enquiries in place of help, which counts do not show; serious incidents stood near 380 a year in 2014 to 2016 with no trend (Ofsted), two in three of "
        "the children were known before, and no study links thresholds to harm or harm to thresholds: every size is assumed",
        through=("alarm", "referrals_alarmed", "referrals", "let_go", "unmet_need", "serious_cases", "shocks_from_need"),
    ),
)  # fmt: skip

DRIVERS = (
    Driver(
        name="Alarm, caution and inspection",
        switch="caution_on",
        text="Alarm after a death raises referrals at once, reaches courts within three months and turns into caution over years: more cases "
        "are investigated. Caution eases slowly, so that shocks add up; fewer councils judged inadequate lower it. The switch leaves "
        "all of it as it is on the day it is turned off",
        grade="observational",
        evidence="After November 2008 care applications rose by about 30 % within three months and had barely subsided three years later "
        "(Cafcass); the shock of 2013 shows in enquiries and plans and not in applications, and that it was one is our reading. "
        "Interventions are higher under inspection (Bennett and others 2022); by how much is assumed",
    ),
)

LIMITS = (
    "England as a whole: a council is the same with its own size, money and levels, though practice and need differ widely.",
    (
        "Ages are three bands in care and at home; everyone outside care is one age, and the age of those who enter is set by "
        "route. The ages of children on a plan are given to them and lead to nothing."
    ),
    (
        "Caseload slows assessments, makes workers leave and brings cases back, by assumption; that it changes decisions or harm is "
        "not in the model."
    ),
    (
        "Without workers assessments and enquiries wait; support, plans and care go on, and nobody is turned away for want of them."
    ),
    (
        "Needs at assessment (gangs, exploitation, domestic abuse, mental health, drugs and alcohol) are published shares that are "
        "given: nothing leads to them, and they lead to nothing."
    ),
    (
        "Moves and changes of worker are published shares of the children in care that nothing moves; inequality by deprivation and "
        "ethnicity and the cost to society stand beside spending as fixed figures, and proceedings as a cost that no total holds."
    ),
    "Unemployment has no effect of its own: what a study found of it overlaps with poverty.",
    "Harm to children is not counted. Fewer enquiries, plans or entries are not by themselves better.",
    (
        "What early help does rests on priors drawn from studies over councils and one matched comparison: national figures can hardly "
        "tell it from a drift in need. Trials of work with teenagers found nothing, and no size here leans on them."
    ),
    (
        "Trial effects reach no further than the trial: of entries that conferences avert a share, assumed, is only put off. What stays of "
        "a practice when its money stops is a question that a scenario asks, and not known."
    ),
    (
        "Nobody is followed from help to care: a line of early help acts on rates of entry at an age, and which families it reaches is "
        "not in the model."
    ),
    (
        "Support for returns, guardians, parents and care leavers, edge-of-care help, foster recruitment and caseload have no trial "
        "behind them: their effects are assumed with a range, and results report the break-even."
    ),
    (
        "Placements by age, who goes where for want of a place, what keeps foster carers, and unit costs within a spending line "
        "are not in the figures used: they are assumed or fitted to totals."
    ),
    (
        "Who is adopted, turns 25 or is past the risk after care is followed no further: support after adoption, and what becomes of "
        "care leavers but for work and study, are not in the model."
    ),
    (
        "Separated asylum-seeking children, population, budgets, posts and the deflator are given from outside; after their "
        "last known year they are assumptions."
    ),
    ("The dates of named causes are public record, that they are causes is our reading, chosen with the whole decade in view."),
    "It knows nothing after {last_figure}: no pandemic, no later figures.",
    "Bands hold doubt about parameters only, not about structure or what is given from outside: they are too narrow.",
)
