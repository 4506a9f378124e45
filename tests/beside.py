"""What lies beside the checkout and is no part of the project: two published documents, small inputs that once failed."""

from __future__ import annotations

import pytest

from tests.shipped import ROOT

SHARED = ROOT.parent / "shared"
REAL, CASES = SHARED / "real", SHARED / "cases"
GONGWEI, TIANSHAN = "changning-gongwei-2024.txt", "changning-tianshan-2024.txt"

# A clone without them passes, in CI too.
needs_shared = pytest.mark.skipif(not REAL.is_dir(), reason="没有 ../shared")
