"""Inequality in access, attrition, experience and outcome: the data engine. Knows nothing of the web."""
