"""What several hands decided, made one: opinions on different things stand side by side, two on one thing must say the same.

处理意见 with its 理由 are one word, 人工意见 is another: one hand may say the one and another hand the other. Remarks in rows of their own
are several by nature; only the same remark with two 处理意见 contradicts itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from toolkit.outputs.review import model as columns
from toolkit.season.codec import cells_of
from toolkit.season.decisions import REMARK_NAME, WITHDRAWN, plain_name
from toolkit.season.joining.side import Clash, Row, Side

_CURE = "请在其中一边的审核报告里改成一致（要撤回的清空），用 check --decisions 采用，再重新合并；或加 --prefer 写明以哪一边为准。"

Cells = Mapping[str, str]


def join_opinions(sides: Sequence[Side], prefer: str | None) -> tuple[list[Row], list[Clash]]:
    """Return the decisions of all sides as rows of a ledger, and what contradicts; with `prefer` that side's word holds there."""
    by_name: dict[str, list[tuple[str, Row, Cells]]] = {}
    for side in sides:
        for row in side.opinions:
            by_name.setdefault(plain_name(row["key"]), []).append((side.name, row, cells_of(row["cells"])))
    rows, clashes = list[Row](), list[Clash]()
    for name, given in sorted(by_name.items()):
        joined = _remarks if name.startswith(REMARK_NAME) else _finding
        made, clash = joined(name, given, prefer)
        rows += made
        clashes += [clash] if clash else []
    return rows, clashes


def _finding(name: str, given: Sequence[tuple[str, Row, Cells]], prefer: str | None) -> tuple[list[Row], Clash | None]:
    """The one opinion on a finding."""
    verdicts = {(cells.get(columns.ACTION, ""), cells.get(columns.REASON, ""), cells.get(WITHDRAWN, "")) for _, _, cells in given}
    remarks = {cells.get(columns.REMARK, "") for _, _, cells in given} - {""}
    spoken = verdicts - {("", "", "")}
    if len(spoken) > 1 or len(remarks) > 1 or (remarks and any(withdrawn for *_, withdrawn in spoken)):
        chosen = [each for each in given if each[0] == prefer]
        return [_earliest(chosen or given)[1]], _clash(given)
    first = _earliest(given)
    action, reason, withdrawn = next(iter(spoken), ("", "", ""))
    cells = {**first[2], columns.ACTION: action, columns.REASON: reason, columns.REMARK: next(iter(remarks), "")}
    return [first[1] if withdrawn else _row(name, cells, first[1]["seen"])], None


def _remarks(name: str, given: Sequence[tuple[str, Row, Cells]], prefer: str | None) -> tuple[list[Row], Clash | None]:
    """The remarks on one place, numbered as the ledger does."""
    gone = {side for side, _, cells in given if cells.get(WITHDRAWN)}
    texts: dict[str, dict[str, tuple[str, Row, Cells]]] = {}
    for each in given:
        texts.setdefault(each[2].get(columns.REMARK, ""), {})[each[2].get(columns.ACTION, "")] = each
    if (gone and gone != {side for side, _, _ in given}) or any(len(actions) > 1 for actions in texts.values()):
        chosen = [each for each in given if each[0] == prefer] or given
        return [{**row, "key": name if not number else f"{name} {number}"} for number, (_, row, _) in enumerate(chosen)], _clash(given)
    kept = [next(iter(actions.values())) for _, actions in sorted(texts.items())]
    return [_row(f"{name} {number}" if number else name, cells, row["seen"]) for number, (_, row, cells) in enumerate(kept)], None


def _earliest(given: Sequence[tuple[str, Row, Cells]]) -> tuple[str, Row, Cells]:
    return min(given, key=lambda each: (each[1]["seen"], each[1]["cells"]))


def _row(name: str, cells: Cells, seen: str) -> Row:
    return {"key": name, "cells": json.dumps(dict(cells), ensure_ascii=False), "seen": seen}


def _clash(given: Sequence[tuple[str, Row, Cells]]) -> Clash:
    cells = next((cells for _, _, cells in given if not cells.get(WITHDRAWN)), {})
    names = (columns.UNIT, columns.PROJECT, columns.FIELD, columns.RULE)
    said: dict[str, list[str]] = {}
    for side, _, each in sorted(given, key=lambda each: (each[0], each[1]["key"])):
        said.setdefault(side, []).append(_told(each))
    return Clash(
        "同一处两边意见不同",
        " › ".join(cells[name] for name in names if cells.get(name)),
        tuple((side, "；".join(texts)) for side, texts in said.items()),
        _CURE,
    )


def _told(cells: Cells) -> str:
    if cells.get(WITHDRAWN):
        return "已撤回"
    reason = f"（{cells[columns.REASON]}）" if cells.get(columns.REASON) else ""
    parts = (f"{cells.get(columns.ACTION, '')}{reason}", cells.get(columns.REMARK, ""))
    return "，".join(part for part in parts if part) or "没有意见"


def answers_apart(sides: Sequence[Side]) -> list[str]:
    """Return a line for each question of a batch (合并提问) that the sides answered differently, each for its own units."""
    given: dict[str, dict[str, set[str]]] = {}
    asked: dict[str, str] = {}
    for side in sides:
        for row in side.opinions:
            cells = cells_of(row["cells"])
            question, action = cells.get(columns.QUESTION, ""), cells.get(columns.ACTION, "")
            if question and action:
                given.setdefault(question, {}).setdefault(side.name, set()).add(action)
                asked.setdefault(question, cells.get(columns.RULE, ""))
    apart = {question: said for question, said in given.items() if len(set(map(frozenset, said.values()))) > 1}
    lines = []
    for question, said in sorted(apart.items()):
        told = "；".join(f"{side}：{'、'.join(sorted(said[side]))}" for side in sorted(said))
        lines.append(f"合并提问（{asked[question]}）两边答得不同：{told}。各单位照自己那一边的；要一致的，合并后在审核报告里改。")
    return lines
