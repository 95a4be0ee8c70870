"""What the figures say, and what of it was made public."""

from hub.findings.models.findings import (
    Analysis,
    Audience,
    Finding,
    Follow,
    Narrative,
    Note,
    Point,
    PublishedFigures,
    Reply,
    Row,
    Suggestion,
)
from hub.findings.models.releases import LedgerLine, Release, ReleasedFile, ReleaseStep

__all__ = [
    "Analysis",
    "Audience",
    "Finding",
    "Follow",
    "LedgerLine",
    "Narrative",
    "Note",
    "Point",
    "PublishedFigures",
    "Release",
    "ReleaseStep",
    "ReleasedFile",
    "Reply",
    "Row",
    "Suggestion",
]
