"""Charts as SVG written by hand: every mark has words beside it, and colour never stands alone."""

from equity.charts.interval import interval_html, interval_svg
from equity.charts.panels import panels_html, panels_svg

__all__ = ["interval_html", "interval_svg", "panels_html", "panels_svg"]
