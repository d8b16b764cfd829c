"""The workforce: posts, vacancies and caseload, and what they do to the pace of the work and to what comes of it.

Without workers no assessment and no enquiry is completed. What caseload does short of that is assumed, apart from the sign of two
links: more re-referrals where caseloads are high, and fewer children who leave care in time where workers leave.
"""

from caresim.england.given import p
from caresim.england.places import assessment, children_in_need, investigation
from caresim.language import (
    Aux,
    Check,
    Flow,
    Smooth,
    Stock,
    cloud,
    exp,
    maximum,
    minimum,
    share,
)

# Posts, and who works in them
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
staff_beyond_posts = Aux("Social workers whose post is gone", maximum(social_workers - posts, 0))
"Where posts are cut below the staff, whoever is beyond them and has not left yet, most of them for less than a year."
agency_workers = Aux("Agency workers who cover vacancies", vacancies * p.agency_cover)
"Nearly every vacancy is covered by an agency worker, 95 in 100: 5,340 for 5,820 vacancies in 2017."
posts_worked_share = Aux("Share of posts in which somebody works", filled_share + (1 - filled_share) * p.agency_cover)
"Filled posts and those that an agency worker covers: all but about one in a hundred."
workers_beyond_record = Aux(
    "Workers paid beyond those of the posts of record",
    (posts - p.social_worker_posts) * posts_worked_share + staff_beyond_posts,
)
"""Posts that a scenario adds, as far as somebody works in them, from an agency or not: none at present.
Below zero where posts are taken away, less those who have not left yet and are still paid.
"""
direct_workers = Aux("Workers with cases of their own", (social_workers + agency_workers) * p.direct_work_share)
"""Two in three workers, in post or from an agency, hold cases of children and families: one in three does not work with them
directly.
"""

# Caseload, and how it is felt
caseload = Aux(
    "Cases for each worker",
    children_in_need / maximum(direct_workers, children_in_need / (p.caseload_reference * p.strain_most)),
)
"""Children in need on a day for each worker with cases, about 17: more children mean more cases each, more workers fewer. It
is cut off at five times the usual 16.9, so that a model with hardly any workers still runs.
"""
caseload_felt = Smooth("Caseload as it is felt", caseload, over=p.caseload_felt_time, only_while=p.workforce_on)
"""Cases for each worker as of the last month or two: workers leave, and assessments take longer, once a rise has lasted. Without
the effect of caseload on the work it stays as it is on that day.
"""
strain = Aux("Caseload felt against the usual one", maximum(caseload_felt / p.caseload_reference, p.strain_least))
"""Cases for each worker against the usual 16.9 of 2019: 1.1 is a tenth more than usual. It is held at a half or more, as
published caseloads lie between 16 and 18.
"""
turnover_rate = Aux("Rate of leaving the post", p.turnover_rate_usual * p.turnover_factor * strain**p.turnover_elasticity)
"""At the usual caseload about one worker in six (16 %) leaves in a year; with 10 % more cases each, about 5 % more leave, which
is assumed. A scenario may multiply it.
"""
assessment_time_felt = Aux("Time of an assessment under the caseload", p.assessment_time * strain**p.assessment_elasticity)
"""At the usual caseload an assessment takes about seven weeks (47 days); with 10 % more cases for each worker it takes about 5
% longer. That link is assumed.
"""
recruits = Flow("Social workers recruited", cloud >> social_workers, vacancies / p.hiring_time)
"""A vacancy is filled after about fifteen months, so that about 5,000 workers a year come for some 6,000 vacancies; the more
vacancies, the more recruits.
"""
leavers = Flow("Social workers who leave", social_workers >> cloud, social_workers * turnover_rate)
"About one in six of those in post in a year, some 4,500 to 5,000 workers, more where caseloads are high."
redundancies = Flow("Social workers made redundant", social_workers >> cloud, staff_beyond_posts / p.redundancy_time)
"Whoever has lost the post leaves after about half a year, an assumption: none at present, as there are more posts than workers."

# What workers can complete
work_due = Aux(
    "Assessments and enquiries that would be completed",
    assessment / assessment_time_felt + investigation / p.investigation_time,
)
"""What would be finished in a year if each took its time, an assessment about seven weeks and an enquiry three: some 610,000 in
2009-10 and 790,000 in 2019-20, all of which workers complete.
"""
work_capacity = Aux("Assessments and enquiries that workers can complete", direct_workers * p.work_most)
"""Each worker with cases can complete 70 of either in a year, an assumption, twice as many as the usual 33: over 1.5 million in
2010, 1.7 million in 2020.
"""
work_done_share = Aux(
    "Share of the assessments and enquiries due that workers can complete",
    share(work_capacity, of=maximum(work_due, work_capacity)),
)
"""All of them, 1, while each worker with cases has fewer than 70 in a year to complete; without workers nothing is completed and
children wait.
"""

# What caseload and turnover do to children
caseload_outcomes = Smooth(
    "Caseload that what comes of the work follows", caseload, over=p.caseload_felt_time, only_while=p.caseload_outcomes_on
)
"""Again the cases for each worker as of the last month or two, about 17, with a switch of its own: with it off, what comes of the
work stays as it is on that day.
"""
hurry = Aux(
    "Caseload that acts on outcomes, against the usual one",
    maximum(caseload_outcomes, p.caseload_seen_least) / p.caseload_reference,
)
"""Cases for each worker against the usual 16.9, and 0.75 at least: nothing was seen to get better below ten children in need for
each worker in post, which is 12.6 for each with cases.
"""
rereferrals_hurried = Aux("Re-referrals under the caseload, at the usual one = 1", hurry**p.caseload_rereferral_elasticity)
"""Where each worker has more cases, more of those closed come back: only 0.7 % more with a tenth more cases, at the centre of an
assumption that holds nothing to be as likely as one in three.
"""
unsafe_returns_hurried = Aux("Unsafe returns under the caseload, at the usual one = 1", hurry**p.caseload_return_elasticity)
"""Where each worker has more cases, more of the returns home do not last: only 0.7 % more with a tenth more cases, at the centre
of an assumption for which no study was found.
"""
planned_exits_kept = Aux(
    "Planned exits from care under turnover, at the usual one = 1",
    exp(-p.turnover_exit_effect * (turnover_rate - p.turnover_rate_usual)),
)
"""Where more workers leave, fewer children leave care for home, adopters or a guardian: 2.5 % fewer with ten points more
turnover, as 26 % a year in place of 16 %.
"""

# How many posts a caseload takes
vacancies_wanted = Aux(
    "Vacancies for each worker in post, at the caseload wanted",
    p.hiring_time
    * p.turnover_rate_usual
    * p.turnover_factor
    * (p.caseload_wanted / p.caseload_reference) ** p.turnover_elasticity,
)
"""As many vacancies as leavers of the time that filling one takes: at the usual caseload 0.16 a year times 1.22 years, one for
every five workers in post.
"""
posts_needed = Aux(
    "Posts needed for the caseload wanted",
    children_in_need / p.caseload_wanted / p.direct_work_share * (1 + vacancies_wanted) / (1 + vacancies_wanted * p.agency_cover),
)
"""Posts, filled or vacant, at which the children in need of the day would be as many for each worker with cases as a scenario
asks for, the usual 16.9 at present: some 36,000 in 2020. Posts added clear cases, so that in the end somewhat fewer do.
"""

strain_below_evidence = Check(
    "Caseload is below what effects are extrapolated to", caseload <= p.caseload_reference * p.strain_least
)
"Says that workers have half the usual 16.9 cases or fewer, below which nothing gets any quicker here."
strain_beyond_evidence = Check(
    "Caseload is above what effects are extrapolated to, and is cut off there",
    direct_workers * (p.caseload_reference * p.strain_most) <= children_in_need,
)
"Says that each worker would have at least five times the usual 16.9 cases, and that the caseload is held there."
posts_below_staff = Check("Posts are cut below the social workers in them, who are made redundant", posts < social_workers)
"Says that there are fewer posts than social workers, so that nobody is recruited and a cut saves only those who have left."
work_limited = Check("Assessments and enquiries wait, since workers cannot complete all that are due", work_capacity < work_due)
"Says that more would be due than 70 for each worker with cases in a year, so that no more than that is completed."
