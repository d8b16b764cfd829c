"""The workforce: posts, vacancies and caseload, and what they do to the pace of the work.

Assumed throughout: no study was found that links caseload or turnover to what happens to children.
"""

from caresim.england.given import p
from caresim.england.places import children_in_need
from caresim.language import Aux, Check, Flow, Stock, cloud, maximum, minimum, share, where

posts = Aux("Posts for social workers", maximum(p.social_worker_posts + p.extra_social_workers, 0))
"""Full-time posts, filled or vacant: about 33,000 in 2016 and 37,000 in 2019, and those that a scenario adds; never fewer than
none.
"""
social_workers = Stock("Social workers in post", "worker", posts * (1 - p.vacancy_share_start))
"""Full-time workers in post on a day, without agency workers: recruits add to them and leavers take away. At the start about
one post in six is vacant, so that some 28,000 are filled.
"""
filled_share = Aux("Share of posts that are filled", minimum(share(social_workers, of=posts), 1))
"Workers in post, out of all posts: about five in six, and all of them where posts are cut below the staff."
vacancies = Aux("Vacant posts", maximum(posts - social_workers, 0))
"Posts less the workers in them, 5,820 in 2017 and 6,000 in 2019; where posts are cut below the staff there is no vacancy."
posts_cut = Aux("Posts that a scenario takes away", maximum(minimum(-p.extra_social_workers, p.social_worker_posts), 0))
"None at present; a scenario that takes posts away can take no more than there are."
staff_beyond_posts = Aux("Social workers whose post is gone", maximum(social_workers - posts, 0))
"Where posts are cut below the staff, whoever is beyond them stays until they leave, over years; none while there are vacancies."
workers_saved = Aux(
    "Social workers fewer since posts were taken away",
    maximum(posts_cut * (1 - p.vacancy_share_start) - staff_beyond_posts, 0),
)
"""Of the posts taken away five in six were filled (83 %), and of those only the ones whose worker has left count: whoever stays
on without a post is still paid.
"""
agency_workers = Aux("Agency workers who cover vacancies", vacancies * p.agency_cover)
"Nearly every vacancy is covered by an agency worker, 95 in 100: 5,340 for 5,820 vacancies in 2017."
direct_workers = Aux("Workers with cases of their own", (social_workers + agency_workers) * p.direct_work_share)
"""Two in three workers, in post or from an agency, hold cases of children and families: one in three does not work with them
directly.
"""
caseload = Aux(
    "Cases for each worker",
    children_in_need / maximum(direct_workers, children_in_need / (p.caseload_reference * p.strain_most)),
)
"""Children in need on a day for each worker with cases, about 17: more children mean more cases each, more workers fewer. It
is cut off at five times the usual 16.9, so that a model with hardly any workers still runs.
"""
strain = Aux("Caseload against the usual one", maximum(caseload / p.caseload_reference, p.strain_least))
"""Cases for each worker against the usual 16.9 of 2019: 1.1 is a tenth more than usual. It is held at a half or more, as
published caseloads lie between 16 and 18.
"""
turnover_rate = Aux("Rate of leaving the post", p.turnover_rate_usual * where(p.workforce_on, strain**p.turnover_elasticity, 1))
"""At the usual caseload about one worker in six (16 %) leaves in a year; with 10 % more cases each, about 5 % more leave. That
link is assumed.
"""
assessment_time_felt = Aux(
    "Time of an assessment under the caseload", p.assessment_time * where(p.workforce_on, strain**p.assessment_elasticity, 1)
)
"""At the usual caseload an assessment takes about seven weeks (47 days); with 10 % more cases for each worker it takes about 5
% longer. That link is assumed.
"""
recruits = Flow("Social workers recruited", cloud >> social_workers, vacancies / p.hiring_time)
"""A vacancy is filled after about fifteen months, so that about 5,000 workers a year come for some 6,000 vacancies; the more
vacancies, the more recruits.
"""
leavers = Flow("Social workers who leave", social_workers >> cloud, social_workers * turnover_rate)
"About one in six of those in post in a year, some 4,500 to 5,000 workers, more where caseloads are high."
strain_below_evidence = Check(
    "Caseload is below what effects are extrapolated to", caseload <= p.caseload_reference * p.strain_least
)
"Says that workers have half the usual 16.9 cases or fewer, below which nothing gets any quicker here."
strain_beyond_evidence = Check(
    "Caseload is above what effects are extrapolated to, and is cut off there",
    direct_workers * (p.caseload_reference * p.strain_most) <= children_in_need,
)
"Says that each worker would have at least five times the usual 16.9 cases, and that the caseload is held there."
posts_below_staff = Check("Posts are cut below the social workers in them, who stay until they leave", posts < social_workers)
"Says that there are fewer posts than social workers, so that nobody is recruited and a cut saves only those who have left."
