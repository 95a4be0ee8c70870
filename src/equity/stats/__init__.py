"""Arithmetic on counts: each function names its formula, unit, errors and source. Nothing here reads files."""
