"""The packages that are shipped, each with its version and the SHA-256 of every wheel: `lock.txt`, in pip's own form.

`python packaging/lock.py` writes it anew, from what a build for every machine would take. `check` is asked by every build, so that
nothing is shipped that is not in it; `pip install --require-hashes -r` and pip-audit read it too.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import wheels
from packaging.utils import parse_wheel_filename

LOCK = Path(__file__).resolve().parent / "lock.txt"
_LINE = re.compile(r"(?P<name>\S+)==(?P<version>\S+)(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)")


def locked() -> dict[tuple[str, str], frozenset[str]]:
    """Return the digests of each name and version."""
    found = map(_LINE.fullmatch, LOCK.read_text(encoding="utf-8").splitlines())
    return {(each["name"], each["version"]): frozenset(re.findall("[0-9a-f]{64}", each["hashes"])) for each in found if each}


def pins() -> list[str]:
    """Return the versions to build with; of a package that is locked in several, one for each Python, the newest that fits is one of them."""
    known = locked()
    names = [name for name, _ in known]
    return [f"{name}=={version}" for name, version in known if names.count(name) == 1]


def check(shipped: Iterable[Path]) -> None:
    """Raise SystemExit where a wheel is not in the lock, or is another file than the one that was locked."""
    known = locked()
    strange = [path.name for path in shipped if _digest(path) not in known.get(_key(path), ())]
    if strange:
        raise SystemExit(
            f"不在 packaging/lock.txt 里，或与它的校验值不符：{'、'.join(strange)}。核对后运行 python packaging/lock.py 重新锁定。"
        )


def written(found: Iterable[Path]) -> str:
    """Return the lock of these wheels."""
    digests: dict[tuple[str, str], set[str]] = {}
    for path in found:
        digests.setdefault(_key(path), set()).add(_digest(path))
    lines = (
        f"{name}=={version}{''.join(f' --hash=sha256:{each}' for each in sorted(own))}" for (name, version), own in sorted(digests.items())
    )
    return "\n".join(("# 由 python packaging/lock.py 生成：离线安装包里的依赖，每个文件的 SHA-256。", *lines, ""))


def _key(path: Path) -> tuple[str, str]:
    name, version, *_ = parse_wheel_filename(path.name)
    return str(name), str(version)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    import build

    targets = [(wheels.Target(build.WINDOWS_PYTHON, "Windows", "AMD64"), build.FOR_SHORTCUTS)]
    targets += [(wheels.Target(python, "Linux", machine), ("pip",)) for machine in ("x86_64", "aarch64") for python in build.LINUX_PYTHONS]
    with tempfile.TemporaryDirectory() as work:
        own = wheels.build(build.ROOT, Path(work))
        found = {path for target, extra in targets for path in wheels.collect(own, target, build.CACHE / "wheels", extra)}
    LOCK.write_text(written(found), encoding="utf-8")
    print(f"{LOCK}：{len(found)} 个文件。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
