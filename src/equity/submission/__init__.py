"""Counts by group that may leave a person's own machine: never a person's row. Light to import."""
