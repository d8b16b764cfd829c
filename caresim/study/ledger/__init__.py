"""A ledger of promises: projections frozen at a release, and scored when figures have come out.

``frozen`` makes, keeps and checks them, ``scoring`` holds them against figures.
"""

from caresim.study.ledger.frozen import Frozen, freeze
from caresim.study.ledger.scoring import Scored, check_model, read_outcomes, score_frozen

__all__ = ["Frozen", "Scored", "check_model", "freeze", "read_outcomes", "score_frozen"]
