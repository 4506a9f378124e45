"""`python -m tests.mutants PACKAGE [--count N] [--seed N] [--near]`: change one place of a package at a time, and see whether a test fails.

In: the name of a package of `toolkit/`. Out: how many of a seeded sample of mutants are killed, and the ones that live, with what
was changed; exits 1 below 85 %. mutmut makes the mutants in a copy of the project and runs for each the tests beside the package
that reach its function; what lives through these meets the tests further away, in a process of its own. That takes longest: with
`--near` only what ran when the package was imported, before mutmut changed it, meets the same tests once more there. Tests of
LibreOffice and slow ones are left out, so a mutant that lives here may still die in `make test`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
WANTED = 0.85

# The tests that are asked first, beside the examples in the package's own docstrings, and those that are asked of what lives.
NEAR = {
    "values": ("tests/values",),
    "formula": ("tests/formula",),
    "checking": ("tests/checking", "tests/rules"),
    "reading": ("tests/reading",),
}
FURTHER = {
    "values": ("tests/formula", "tests/sources", "tests/reading", "tests/rules"),
    "formula": ("tests/checking", "tests/rules", "tests/forms"),
    "checking": ("tests/forms", "tests/workflow"),
    "reading": ("tests/sources", "tests/workflow", "tests/forms"),
}
_SELECTED = "not office and not slow"

# Not asked: it counts calls, and of what can be changed mutmut calls more.
_COUNTING = "tests/formula/test_quick.py::test_what_is_written_in_a_way_of_its_own_is_shorter"
_ASKED = ("-p", "no:cacheprovider", "-m", _SELECTED, "--deselect", _COUNTING)
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".oldest", ".same", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "dist", "build"
)

# A name that no mutant has: mutmut then makes them all and finds out which tests reach what, without trying one.
_NONE = "none"
_ALIVE, _UNTESTED, _KILLED = "survived", "no tests", "killed"

# What became of a mutant that no test was asked about, for mutmut could not begin.
_NOT_ASKED = "not checked"

# Tests are told apart by their names also where mutmut asks pytest twice in one process, which escapes what is escaped.
_NAMES_AS_THEY_ARE = "disable_test_id_escaping_and_forfeit_all_rights_to_community_support"

# Says which functions of the project run when its modules are imported.
_IMPORTING = """
import importlib, pkgutil, sys
ran = set()

def note(frame, event, _):
    name = frame.f_code.co_name
    if event == "call" and name.endswith("__mutmut_orig"):
        ran.add(f"{frame.f_globals['__name__']}.{name.removesuffix('__mutmut_orig')}")

import toolkit
sys.setprofile(note)
for found in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
    if not found.name.endswith("__main__"):
        try:
            importlib.import_module(found.name)
        except ImportError:
            pass
sys.setprofile(None)
print(*sorted(ran))
"""

# Every function of the package has a second frame above it there; and a mutant that never ends must not eat the machine.
_LIMITS = "import resource\nimport sys\n\nsys.setrecursionlimit(4000)\nresource.setrlimit(resource.RLIMIT_DATA, (3 << 30, 3 << 30))\n"


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="jixiao-mutants-") as scratch:
        place = Path(scratch) / "jixiao"
        _copy(options.package, place)
        told = _mutmut(place, "run", "--max-children", str(options.jobs), _NONE)
        names = _names(place, options.package)
        if not (place / "mutants" / "mutmut-stats.json").exists():
            print(f"{told[-3000:]}\n没有改坏时，测试就没有通过：请先改好测试。", file=sys.stderr)
            return 1
        chosen = sorted(random.Random(options.seed).sample(names, min(options.count, len(names))))
        print(f"{options.package}：共 {len(names)} 个变异体，取 {len(chosen)} 个（种子 {options.seed}）", flush=True)
        _mutmut(place, "run", "--max-children", str(options.jobs), *chosen)
        fates = _fates(place, chosen)
        if _NOT_ASKED in fates.values():
            print("mutmut 没有问完测试，这次的数不能用；原因见上。", file=sys.stderr)
            return 1
        left = [name for name in chosen if fates[name] in (_ALIVE, _UNTESTED)]
        if options.near:
            imported = _at_import(place)
            left = [name for name in left if name.rpartition("__mutmut_")[0] in imported]
        asked = (f"toolkit/{options.package}", *NEAR[options.package]) if options.near else FURTHER[options.package]
        with ThreadPoolExecutor(options.jobs) as pool:
            dies = pool.map(partial(_dies, place, asked), left)
            fates.update((name, _KILLED) for name, found in zip(left, dies, strict=True) if found)
        for name in chosen:
            if fates[name] in (_ALIVE, _UNTESTED):
                print(f"\n{name}：{'没有测试经过' if fates[name] == _UNTESTED else '存活'}")
                print(_mutmut(place, "show", name).partition("\n@@")[2])
    return _report(options.package, Counter(fates.values()))


def _report(package: str, count: Counter[str]) -> int:
    alive, untested, total = count[_ALIVE], count[_UNTESTED], sum(count.values())
    killed = total - alive - untested
    rate = killed / total
    print(f"\n{package}：{total} 个变异体，被测试发现 {killed} 个（{rate:.1%}），存活 {alive} 个，没有测试经过 {untested} 个。")
    return 0 if rate >= WANTED else 1


def _copy(package: str, place: Path) -> None:
    """Lay a copy of the project, with what the tests read beside it, and tell mutmut what to change there."""
    shutil.copytree(ROOT, place, ignore=_LEFT_OUT)
    shared = ROOT.parent / "shared"
    for parent in (place.parent, place):
        if shared.exists():
            (parent / "shared").symlink_to(shared)
    others = [each.name for each in place.iterdir() if each.name not in ("toolkit", "tests", "shared", "setup.cfg", "pyproject.toml")]
    conftest = place / "tests/conftest.py"
    conftest.write_text(conftest.read_text("utf-8") + "\n\n" + _LIMITS, "utf-8")
    settings = {
        "source_paths": ["toolkit"],
        "only_mutate": [f"toolkit/{package}/*"],
        "also_copy": sorted(others),
        "pytest_add_cli_args_test_selection": [f"toolkit/{package}", *NEAR[package]],
        "pytest_add_cli_args": [*_ASKED],
        "use_git_change_detection": ["false"],
        "track_dependencies": ["false"],
        "timeout_multiplier": ["2"],
    }
    config = place / "setup.cfg"
    config.write_text(config.read_text("utf-8").replace("[tool:pytest]\n", f"[tool:pytest]\n{_NAMES_AS_THEY_ARE} = true\n"), "utf-8")
    with config.open("a", encoding="utf-8") as file:
        file.write("\n[mutmut]\n")
        file.writelines(
            f"{name} =\n{''.join(f'    {value}{chr(10)}' for value in values)}" for name, values in settings.items() if len(values) > 1
        )
        file.writelines(f"{name} = {values[0]}\n" for name, values in settings.items() if len(values) == 1)


def _dies(place: Path, asked: Sequence[str], name: str) -> bool:
    """Whether one of these tests notices a mutant."""
    tests = ["-m", "pytest", "-x", "-q", *_ASKED, *asked]
    there = {"MUTANT_UNDER_TEST": name, "PYTHONPATH": str(place / "mutants")}
    return _run(place / "mutants", *tests, **there).returncode != 0


def _at_import(place: Path) -> set[str]:
    """The functions, as mutmut names them, that ran before it could change them."""
    done = _run(place / "mutants", "-c", _IMPORTING, MUTANT_UNDER_TEST="", PYTHONPATH=str(place / "mutants"))
    return set(done.stdout.split())


def _run(place: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    patient = {**os.environ, "JIXIAO_FILE_SECONDS": "120", **variables}  # watched tests are slow
    call = [sys.executable, *arguments]
    return subprocess.run(call, cwd=place, env=patient, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


def _mutmut(place: Path, *arguments: str) -> str:
    """What mutmut prints; where it only tells how far it is, the last of it goes to stderr."""
    done = _run(place, "-m", "mutmut", *arguments)
    if done.returncode and _NONE not in arguments:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return done.stdout


def _names(place: Path, package: str) -> list[str]:
    found = sorted((place / "mutants" / "toolkit" / package).rglob("*.meta"))
    return [name for each in found for name in json.loads(each.read_text("utf-8"))["exit_code_by_key"]]


def _fates(place: Path, chosen: list[str]) -> dict[str, str]:
    lines = (line.strip().partition(": ") for line in _mutmut(place, "results", "--all", "true").splitlines())
    told = {name: fate for name, _, fate in lines}
    return {name: told.get(name, _UNTESTED) for name in chosen}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="改坏一处，看测试是否发现")
    parser.add_argument("package", choices=list(NEAR), help="哪个包")
    parser.add_argument("--count", type=int, default=400, help="取多少个变异体（默认 400）")
    parser.add_argument("--seed", type=int, default=1, help="取样的种子")
    parser.add_argument("--near", action="store_true", help="只问包旁边的测试：快，存活的多一些")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="几个进程")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
