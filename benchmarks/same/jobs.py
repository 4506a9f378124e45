"""Which commands run over which inputs. A job is one or more runs of the command line that write into one folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Both are relative to the folder in which the commands run, and the same for both trees: their names appear in outputs.
CORPUS, OUT = "corpus", "out"
PASSWORD = "密码"

BATCHES = ("回收", "写者", "异样", "公布", "案例")
DAMAGED = "坏件"
ROUNDS = "轮次"
COMMANDS = (
    "issue", "check", "annotate", "status", "tidy", "merge", "export", "import", "diff", "form", "excel", "demo",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """`runs` are the arguments of each run; `{out}` in them is the job's folder for what is written."""

    command: str
    inputs: str
    runs: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return f"{self.command} {self.inputs}"

    @property
    def folder(self) -> str:
        return self.name.replace("/", "_").replace(" ", "-")


def jobs(run: Path, only: Sequence[str] = (), inputs: Sequence[str] = ()) -> list[Job]:
    """Return the jobs whose name holds one of `only` (all of them where it is empty).

    With `inputs`, files of the corpus whose path holds one of these take the place of the batches.
    """
    found = list(_for_files(run, inputs) if inputs else _all(run))
    return [job for job in found if not only or any(word in job.name for word in only)]


def _for_files(run: Path, words: Sequence[str]) -> Iterator[Job]:
    files = [path.relative_to(run).as_posix() for path in sorted((run / CORPUS).rglob("*")) if path.is_file()]
    chosen = tuple(file for file in files if any(word in file for word in words))
    if chosen:
        yield from _batch("、".join(words), chosen)
        yield _import("、".join(words), chosen)


def _all(run: Path) -> Iterator[Job]:
    for name in BATCHES:
        if (run / CORPUS / name).is_dir():
            yield from _batch(name, (f"{CORPUS}/{name}",))
    for name in ("公布", "写者"):
        yield _import(name, (f"{CORPUS}/{name}",))
    yield Job(
        "diff",
        "回收-写者",
        (_diff(f"{CORPUS}/回收", f"{CORPUS}/写者"), (*_diff(f"{CORPUS}/回收", f"{CORPUS}/写者"), "--json")),
    )
    yield from _damaged(run)
    yield from _season()
    yield Job("help", "各命令", tuple((*command, "--help") for command in ((), *((name,) for name in COMMANDS))))
    yield Job("demo", "示例", (("demo", "-o", "{out}/演示"),))


def _batch(name: str, paths: tuple[str, ...]) -> Iterator[Job]:
    """All that is done with returns; each command by itself, so that one that stops hides no other.

    With `-o` and `--json` one run shows both; what takes time and shows nothing new is left to some of the batches.
    """
    given = (*paths, "--password", PASSWORD)
    roster = ("--roster", f"{CORPUS}/名单.xlsx")
    for command, only, *runs in (
        ("export", (), ("export", "--json", "-o", "{out}/数据.xlsx")),
        ("raw", (), ("export", "--json", "--raw")),
        ("csv", ("回收",), ("export", "-o", "{out}/数据.csv")),
        ("check", (), ("check", "--json", "-o", "{out}/审核结果")),
        ("told", ("回收", "异样"), ("check",)),
        ("annotate", (), ("annotate", "--all", "-o", "{out}/退改")),
        ("tidy", (), ("tidy", "-o", "{out}/整理")),
        ("merge", ("回收", "写者", "异样"), ("merge", "--latest", "-o", "{out}/汇总")),
        ("draft", (), ("merge", "--draft", "-o", "{out}/草稿")),
        ("status", ("回收", "异样"), ("status", *roster, "--json", "-o", "{out}/催报名单.xlsx")),
    ):
        if name not in BATCHES or not only or name in only:
            yield Job(command, name, tuple((first, *given, *rest) for first, *rest in runs))


def _import(name: str, paths: tuple[str, ...]) -> Job:
    return Job("import", name, (("import", *paths, "--password", PASSWORD, "-o", "{out}/填报"),))


def _diff(before: str, after: str) -> tuple[str, ...]:
    return ("diff", before, after, "--all", "--latest", "--force", "-o", "{out}/对比.xlsx")


def _damaged(run: Path) -> Iterator[Job]:
    """Files that hurt: read together (a process of its own reads them), and each alone, where it can only stop itself."""
    folder = f"{CORPUS}/{DAMAGED}"
    yield Job("check", DAMAGED, (("check", folder, "--json"),))
    yield Job("raw", DAMAGED, (("export", folder, "--json", "--raw"),))
    for path in sorted((run / folder / "案例").iterdir()) if (run / folder / "案例").is_dir() else ():
        file = f"{folder}/案例/{path.name}"
        runs = (("check", file), ("tidy", file, "-o", "{out}/整理"), ("merge", file, "--draft", "-o", "{out}/草稿"))
        yield Job("alone", f"{DAMAGED}/{path.name}", runs)


def _season() -> Iterator[Job]:
    """A season with a roster and a ledger, from issuing to the second round."""
    roster, first, second = f"{CORPUS}/名单-示例.xlsx", f"{CORPUS}/{ROUNDS}/一上", f"{CORPUS}/{ROUNDS}/二上"
    yield Job(
        "issue",
        "名单",
        (
            ("issue", roster, "-o", "{out}/下发", "--year", "2026", "--by", "主管部门", "--blank", "1"),
            ("issue", f"{CORPUS}/名单.xlsx", "-o", "{out}/下发二", "--json"),
        ),
    )
    yield Job("diff", ROUNDS, (_diff(first, second), (*_diff(first, second), "--json")))
    ledger = ("--ledger", "{out}/台账.sqlite")
    told = ("--roster", roster, "--decisions", f"{CORPUS}/审核报告.xlsx")
    yield Job(
        "season",
        ROUNDS,
        (
            ("check", first, "-o", "{out}/一", "--roster", roster, *ledger, "--round", "一上"),
            ("check", first, "-o", "{out}/一", *told, *ledger, "--round", "一上", "--force"),
            ("check", second, "-o", "{out}/二", "--roster", roster, *ledger, "--round", "二上"),
            ("status", "--roster", roster, *ledger, "--by", "归口科室", "-o", "{out}/催报名单.xlsx"),
            ("diff", *ledger, "--rounds", "一上", "二上", "-o", "{out}/对比.xlsx"),
            ("annotate", first, *told, "-o", "{out}/退改"),
            ("merge", first, *told, "-o", "{out}/汇总", "--unit", "万元"),
            ("merge", second, "--roster", roster, "--draft", "-o", "{out}/草稿"),
        ),
    )
    yield Job("form", "表样", (("form", "list"), ("form", "show", "绩效目标申报表"), ("form", "lint", roster)))
