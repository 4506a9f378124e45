"""`jixiao demo` walks a season on the shipped examples: two lines a step, and what it leaves is a season that is done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import Run

pytestmark = pytest.mark.slow

STEPS = ("一、下发", "二、收表", "三、审核", "四、退改", "五、催报", "六、再收", "七、汇总")


def test_the_demo_walks_a_season_and_can_be_walked_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("demo", "-o", "演示")
    assert (done.code, done.err) == (0, "")
    told = [line for line in done.out.splitlines() if line][1:-1]
    assert [line.split("：")[0] for line in told[::2]] == list(STEPS)
    assert all(line.startswith("    ") for line in told[1::2]), "what it did, then which file to open"
    opened = [Path(path) for line in told[1::2] for path in re.findall(r"演示/[^：，。； ]+", line)]
    assert len(opened) == 7 and [path for path in opened if not path.exists()] == []
    assert told[4].startswith("三、审核：6 个文件、11 个项目，通过 4，需修改 2，") and told[8].startswith(
        "五、催报：还没报的 1 家：青溪区博物馆"
    )
    assert told[10] == "六、再收：改正的、补报的到了，再审核一次：7 个文件、12 个项目，通过 7，需修改 0，错误 0 处，警告 2 处。"
    assert len(list(Path("演示/5-汇总").glob("*.docx"))) == 6
    assert run("demo", "-o", "演示").out == done.out, "walked again it is the same"

    monkeypatch.chdir("演示")
    season = run("season", "--json").json
    assert (season["year"], {status: len(units) for status, units in season["states"].items()}) == (2026, {"已报": 6})
    assert [step["command"] for step in season["next"]] == ["jixiao merge -o 汇总 --force"]
