"""Equations as readers see them: text, LaTeX and tables."""
