"""How the property tests run: the same examples every time, unless asked to explore."""

from hypothesis import settings

settings.register_profile("caresim", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=1000)  # --hypothesis-profile
settings.load_profile("caresim")
