"""A board pack: the same document as PDF, Word, slides, workbook and calendar."""
