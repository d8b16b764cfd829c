"""What is said of the model: its title, whose the figures are, what a division of money is by."""

from caresim.language import Unchanged

TITLE = "Children's social care in England"
CREDIT = "Published figures: Department for Education."
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."
GIVEN_CREDIT = "Population: Office for National Statistics. Prices: GDP deflators of HM Treasury."
SPENDING_WORDS = {"stage": "stage of the pathway", "line": "section 251 line"}
# What is said of the model where no scenario changes it, whatever else is compared with it
UNCHANGED = Unchanged(
    "Policy of March 2020",
    assumes=(
        "No high-profile case is assumed after that of 2013, so that caution, which each raises, eases.",
        "Prices of children's homes rise by a trend that fades to the growth of earnings; all else costs the same in real terms.",
        "Foster carers do not grow in number without a policy: households come and go as they did to 2019-20.",
    ),
)
