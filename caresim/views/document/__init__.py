"""The page of a model, as `caresim document` writes it."""
