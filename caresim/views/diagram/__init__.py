"""The stock-and-flow diagram of a model."""
