"""What would have to be true for a target that somebody names."""
