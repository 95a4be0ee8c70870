"""So that `python -m equity` works."""

import sys

from equity.cli import main

sys.exit(main())
