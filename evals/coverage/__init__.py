"""How often the intervals of the analyses hold the truth; see ``evals.coverage.__main__``."""
