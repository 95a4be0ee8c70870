"""Hash the source documents again: python -m tests.content.make_source_shingles FILE [FILE ...]"""

import sys
from pathlib import Path

from tests.content.shingles import PLANTED, write_hashes

TARGET = Path(__file__).with_name("sources.shingles")

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name the source documents, as plain text files.")
    texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
    count = write_hashes(TARGET, [*texts, PLANTED])
    sys.stdout.write(f"{count} hashes written to {TARGET.name}\n")
