"""What a projection's doubt is made of: parameters, chance, structure, and tests that were met."""
