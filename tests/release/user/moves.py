"""Moves: into care, up in age, and out."""

from given import p
from places import care

from caresim.language import Aux, Flow, Smooth, cloud, minimum, total

starts = Flow("Care starts", cloud >> care, p.entry_rate)
ceases = Flow("Care ceases", care >> cloud, minimum(care / p.stay, p.most))
grown = Flow("Growing older", care.ageing(then=cloud), care * p.ageing_rate)
all_ages = Aux("Looked after, all ages", total(care))
felt = Smooth("Looked after, as felt", all_ages, over=p.lag)
older_share = Aux("Share aged 10 and over", care["10–17"] / all_ages)
spent = Aux("Spent", all_ages * p.fee, unit="GBP/year")
