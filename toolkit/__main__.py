"""`python -m toolkit` is the command `jixiao`, for machines where the script is not on the PATH."""

from __future__ import annotations

import sys

from toolkit.apps.cli import main

if __name__ == "__main__":
    sys.exit(main())
