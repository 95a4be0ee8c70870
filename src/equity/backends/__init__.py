"""Count rows into cells: one plan, several engines, the same answers."""
