"""Read files that people have, recognise what is in them, and say what was not recognised."""
