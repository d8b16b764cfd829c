"""Scenarios: what people write, what it means in words, and how it is bound to a model."""
