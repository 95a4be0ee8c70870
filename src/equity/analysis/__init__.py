"""From counts to tables of results."""
