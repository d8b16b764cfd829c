"""Places: where children are."""

from given import age, p

from caresim.language import Stock

care = Stock("Looked after", "child", p.over(age).care_0, over=age)
