"""England's children's social care as stocks and flows. Numbers and sources: the TOML of each sector, and the vintage."""

from caresim.england import (
    adoption,
    after_care,
    alarm_loop,
    care,
    carer_programmes,
    carers,
    caution,
    chance,
    child_years,
    counts,
    deferral,
    early_help,
    foster_counts,
    front_door,
    homes,
    kinship_carers,
    lasting_help,
    leavers,
    local,
    money,
    needs,
    outcomes,
    place_prices,
    placements,
    places,
    practice,
    pressures,
    prices,
    protection,
    recruitment,
    shown,
    trust,
    words,
    workforce,
)
from caresim.england.feedbacks import DRIVERS, FEEDBACKS, LIMITS
from caresim.england.given import HERE, VINTAGE, p
from caresim.language import Model
from caresim.language.shipped import shipped_scenarios


class England(Model):
    """Children move from referral to support, investigation, protection, care and home; money follows."""

    parameters = p
    start = "2009-03-31"
    until = "2035-03-31"
    vintage, checked_step = VINTAGE, 2e-6
    figures_end = "figures_end"
    sectors = (
        places,
        chance,
        local,
        caution,
        trust,
        early_help,
        workforce,
        front_door,
        practice,
        pressures,
        protection,
        deferral,
        alarm_loop,
        care,
        adoption,
        after_care,
        leavers,
        counts,
        needs,
        prices,
        carers,
        placements,
        homes,
        recruitment,
        kinship_carers,
        foster_counts,
        carer_programmes,
        place_prices,
        outcomes,
        money,
        lasting_help,
        child_years,
    )

    title, credit, licence, given_credit = words.TITLE, words.CREDIT, words.LICENCE, words.GIVEN_CREDIT
    unchanged = words.UNCHANGED
    feedbacks, drivers, limits, scenarios = FEEDBACKS, DRIVERS, LIMITS, shipped_scenarios()

    published = shown.PUBLISHED
    compared, caseload_panels, cost_panels = shown.COMPARED, shown.CASELOADS, shown.COSTS
    headlines = {"five": shown.FIVE, "ten": shown.TEN}  # noqa: RUF012  (read, never changed)
    scored = (places.looked_after_without_asylum,)
    follows = shown.FOLLOWS
    rules = shown.RULES
    flat_prices = shown.FLAT_PRICES

    price_level = "general_prices"
    spending_total, spending_by, spending_words = "total_spend", shown.SPENDING, words.SPENDING_WORDS
    # children in thousands, rounded as the Department for Education publishes them; money in £bn
    counted_in, rounded_to = {"child": 1e3, "GBP": 1e9}, {"child": 10}

    effects_file = HERE / "effects"
    called_file = HERE / "called.toml"
    scope_file = HERE / "scope.toml"
    beside_file = HERE / "beside.toml"
    beliefs_file = HERE / "beliefs.toml"
    structures_file = HERE / "structures.toml"
    parts_file = HERE / "councils" / "parts.toml"
