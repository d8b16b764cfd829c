"""Places: where children are."""

from given import age, p

from caresim.language import Stock

care = Stock("Looked after", "child", p.care_0, over=age)
