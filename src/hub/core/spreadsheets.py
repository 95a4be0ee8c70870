"""Cells that a spreadsheet shows as text, whatever somebody typed into them."""

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cells(cells):
    """Put an apostrophe before text that a spreadsheet would run as a formula. Numbers stay numbers."""
    return [f"'{cell}" if _would_run(cell) else cell for cell in map(_as_written, cells)]


def _would_run(cell):
    return isinstance(cell, str) and cell.lstrip(" ").startswith(STARTS_A_FORMULA)


def _as_written(cell):
    """Lazy words and dates become text here, so that nothing slips past the check."""
    return cell if isinstance(cell, int | float) else str(cell)
