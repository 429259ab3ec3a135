from .answer import problems as problems
