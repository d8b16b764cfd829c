"""What every sector shares: the vintage, the numbers, the dimensions, and the dates of named causes."""

from pathlib import Path

from caresim.england.renamed import RENAMED
from caresim.language import Dimension, Period, Vintage

HERE = Path(__file__).parent
age = Dimension("Age", ["0–9", "10–15", "16–17"])
VINTAGE = Vintage.read(HERE / "vintages" / "2020")
p = VINTAGE.parameters(
    HERE / "chance.toml",
    HERE / "local.toml",
    HERE / "caution.toml",
    HERE / "trust.toml",
    HERE / "early_help.toml",
    HERE / "workforce.toml",
    HERE / "places.toml",
    HERE / "practice.toml",
    HERE / "front_door.toml",
    HERE / "pressures.toml",
    HERE / "protection.toml",
    HERE / "deferral.toml",
    HERE / "alarm_loop.toml",
    HERE / "care.toml",
    HERE / "adoption.toml",
    HERE / "after_care.toml",
    HERE / "leavers.toml",
    HERE / "counts.toml",
    HERE / "prices.toml",
    HERE / "carers.toml",
    HERE / "placements.toml",
    HERE / "homes.toml",
    HERE / "recruitment.toml",
    HERE / "kinship_carers.toml",
    HERE / "carer_programmes.toml",
    HERE / "place_prices.toml",
    HERE / "outcomes.toml",
    HERE / "money.toml",
    HERE / "child_years.toml",
    dimensions=[age],
    renamed=RENAMED,
)

# When rates change, and why (SOURCES.md, "Named causes"). Before and after, they stay level.
DATA_YEARS = Period("2009-03-31", "2020-03-31", "The years of the figures")
DECADE = Period("2009-03-31", "2019-03-31", "Fewer left for other reasons, and plans became shorter")
VOLUNTARY_CARE_RULINGS = Period(
    "2015-11-02", "2018-09-30", "Court of Appeal in 2015 and Supreme Court in 2018 on accommodation under section 20"
)
ADOPTION_REFORM = Period("2011-09-30", "2013-09-30", "The adoption reform, until the judgments in Re B and Re B-S")
RE_B_S = Period("2013-09-30", "2014-12-31", "The judgments in Re B and Re B-S of June and September 2013")
STAYING_PUT_DUTY = Period(
    "2014-05-13", "2017-05-13", "A duty to support staying put with foster carers to 21, until its first young people were 21"
)
GUARDIANSHIP_RISE = Period("2009-03-31", "2014-03-31", "More special guardianship orders")
ARRANGEMENTS_ORDERS = Period(
    "2013-09-30", "2014-09-30", "Child arrangements orders in place of residence orders, from April 2014"
)
HOMELESS_AND_REMANDED = Period(
    "2009-05-20",
    "2015-03-31",
    "The Southwark judgment of May 2009 on homeless young people; remanded children looked after from December 2012",
)
GROWING_OLDER = Period(
    "2011-03-31", "2017-03-31", "More of those aged 0–9 in care are five and over; more stay until they are 18"
)
ASSESSMENT_CHANGE = Period("2011-03-31", "2017-03-31", "Single assessments in place of initial and core ones")
DOOR_CHANGE = Period(
    "2011-03-31", "2020-03-31", "Contacts sifted by several agencies before they count as referrals, and fewer closed unseen"
)
HARM_OUTSIDE_HOME = Period(
    "2012-05-08",
    "2019-09-29",
    "Harm outside the home seen as a matter of protection: from the convictions in Rochdale of May 2012 until the safeguarding "
    "arrangements of Working Together 2018 were in force",
)
RECORDING_CHANGE = Period(
    "2012-03-31", "2017-03-31", "More cases dropped out between two censuses with no recorded end, by the newest counts"
)
LEAVERS_TO_25 = Period("2017-04-27", "2018-04-01", "Children and Social Work Act 2017, in force in April 2018")
KINSHIP_FIRST = Period("2014-03-31", "2021-03-31", "Relatives considered first, after the judgment in Re B-S")
SEMI_INDEPENDENT_RISE = Period(
    "2016-03-31", "2021-03-31", "Semi-independent accommodation opens unregistered, until rules for it were announced in 2021"
)
PAY_FREEZE = Period("2009-03-31", "2013-03-31", "The public pay freeze")
PRICE_RISE = Period("2014-03-31", "2020-03-31", "Rising prices of work")
HOMES_DEARER_FROM = "2014-04-01"  # when prices of homes begin to rise beyond all others: place_prices.toml says why
