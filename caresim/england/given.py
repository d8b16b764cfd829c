"""What every sector shares: the numbers, the dimensions, and the dates of named causes."""

from pathlib import Path

from caresim.language import Dimension, Parameters

HERE = Path(__file__).parent
age = Dimension("Age", ["0–9", "10–15", "16–17"])
p = Parameters.read(HERE / "parameters.toml", dimensions=[age])

# When rates change, and why (SOURCES.md, "Named causes"). Before and after, they stay level.
DATA_YEARS = ("2009-03-31", "2020-03-31")
DECADE = ("2009-03-31", "2019-03-31")
VOLUNTARY_CARE_RULINGS = ("2015-11-02", "2018-09-30")  # Court of Appeal 2015, Supreme Court 2018, on section 20
ADOPTION_REFORM = ("2011-09-30", "2014-03-31")
RE_B_S = ("2014-09-30", "2018-03-31")  # the judgment of September 2013, as its cases came through
GUARDIANSHIP_RISE = ("2009-03-31", "2014-03-31")
ARRANGEMENTS_ORDERS = ("2013-09-30", "2014-09-30")  # in place of residence orders from April 2014
HOMELESS_AND_REMANDED = ("2009-05-20", "2015-03-31")  # Southwark judgment 2009; remanded children from December 2012
GROWING_OLDER = ("2011-03-31", "2017-03-31")  # those aged 0–9 in care: more of them five and over
ASSESSMENT_CHANGE = ("2011-03-31", "2017-03-31")
RECORDING_CHANGE = ("2012-03-31", "2017-03-31")
LEAVERS_TO_25 = ("2017-04-27", "2018-04-01")  # Children and Social Work Act 2017, in force in April 2018
KINSHIP_FIRST = ("2014-03-31", "2021-03-31")  # relatives first, after the judgment in Re B-S
PAY_FREEZE = ("2009-03-31", "2013-03-31")
PRICE_RISE = ("2014-03-31", "2020-03-31")
