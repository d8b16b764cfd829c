"""How you see it: figures, tables and a one-page report of runs."""
