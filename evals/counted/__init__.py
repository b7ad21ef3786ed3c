"""Questions that ask for figures, and what the figures are; see ``evals.counted.__main__``."""
