"""Flat prices: the lever that holds a price where the last figure leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.kinds import text_of
from caresim.language.variables import Variable

__all__ = ["FlatPrices", "check_flat_prices"]


@dataclass(frozen=True)
class FlatPrices:
    """A lever and the setting of it that holds a price flat, and the price that pages tell.

    ``FlatPrices("price_trend", "flat", place_price)``: what a policy saves is told with the price
    as the model has it and, beside it, with the lever set so from the day after the last figure.
    ``price`` is an amount of money for one of something a year.

    Raises ModelError for what is no text, and for a price that is none.
    """

    parameter: str
    setting: str
    price: Variable

    def __post_init__(self) -> None:
        for text in (self.parameter, self.setting):
            text_of(text, "a text of flat prices", "flat", ModelError)
        unit = self.price.unit if isinstance(self.price, Variable) else None
        if unit is None or unit.power_of("GBP") != 1 or unit.power_of("year") != -1:
            message = (
                "'price' of flat prices is a quantity such as one in GBP/child/year, not "
                f"{came(self.price) if unit is None else f'one in {unit}'}"
            )
            raise ModelError(message)


def check_flat_prices(
    of: str, flat: Any, parameters: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    """Check that flat prices are a setting of a lever of a model; raise ModelError if not."""
    if flat is None:
        return
    if flat.parameter not in parameters:
        near = did_you_mean(flat.parameter, parameters)
        message = f"flat_prices of {of}: '{flat.parameter}' is no parameter of it{near}"
        raise ModelError(message)
    entry = parameters[flat.parameter]
    if not entry.is_open or flat.setting not in dict(entry.choices):
        what = f"has no setting '{flat.setting}'" if entry.is_open else "is no lever"
        message = f"flat_prices of {of}: '{flat.parameter}' {what}"
        raise ModelError(message)
    if flat.price.name not in known:
        message = f"flat_prices of {of} tell '{flat.price.label}', which is no quantity of it"
        raise ModelError(message)
