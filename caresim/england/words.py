"""What is said of the model: its title, whose the figures are, what a division of money is by."""

TITLE = "Children's social care in England"
CREDIT = "Published figures: Department for Education."
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."
GIVEN_CREDIT = "Population: Office for National Statistics. Prices: GDP deflators of HM Treasury."
SPENDING_WORDS = {"stage": "stage of the pathway", "line": "section 251 line"}
