"""A picture of each page of the demonstration, as each person sees it, at phone and desktop width, into var/screens."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "var/screens"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main():
    asked = arguments()
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.update(DJANGO_SETTINGS_MODULE="hub.config.settings", HUB_DEMO="1")
    django.setup()
    from hub.demo.personas import SHOWN

    shutil.rmtree(SCREENS, ignore_errors=True)
    site, server = (asked.site, None) if asked.site else start_demo(asked.port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for persona in SHOWN:
                if not asked.persona or persona.slug in asked.persona:
                    photograph_what_is_seen_by(persona.slug, browser, site, asked)
    finally:
        if server:
            server.terminate()


def arguments():
    parser = argparse.ArgumentParser(prog="./run screenshots", description=__doc__)
    parser.add_argument("--site", help="a demonstration that is running already, such as http://127.0.0.1:8000")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--persona", action="append", help="only this one; may be given more than once")
    parser.add_argument("--widths", type=int, nargs="+", default=[390, 1280])
    parser.add_argument("--theme", default="", help="light, dark or high")
    parser.add_argument("--language", default="en-gb")
    parser.add_argument("--axe", action="store_true", help="say what axe finds on each page, too")
    return parser.parse_args()


def start_demo(port):
    environment = {**os.environ, "HUB_PORT": str(port), "HUB_VAR": str(ROOT / "var/screens-data")}
    server = subprocess.Popen([ROOT / "run", "demo"], env=environment, stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if line.startswith("To stop"):
            return f"http://127.0.0.1:{port}", server
    raise SystemExit("The demonstration did not start.")


def photograph_what_is_seen_by(persona, browser, site, asked):
    context = browser.new_context(base_url=site)
    context.add_cookies(
        [
            {"name": "display", "value": f"{asked.theme}.", "url": site},
            {"name": "django_language", "value": asked.language, "url": site},
        ]
    )
    window = context.new_page()
    window.on("console", lambda said: report(window, said.text) if said.type == "error" else None)
    window.on("pageerror", lambda error: report(window, str(error)))
    window.goto("/demo/")
    window.locator(f'form[action$="/be/{persona}/"] button').click()
    seen, waiting = set(), [window.url, site + "/"]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of_page(address)
        if kind and kind not in seen and urlsplit(address).netloc == urlsplit(site).netloc:
            seen.add(kind)
            waiting += photograph(window, address, SCREENS / persona / kind.replace(":", "-"), asked)
    context.close()


def kind_of_page(address):
    """One picture for each view, however many things it can show."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def photograph(window, address, name, asked):
    """Returns where the page leads."""
    name.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        window.goto(address)
    except Error as error:
        if "ERR_ABORTED" in str(error) or "Download" in str(error):
            return []
        raise
    took = time.monotonic() - began
    for width in asked.widths:
        window.set_viewport_size({"width": width, "height": 900})
        if window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            report(window, f"scrolls sideways at {width}")
        if asked.axe and window.locator("main").count():
            for fault in faults_on(window):
                report(window, f"at {width}: {fault}")
        window.screenshot(path=f"{name}-{width}.png", full_page=True)
    sys.stdout.write(f"{name.relative_to(SCREENS)}  {took:.1f} s  {urlsplit(window.url).path}\n")
    links = window.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    return [urljoin(window.url, link) for link in links]


def faults_on(window):
    from tests.journeys.conftest import accessibility_faults  # Needs Django's settings, which are ready by now.

    return accessibility_faults(window)


def report(window, what):
    sys.stdout.write(f"  ! {urlsplit(window.url).path}: {what}\n")


if __name__ == "__main__":
    main()
