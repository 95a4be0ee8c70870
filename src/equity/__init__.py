"""Who is, and who is not, using a service.

import equity
report = equity.demo()
equity.write(report, "equity-demo")
"""

from importlib import import_module

# As in `typing`, which takes longer to load than everything else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from equity.analysis.compare import compare
    from equity.report.published import published_report as demo
    from equity.report.writing import write

__all__ = ["compare", "demo", "write"]

PLACES = {
    "compare": ("equity.analysis.compare", "compare"),
    "demo": ("equity.report.published", "published_report"),
    "write": ("equity.report.writing", "write"),
}


def __getattr__(name: str) -> object:
    """Load a public function when it is first asked for, so that importing the engine costs nothing."""
    if name not in PLACES:
        raise AttributeError(f"equity has no {name!r}")
    module, found = PLACES[name]
    return getattr(import_module(module), found)
