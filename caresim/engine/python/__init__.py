"""The readable way: operations as Python that a debugger steps into, and the loop that explains."""
