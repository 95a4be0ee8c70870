"""Everything that is measured: `./run bench`."""

from benchmarks.web.__main__ import main

raise SystemExit(main())
