"""The pack as a tagged PDF (PDF/UA-1): title, language, headings, alternative texts, table headers and bookmarks."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from hub.stocktakes.packs import drawing

STYLE = Path(__file__).with_name("pack.css")
CHART = "chart:"


def write(pack):
    only_charts = OnlyCharts(pack)
    own = f"{STYLE.read_text(encoding='utf-8')}\n:root {{ --plum: {pack.colour} }}"
    style = CSS(string=own, url_fetcher=only_charts)
    text = render_to_string("stocktakes/packs/pack.html", {"pack": pack, "language": settings.LANGUAGE_CODE})
    page = HTML(string=text, url_fetcher=only_charts)
    return page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")


class OnlyCharts(URLFetcher):
    """Gives the pictures of this pack, and nothing else: no file, and nobody's web address, is ever opened."""

    def __init__(self, pack):
        super().__init__()
        self.pack = pack
        self.pictures = {one.pk: one.picture for _area, one in pack.charts}

    def fetch(self, url, headers=None):
        if not url.startswith(CHART):
            raise ValueError(f"A board pack opens nothing from elsewhere: {url}")
        drawn = drawing.as_svg(self.pictures[int(url.removeprefix(CHART))], self.pack.colour)
        return URLFetcherResponse(url, drawn.encode(), {"Content-Type": "image/svg+xml"})
