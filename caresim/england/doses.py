"""How what a programme does depends on what is paid: nothing at £0, in proportion below the dose, no more above it."""

from caresim.language import minimum, share
from caresim.language.expressions import Expr


def given(paid: Expr, dose: Expr) -> Expr:
    """Return the share of its full effect that a programme has for what is paid for each child, family or household."""
    return minimum(share(paid, of=dose), 1)
