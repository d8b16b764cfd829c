"""What a model is: the words in which equations are declared."""

from caresim.language.calls import (
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    share,
    smooth_step,
    total,
    where,
)
from caresim.language.dates import Period
from caresim.language.dimensions import Dimension
from caresim.language.drivers import Driver
from caresim.language.errors import (
    CaresimError,
    ModelError,
    ParameterError,
    RunError,
    ScenarioError,
    UnitError,
)
from caresim.language.expressions import time
from caresim.language.feedbacks import Feedback
from caresim.language.flat_prices import FlatPrices
from caresim.language.follows import Follows
from caresim.language.lags import Delay, Smooth
from caresim.language.model import Model
from caresim.language.moments import pulse, step
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter, Parameters, Prior, Series
from caresim.language.renamed import Renamed
from caresim.language.rules import Rules
from caresim.language.tables import table
from caresim.language.unchanged import Unchanged
from caresim.language.units import Unit
from caresim.language.variables import Aux, Check, Flow, Stock, cloud
from caresim.language.vintage import Vintage
from caresim.language.walks import Events, Noise, Walk

__all__ = [
    "Aux",
    "CaresimError",
    "Check",
    "Delay",
    "Dimension",
    "Driver",
    "Events",
    "Feedback",
    "FlatPrices",
    "Flow",
    "Follows",
    "Model",
    "ModelError",
    "Noise",
    "Observed",
    "Parameter",
    "ParameterError",
    "Parameters",
    "Period",
    "Prior",
    "Renamed",
    "Rules",
    "RunError",
    "ScenarioError",
    "Series",
    "Smooth",
    "Stock",
    "Unchanged",
    "Unit",
    "UnitError",
    "Vintage",
    "Walk",
    "cloud",
    "elapsed",
    "exp",
    "log",
    "maximum",
    "minimum",
    "pulse",
    "share",
    "smooth_step",
    "step",
    "table",
    "time",
    "total",
    "where",
]
