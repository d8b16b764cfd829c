"""What drives an answer: which numbers its uncertainty comes from, and what those rest on."""
