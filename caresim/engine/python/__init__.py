"""Operations as readable Python that a debugger steps into, and the loop that explains."""
