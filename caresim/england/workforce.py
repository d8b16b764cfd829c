"""The workforce: posts, vacancies and caseload, and what they do to the pace of the work.

Assumed throughout: no study was found that links caseload or turnover to what happens to children.
"""

from caresim.england.given import p
from caresim.england.places import children_in_need
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, share, where

posts = Aux("Posts for social workers", maximum(p.social_worker_posts + p.extra_social_workers, 0))
social_workers = Stock("Social workers in post", "worker", posts * (1 - p.vacancy_share_0))
filled_share = Aux("Share of posts that are filled", share(social_workers, of=posts))
vacancies = Aux("Vacant posts", maximum(posts - social_workers, 0))
agency_workers = Aux("Agency workers who cover vacancies", vacancies * p.agency_cover)
direct_workers = Aux("Workers with cases of their own", (social_workers + agency_workers) * p.direct_work_share)
caseload = Aux(
    "Cases for each worker",
    children_in_need / maximum(direct_workers, children_in_need / (p.caseload_reference * p.strain_most)),
)
strain = Aux("Caseload against that of 2017 to 2019", maximum(caseload / p.caseload_reference, p.strain_least))
turnover_rate = Aux("Rate of leaving the post", p.turnover_rate_0 * where(p.workforce_on, strain**p.turnover_elasticity, 1))
assessment_time_felt = Aux(
    "Time of an assessment under the caseload", p.assessment_time * where(p.workforce_on, strain**p.assessment_elasticity, 1)
)
recruits = Flow("Social workers recruited", cloud >> social_workers, vacancies / p.hiring_time)
leavers = Flow("Social workers who leave", social_workers >> cloud, social_workers * turnover_rate)
strain_below_evidence = Check(
    "Caseload is below what effects are extrapolated to", caseload <= p.caseload_reference * p.strain_least
)
strain_beyond_evidence = Check(
    "Caseload is above what effects are extrapolated to, and is cut off there",
    direct_workers * (p.caseload_reference * p.strain_most) <= children_in_need,
)
