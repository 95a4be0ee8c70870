"""Characteristics, category sets, the mappings between them, and the words people write."""

from equity.vocabulary.labels import Recognised, RecognitionReport, guess_set, recognise, report
from equity.vocabulary.mappings import CommonLevel, Mapping, SetsDoNotNest, common_level, level_for, mapping
from equity.vocabulary.sets import (
    UNKNOWN_WORDS,
    Category,
    CategorySet,
    Characteristic,
    Unknown,
    VocabularyError,
    category_set,
    category_sets,
    characteristics,
    sets_of,
)

__all__ = [
    "UNKNOWN_WORDS",
    "Category",
    "CategorySet",
    "Characteristic",
    "CommonLevel",
    "Mapping",
    "Recognised",
    "RecognitionReport",
    "SetsDoNotNest",
    "Unknown",
    "VocabularyError",
    "category_set",
    "category_sets",
    "characteristics",
    "common_level",
    "guess_set",
    "level_for",
    "mapping",
    "recognise",
    "report",
    "sets_of",
]
