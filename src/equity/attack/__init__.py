"""
What an outsider can prove about the hidden cells of everything that was ever released.

Written from the published files alone. It shares no code with the protector, on purpose: a mistake in one is not
repeated in the other. It knows the rules, every margin, and every release it is handed.
"""

from equity.attack.outsider import Finding, Report, attack
from equity.attack.published import CannotRead, Published, in_ledger, read_hierarchy, read_release

__all__ = [
    "CannotRead",
    "Finding",
    "Published",
    "Report",
    "attack",
    "in_ledger",
    "read_hierarchy",
    "read_release",
]
