"""Places of a model: the same equations with the numbers of one place."""
