"""Findings to tie to, for tests. Everything is made up."""

from django.utils import timezone

from hub.findings.models import Analysis, Finding


def a_finding(partnership, organisation=None, *, unit=None, audience="", code="completion-sex", **fields):
    """One of a service's own figures, of services together, or without either of published ones."""
    analysis = Analysis.objects.create(
        partnership=partnership, organisation=organisation, unit=unit, audience=audience, fingerprint="made up",
        finished_at=timezone.now(),
    )  # fmt: skip
    about = {"title": "Fewer women finish", "sentence": "Fewer women finish.", "place": "Exampleton"} | fields
    return Finding.objects.create(
        analysis=analysis, position=1, code=code, measure="completion", characteristic="sex", set_code="sex",
        period="2025-26", ends_on=timezone.localdate(), years=1, detail="About 10", says="% of referrals",
        better="higher", reference=40.0, sure="very", **about,
    )  # fmt: skip


def looked_at_again(finding):
    """The same figure after a new analysis: another row, and the old one is gone."""
    about = finding.analysis
    again = a_finding(
        about.partnership, about.organisation, unit=about.unit, audience=about.audience, code=finding.code,
        title=finding.title, place=finding.place,
    )  # fmt: skip
    about.delete()
    return again
