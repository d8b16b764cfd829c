"""How a model runs: the clock, the generated step, the integration, and the results."""
