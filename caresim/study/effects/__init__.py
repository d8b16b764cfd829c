"""Published effects, replayed by a model through the levers that its users have."""
