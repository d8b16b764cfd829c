"""Children's homes: places that open and close, places that a scenario builds, and what of them is missing."""

from caresim.england.given import p
from caresim.england.place_prices import providers_staying
from caresim.england.placements import (
    homes_children,
    homes_shortage,
    homes_sought,
    step_down_children,
)
from caresim.language import Aux, Flow, Smooth, Stock, cloud, maximum, share

provider_places = Stock("Places in children's homes that providers opened", "place", p.homes_places_0)
"""Places on a day in children's homes of councils, charities and firms, but for those that a scenario builds: openings add to them,
closures take away.
"""
homes_building = Stock(
    "Places in children's homes on the way", "place", p.homes_places_0 * p.homes_closure_rate * p.homes_build_time
)
"Places that are being bought, built, staffed or registered on a day: at first as many as replace those that close."
built_places = Smooth(
    "Places in children's homes that a scenario built",
    p.extra_homes_places,
    over=p.homes_build_time,
    initial=0 * p.extra_homes_places,
)
"None at present; what a scenario builds opens over the same year and a half."
homes_places = Aux("Places in children's homes", provider_places * providers_staying + built_places)
"Those of providers, but who leaves under a cap, and those built by a scenario: 8,520 on 31 March 2016, 9,520 in 2020."
homes_starts = Flow(
    "Places in children's homes begun",
    cloud >> homes_building,
    maximum(
        provider_places * p.homes_closure_rate
        + (homes_sought / p.homes_use * providers_staying - homes_places) / p.homes_response_time,
        0,
    ),
)
"""Providers replace what closes, and begin a share of what is missing each year, or so many fewer where places stand empty, in the
end none; and fewer under a cap, by as many as leave.
"""
homes_openings = Flow("Places in children's homes opened", homes_building >> provider_places, homes_building / p.homes_build_time)
"About a year and a half after they were begun: several hundred a year."
homes_closures = Flow("Places in children's homes closed", provider_places >> cloud, provider_places * p.homes_closure_rate)
"About 6 % of the places of providers a year, some 500."
homes_room = Aux("Children whom children's homes can take", homes_places * p.homes_use)
"""Three for every four places, as a home keeps one free for the sake of the others, and some take children who are not in care:
6,100 in 2010 and 7,100 in 2020.
"""
homes_occupancy = Aux("Share of the room in children's homes that is taken", share(homes_children, of=homes_room))
"Nearly all since 2012: homes have been as full as they get; emptier where providers opened more than was sought."
homes_shortage.follow(share(maximum(homes_sought - homes_room, 0), of=homes_sought))

homes_capital_spend = Aux(
    "Capital spending on places in children's homes",
    maximum(p.extra_homes_places - built_places, 0) * (p.cost_per_homes_place_built / p.homes_build_time),
)
"£250,000 for each place that a scenario builds, as it is built; part of no line of spending and of no total."
step_down_spend = Aux("Spending on families for children from homes", step_down_children * p.cost_per_step_down_year)
"What carers and those who help them get for such a child each year, beyond the usual cost of foster care; nothing at present."
