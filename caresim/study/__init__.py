"""What you ask of a model: scenarios, draws, comparisons, calibration and its score."""
