"""The engine's version, which travels with every row."""

VERSION = "0.1.0"
