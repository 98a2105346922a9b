"""How any method is called: arguments, limits, answers, errors."""
