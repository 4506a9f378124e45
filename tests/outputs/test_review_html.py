"""审核报告.html in a real browser: what it shows, that filter and search work, that nothing leaves it, that it bears much."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser import Page, browser, needs_chromium
from tests.outputs.review_samples import HOSTILE, hostile, item, long, review, small
from toolkit.outputs.review.model import AbsentUnit, Counts, Group, Part, Review
from toolkit.outputs.review.page import review_page
from toolkit.spreadsheet.written import clean

pytestmark = [needs_chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as page:
        yield page


def show(page: Page, folder: Path, report: Review, fragment: str = "") -> str:
    """Open the report in the browser and return its address, without the fragment."""
    path = folder / "审核报告.html"
    path.write_bytes(review_page(report))
    page.events.clear()
    page.open(f"{path.as_uri()}{fragment}")
    return path.as_uri()


def test_what_the_page_shows(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, small())
    assert page.texts("h1 span") == ["需修改", "通过 1 家，需修改 1 家，无法读取 1 个文件；错误 1，警告 1，提示 1。"]
    assert page.evaluate("document.body.innerText.trimStart().startsWith('需修改')")
    assert page.texts("#units tr") == ["甲中心需修改11–11", "坏 #1.xlsx无法读取01–––", "乙中心通过3––––"]
    bar = "document.querySelector('#units .bar')"
    assert page.evaluate(f"{bar}.getAttribute('aria-label')") == "错误 1，警告 0，提示 1，已说明 1"
    assert page.evaluate(f"Array.from({bar}.children, e => [e.className, Math.round(e.offsetWidth * 3 / {bar}.offsetWidth)])") == [
        ["error", 1],
        ["hint", 1],
        ["kept", 1],
    ]
    assert page.texts("#list h3") == ["甲中心", "坏 #1.xlsx"]
    assert page.texts("#list .what") == [
        "年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元，相差 10,000.00 元。",
        "三级指标“改造食堂面积”没有计量单位。",
        "年度总体目标过短。",
        "文件打不开。",
    ]
    assert page.texts("#list .tag") == ["错误", "警告 · 已说明", "提示", "错误"]
    assert page.texts("#notes li") == ["问题清单 第 9 行：填报内容已变化。"]
    assert page.complaints == []


def test_each_finding_is_shown_in_the_context_of_its_row(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, small())
    second = "#list .item:nth-of-type(2) .context"
    assert page.texts(f"{second} th") == ["一级指标", "二级指标", "三级指标", "指标值"]
    assert page.texts(f"{second} td") == ["产出指标", "数量指标", "改造食堂面积", "=400.00"]
    assert page.texts(f"{second} .fault") == ["指标值", "=400.00"]
    said = "处理意见：保留　理由：合同约定不计单位"
    assert page.texts("#list .item:nth-of-type(2) .said") == [said]
    assert page.evaluate("Array.from(document.querySelectorAll('#list a'), a => decodeURI(a.getAttribute('href')))") == [
        "../回收/甲.xlsx",
        "../回收/甲.xlsx",
        "../回收/甲.xlsx",
        "../回收/坏 %231.xlsx",
    ]


@pytest.mark.parametrize(
    ("fragment", "rules"),
    [
        ("#severity=error", ["资金-F1", "文件-损坏"]),
        ("#severity=kept", ["指标-单位"]),
        ("#unit=甲中心", ["资金-F1", "指标-单位", "目标-过短"]),
        ("#unit=甲中心&severity=error", ["资金-F1"]),
        ("#rule=目标-过短", ["目标-过短"]),
        ("#q=改造食堂面积", ["指标-单位"]),
        ("#q=食堂面积 合同", ["指标-单位"]),
        ("#q=１，２１０", ["资金-F1"]),
        ("#q=XLSX&unit=坏%20%231.xlsx", ["文件-损坏"]),
        ("#q=没有的词", []),
    ],
)
def test_filter_and_search_from_the_address(page: Page, tmp_path: Path, fragment: str, rules: list[str]) -> None:
    show(page, tmp_path, small(), fragment)
    assert page.texts("#list .rule") == rules
    assert page.texts("#status") == [f"符合条件 {len(rules)} 条，共 4 条。"]
    assert page.texts("#list .none") == ([] if rules else ["没有符合条件的问题。"])


def test_filter_and_search_by_hand(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, small())
    page.type("#q", "食堂")
    page.until("document.querySelectorAll('#list .item').length === 3")
    assert set(page.texts("#list mark")) == {"食堂"}
    assert page.texts("#severity button") == ["全部 3", "错误 1", "警告 0", "提示 1", "已说明 1"]
    page.click('#severity button[data-severity="kept"]')
    assert page.texts("#list .rule") == ["指标-单位"]
    assert page.evaluate("decodeURIComponent(location.hash)") == "#q=食堂&severity=kept"
    assert page.texts('#severity button[aria-pressed="true"]') == ["已说明 1"]
    page.click("#clear")
    assert page.texts("#status") == ["共 4 条问题。"]
    page.click("#units tr:nth-child(2) button")
    assert page.texts("#list .rule") == ["文件-损坏"]
    assert page.evaluate("document.getElementById('unit').value") == "坏 #1.xlsx"


def test_a_report_without_findings(page: Page, tmp_path: Path) -> None:
    clean_unit = (Group("乙中心", ("/报表/回收/乙.xlsx",), "通过", 3, Counts()),)
    show(page, tmp_path, review((), clean_unit, verdict="通过", counts_line="通过 1 家。"))
    assert page.texts("#verdict") == ["通过"]
    assert page.texts("#list") == ["没有发现问题。"]
    assert page.complaints == []


def test_nothing_a_unit_typed_is_ever_markup(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, hostile())
    typed = [clean(text) for text in HOSTILE]
    assert page.texts("#list h3") == typed
    assert page.texts("#list .rule") == typed
    assert page.texts("#notes li") == typed
    assert page.evaluate("document.querySelectorAll('script').length") == 2
    assert page.evaluate("document.querySelectorAll('img, iframe, b, object, link, [onerror], [onmouseover]').length") == 0
    links = page.evaluate("Array.from(document.querySelectorAll('#list a'), a => a.protocol)")
    assert set(links) == {"file:"}
    assert page.complaints == []


def test_no_request_leaves_the_page(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        lures = (f"<img src={place}/1>", f"<link rel=stylesheet href={place}/2>", f"url({place}/3)", f"{place}/4")
        items = tuple(item(message=lure, value=lure, context=(Part(lure, lure),)) for lure in lures)
        report = replace(small(), items=items, notes=lures)
        address = show(page, tmp_path, report)
        assert page.texts("#list .what") == list(lures)
        page.type("#q", place)
        page.until("document.querySelectorAll('#list mark').length > 0")
        assert {request.partition("#")[0] for request in page.requests} == {"about:blank", address} - {"about:blank"}
        assert asked == []

        # The page's own policy stops even a script that got in; without the policy the same request arrives.
        attempt = f"new Promise(r => {{ const i = new Image(); i.onload = i.onerror = () => r(1); i.src = '{place}/5'; }})"
        page.evaluate(attempt)
        assert asked == []
        bare = tmp_path / "bare.html"
        bare.write_text("<p>", encoding="utf-8")
        page.open(bare.as_uri())
        page.evaluate(attempt)
        assert asked == ["/5"]
        server.shutdown()


def test_the_file_names_no_address_and_forbids_all() -> None:
    text = review_page(small()).decode("utf-8")
    assert re.findall(r"(?i)https?:|//\w+\.\w+|@import|url\(", text) == []
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[0]
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    assert '<meta name="jixiao.kind" content="审核报告">' in text


def test_fifty_thousand_findings_stay_usable(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, long(50_000))
    assert page.texts("#status") == ["共 50000 条问题。"]
    assert page.texts("#page") == ["第 1 / 1000 页"]
    assert page.evaluate("document.querySelectorAll('#list .item').length") == 50
    assert page.evaluate("document.querySelectorAll('#units tr').length") == 15
    page.click("#next")
    assert page.texts("#list .what")[0] == "第 50 条：分项合计不符。"
    page.type("#q", "第 49999 条")
    page.until("document.querySelectorAll('#list .item').length === 1")
    assert page.texts("#list h3") == ["第1999中心"]
    page.click("#clear")
    page.click('#severity button[data-severity="error"]')
    assert page.texts("#status") == ["符合条件 16667 条，共 50000 条。"]
    page.click("#all-units")
    assert page.evaluate("document.querySelectorAll('#units tr').length") == 2000
    assert page.complaints == []


def test_print_holds_all_pages_of_the_list(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, long(150))
    assert page.evaluate("document.querySelectorAll('#list .item').length") == 50
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('#list .item').length") == 150
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('#list .item').length") == 50
    page.call("Emulation.setEmulatedMedia", media="print")
    hidden = "Array.from(document.querySelectorAll('#filters, #pages'), e => getComputedStyle(e).display)"
    assert page.evaluate(hidden) == ["none", "none"]
    page.call("Emulation.setEmulatedMedia", media="")


# What is wrong with the tables of a page: a cell that does not stand under its heading, and anything that sticks out of the page.
CROOKED = """(() => {
  const found = [], near = (a, b) => Math.abs(a - b) <= 1, seen = e => e.getClientRects().length > 0;
  for (const table of document.querySelectorAll('table.units')) {
    if (!seen(table)) continue;
    const heads = Array.from(table.tHead.rows[0].cells).filter(seen);
    for (const row of table.tBodies[0].rows) {
      const cells = Array.from(row.cells).filter(seen);
      if (cells.length !== heads.length) found.push(cells.length + ' cells under ' + heads.length + ' headings');
      cells.forEach((cell, i) => {
        const a = cell.getBoundingClientRect(), b = heads[i] ? heads[i].getBoundingClientRect() : a;
        if (!near(a.left, b.left) || !near(a.right, b.right)) found.push(heads[i].textContent + ' stands elsewhere than ' + cell.textContent);
      });
    }
  }
  for (const section of document.querySelectorAll('header, section, footer'))
    if (seen(section) && section.getBoundingClientRect().right > innerWidth + 1) found.push(section.id + ' is too wide');
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push('the page scrolls sideways: ' + document.documentElement.scrollWidth);
  return found;
})()"""


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [360, 700, 701, 1366])
def test_every_figure_stands_under_its_heading_at_any_width(page: Page, tmp_path: Path, width: int, media: str) -> None:
    absent = (AbsentUnit("青溪区第三小学", "青溪区教育局", "教科文科", "王老师 0000-0000000"), AbsentUnit("青溪区人民医院", "", "", ""))
    show(page, tmp_path, replace(long(300), absent=absent))
    try:
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        page.call("Emulation.setEmulatedMedia", media=media)
        assert page.evaluate("innerWidth") == width
        assert page.evaluate(CROOKED) == []
        counts = [cell for cell in page.texts("#units tr:first-child td.n") if cell]
        assert len(counts) == 5 and page.evaluate("document.querySelectorAll('#absent tr').length") == 2
    finally:
        page.call("Emulation.setEmulatedMedia", media="")
        page.call("Emulation.clearDeviceMetricsOverride")
