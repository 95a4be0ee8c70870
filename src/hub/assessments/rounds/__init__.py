"""A round: the coordinator asks organisations to look at themselves, together, by a date."""
