"""What a model computes, as one list of operations that every way to run it is written from."""
