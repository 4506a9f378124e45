"""Prints the oldest packages that setup.cfg allows, as pip's requirements: `make oldest` tests with these."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent

# What pandas 2.0 was built against; a newer numpy cannot load it.
TOGETHER = ("numpy<2",)


def oldest(requirement: str) -> str:
    """Return a requirement with its lower bound as the version.

    >>> oldest("lxml>=5.0"), oldest('xlwings>=0.31; platform_system == "Windows"')
    ('lxml==5.0', 'xlwings==0.31; platform_system == "Windows"')
    """
    wanted = Requirement(requirement)
    (least,) = (each.version for each in wanted.specifier if each.operator == ">=")
    marker = f"; {wanted.marker}" if wanted.marker else ""
    return f"{wanted.name}=={least}{marker}"


def main() -> int:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    required = setup["options"]["install_requires"].strip().splitlines()
    print("\n".join((*(oldest(line) for line in required if not line.startswith("#")), *TOGETHER)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
