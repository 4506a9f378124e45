"""The shape of the code: imports one way, no cycles, modules and signatures short, folders small, a light start."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.shipped import declaration, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES, MEDIAN_LINES = 300, 140

# So many modules side by side are found at a glance.
MAX_MODULES = 20
MAX_PARAMETERS = 7

# DESIGN, "Data flows one way": what each part may import besides itself, a whole part or one module of it (records are
# `reading.model`, how an entry is told `reading.shown`, what it is to a formula `reading.computed`, findings `checking.model`). `errors` and `resources` serve all.
EVERYWHERE = {"toolkit", "errors", "resources"}
BELOW = {"values", "formula", "package", "spreadsheet", "forms", "sources", "reading", "checking", "comparing", "outputs"}
MAY_IMPORT: Mapping[str, set[str]] = {
    "toolkit": set(),
    "errors": {"values"},
    "resources": {"values", "errors"},
    "values": EVERYWHERE,
    "formula": EVERYWHERE | {"values"},
    "package": EVERYWHERE | {"values"},
    "spreadsheet": EVERYWHERE | {"values", "package"},
    "forms": EVERYWHERE | {"values", "formula", "package", "spreadsheet"},
    "sources": EVERYWHERE | {"values", "package", "spreadsheet"},
    "reading": EVERYWHERE | {"values", "forms", "sources", "spreadsheet.a1", "spreadsheet.cells"},
    "proposing": EVERYWHERE | {"values", "forms", "package", "spreadsheet", "sources", "reading.money"},
    "checking": EVERYWHERE | {"values", "forms", "formula", "reading.model", "reading.shown", "reading.computed"},
    "comparing": EVERYWHERE | {"values", "forms", "formula", "reading.model", "reading.shown"},
    "outputs": EVERYWHERE
    | {"values", "formula", "forms", "package", "spreadsheet", "reading.model", "reading.shown", "checking.model", "comparing"},
    "intake": EVERYWHERE | BELOW,
    "season": EVERYWHERE | BELOW | {"intake"},
    "workflow": EVERYWHERE | BELOW | {"intake", "season", "proposing"},
    "api": EVERYWHERE | BELOW | {"intake", "workflow"},
    "apps": EVERYWHERE | {"values", "forms", "intake", "season", "workflow"},
    "__main__": {"apps"},
}

# Slow to import (FACTS, "Start-up"): a command that does not need them must not pay for them.
HEAVY = {"docx", "lxml", "msoffcrypto", "numpy", "openpyxl", "pandas", "pdfplumber", "xlsxwriter", "xlwings"}

# What a check of a workbook that is as we drew it, without ledger, decisions and last year's values, has no use for.
NEEDLESS = {
    "sqlite3",
    "toolkit.comparing.model",
    "toolkit.outputs.filled.references",
    "toolkit.outputs.review.model",
    "toolkit.reading.arranged.layout",
    "toolkit.reading.flow",
    "toolkit.season.decisions",
    "toolkit.season.memory",
    "toolkit.spreadsheet.sheet_patch",
}


@dataclass(frozen=True)
class Import:
    """One import statement of a module of ours: who imports, on which line, what (both as dotted module names)."""

    importer: str
    line: int
    imported: str

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def test_imports_point_one_way() -> None:
    wrong = wrong_directions(imports(ROOT / "toolkit"))
    assert not wrong, "\n".join(wrong)


def test_every_part_has_its_rule() -> None:
    parts = {part_of(name) for name in modules(ROOT / "toolkit")}
    assert parts - set(MAY_IMPORT) == set()


def test_no_cycles() -> None:
    members = cycle(imports(ROOT / "toolkit"))
    assert not members, " → ".join(members)


def test_no_long_modules() -> None:
    long = long_modules(ROOT / "toolkit")
    assert not long, "\n".join(long)


def test_modules_are_short_as_a_rule() -> None:
    assert statistics.median(map(lines_of, modules(ROOT / "toolkit").values())) <= MEDIAN_LINES


def test_no_crowded_folders() -> None:
    crowded = crowded_folders(ROOT / "toolkit")
    assert not crowded, "\n".join(crowded)


def test_no_long_signatures() -> None:
    long = long_signatures(ROOT / "toolkit")
    assert not long, "\n".join(long)


@pytest.mark.parametrize("module", ["toolkit", "toolkit.resources", "toolkit.workflow", "toolkit.apps.cli", "toolkit.apps.excel_command"])
def test_imports_nothing_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name.partition(".")[0] for name in done.stdout.split()} & HEAVY == set()


def test_a_check_of_one_workbook_imports_only_what_it_needs(tmp_path: Path) -> None:
    filled = tmp_path / "一份.xlsx"
    filled.write_bytes(fill_workbook(shipped_form(), [declaration()]))
    code = f"import sys; from toolkit.apps.cli import main; sys.argv = ['jixiao', 'check', {str(filled)!r}]; main(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    *told, loaded = done.stdout.splitlines()
    assert told[-1].startswith("共 1 个文件、"), done.stdout
    assert {"toolkit.reading.sheet", "toolkit.checking.check"} <= set(loaded.split())
    assert set(loaded.split()) & NEEDLESS == set()


def test_at_its_end_a_run_looks_for_no_garbage() -> None:
    told = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))"
    code = f"{told}; import sys; from toolkit.apps.cli import main; sys.argv = ['jixiao', '--version']; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[1:] == ["True"]


def test_the_checks_see_what_they_should(tmp_path: Path) -> None:
    toolkit = tmp_path / "toolkit"
    sources = {
        "__init__.py": "",
        "values/__init__.py": "from toolkit.values.amounts import ZERO",
        "values/amounts.py": "from ..forms import model\nZERO = 0",
        "checking/__init__.py": "from toolkit.reading.model import Row",
        "checking/rows.py": "from toolkit.reading import labels",
        "reading/__init__.py": "",
        "reading/labels.py": "",
        "reading/model.py": "class Row: ...",
        "forms/__init__.py": "",
        "forms/model.py": "def read():\n    import toolkit.forms.lint",
        "forms/lint.py": "from toolkit.forms import model\n" + "\n" * MAX_LINES,
        "values/long.py": "def short(a, b): ...\ndef long(a, b, c, d, *, e, f, g, h): ...\n"
        "@click.command()\ndef command(a, b, c, d, e, f, g, h): ...",
        **{f"crowd/m{number}.py": "" for number in range(MAX_MODULES + 1)},
    }
    for name, text in sources.items():
        path = toolkit / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    found = imports(toolkit)
    assert wrong_directions(found) == [
        "toolkit.checking.rows:1 imports toolkit.reading.labels",
        "toolkit.values.amounts:1 imports toolkit.forms.model",
    ]
    assert set(cycle(found)) == {"toolkit.forms.lint", "toolkit.forms.model"}
    assert long_modules(toolkit) == [f"forms/lint.py: {MAX_LINES + 1} lines"]
    assert crowded_folders(toolkit) == [f"toolkit/crowd: {MAX_MODULES + 1} modules"]
    assert long_signatures(toolkit) == ["toolkit.values.long:2 long: 8 parameters"]


def wrong_directions(found: list[Import]) -> list[str]:
    """Return each import that the table above does not allow."""
    return [str(each) for each in found if not allowed(each)]


def allowed(each: Import) -> bool:
    """Return whether the importer's part may import that module."""
    part, own = part_of(each.imported), part_of(each.importer)
    return part == own or not MAY_IMPORT.get(own, set()).isdisjoint({part, each.imported.removeprefix("toolkit.")})


def cycle(found: list[Import]) -> list[str]:
    """Return the modules of one cycle, first and last the same, or nothing when there is none."""
    graph: dict[str, set[str]] = {}
    for each in found:
        graph.setdefault(each.importer, set()).add(each.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        members: list[str] = error.args[1]
        return members
    return []


def long_modules(folder: Path) -> list[str]:
    """Return `path: lines` of every module of more than MAX_LINES lines."""
    counts = {path: lines_of(path) for path in sorted(folder.rglob("*.py"))}
    return [f"{path.relative_to(folder).as_posix()}: {n} lines" for path, n in counts.items() if n > MAX_LINES]


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def crowded_folders(folder: Path) -> list[str]:
    """Return `folder: modules` of every folder that holds more than MAX_MODULES modules side by side."""
    counts = Counter(path.parent for path in folder.rglob("*.py") if path.name != "__init__.py")
    return [f"{place.relative_to(folder.parent).as_posix()}: {n} modules" for place, n in sorted(counts.items()) if n > MAX_MODULES]


def long_signatures(folder: Path) -> list[str]:
    """Return `module:line name: parameters` of every function that takes more than MAX_PARAMETERS; commands of click may."""
    found = []
    for name, path in modules(folder).items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not _is_command(node):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if len(given) > MAX_PARAMETERS:
                    found.append(f"{name}:{node.lineno} {node.name}: {len(given)} parameters")
    return found


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(each).startswith(("click.command", "cli.command")) for each in node.decorator_list)


def part_of(module: str) -> str:
    """Return the part of the table a module belongs to: `toolkit.forms.lint` → `forms`."""
    return module.split(".")[1] if "." in module else module


def modules(folder: Path) -> dict[str, Path]:
    """Return every module below `folder` by its dotted name, the folder's own name first."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(folder: Path) -> list[Import]:
    """Return every import that a module below `folder` makes of another one there, those inside functions too."""
    known = modules(folder)
    return [
        Import(name, line, target)
        for name, path in known.items()
        for line, wanted in _wanted(name, path)
        if (target := _nearest(wanted, known)) is not None and target != name
    ]


def _wanted(name: str, path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of all that the module imports; `from a import b` gives `a.b`."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _nearest(wanted: str, known: Mapping[str, Path]) -> str | None:
    """Return the module that holds `wanted`: itself when it is a module, else the one it is a name of."""
    if wanted in known:
        return wanted
    holder = wanted.rpartition(".")[0]
    return holder if holder in known else None
