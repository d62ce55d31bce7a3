"""Asking a store that keeps the types of numbers (`graph.views.exact`).

Such a literal is no number to the engine: a query's text is rewritten where it needs one, and what
comes back is given as it was sent.
"""
