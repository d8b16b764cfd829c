"""Break-even: the effect at which a policy pays for itself."""
