"""Text as found in cells, Word tables and PDF → text as meant: invisible damage removed, labels made comparable.

In: any text out of a file. Out: text without what nobody meant (`clean_text`, for everything), or one of the stronger
forms for one purpose each: `half_width` and `squeeze` for numbers, units and operators, `close_gaps` for written
numbers, `unwrap` for short values broken over lines, `label_key` for comparing labels. Called by the other modules of
`values` and by `sources`, `reading` and `outputs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_INVISIBLE = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"

# C1 controls (x7f-x9f) are legal in XML 1.0, but nobody types them; x85 is a line end and white space to Python.
_ILLEGAL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff"

_REMOVED = re.compile(f"[{_INVISIBLE}{_ILLEGAL}]+")
_HARD_SPACE = re.compile(r"[\u00a0\u2007\u202f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TEXT_MARK = re.compile(r"'(?=[-+−－＋.．\d≥≤≧≦⩾⩽<>=＜＞＝¥￥])[^']*")
# Radicals that PDF extraction brings for whole words: the Kangxi block by NFKC, those of the supplement one by one.
_SUPPLEMENT = dict(
    zip(
        "⺠⺟⺫⺼⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "民母目肉虎西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
_RADICAL = re.compile(r"[\u2e80-\u2fdf]")

_SUSPECT = re.compile(rf"[\u2e80-\u2fdf{_INVISIBLE}{_ILLEGAL}\u00a0\u2007\u202f\r\ud800-\udfff]|_x[0-9A-Fa-f]{{4}}_|^\s*'")

# Full-width and small forms of ASCII, the ideographic space and the yen sign.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= {0x3000: 0x20, 0xFFE5: 0xA5}
_HALF_WIDTH |= {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0xFE50, 0xFE6C)}

# Brackets of vertical writing: ︵万元︶.
_HALF_WIDTH |= {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in (0xFE35, 0xFE36, 0xFE39, 0xFE3A, 0xFE3B, 0xFE3C)}

_WHITE = re.compile(r"\s+")
_STOP_AS_POINT = re.compile(r"(?<=\d)[。｡](?=\d)")
_LABEL_MARKS = str.maketrans("[]【】〔〕〖〗∶", "()()()():")

_DIGIT_GAP = re.compile(r"\d\s+\d")
_NUMERIC_RUN = re.compile(r"\d[\d\s.,]*")
_LETTERSPACED = re.compile(r"\d(?: +\d)*")
_SPACE_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")
_COMMA_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")

# A quotation inside a quotation.
_NESTED = re.compile("“[^”]*“")

# Texts up to this length are remembered: labels and words, which are asked for again and again.
_SHORT = 48


def clean_text(text: str) -> str:
    r"""Return `text` without what nobody meant: invisible and illegal characters, escapes, hard and outer blanks.

    Zero-width characters, byte order marks, characters illegal in XML 1.0 and lone surrogates go; a no-break space
    becomes a blank; `_xHHHH_` (how xlsx stores control characters) becomes its character, and `_x000D_` nothing; line
    ends become `\n`. A leading apostrophe, which only tells Excel that the cell is text, goes when a number or an
    operator follows. Radicals that stand for whole words (⼈ for 人) become these words. Words, punctuation and their width are
    left alone. Cleaning twice changes nothing more.

    >>> clean_text("\ufeff '2024-01-01\u00a0")
    '2024-01-01'
    >>> clean_text("第一行_x000D_\n第二行\u200b，（原样）")
    '第一行\n第二行，（原样）'
    >>> clean_text("主管部⻔ ⼈员")
    '主管部门 人员'
    >>> clean_text("'90后'职工")
    "'90后'职工"
    """
    while _SUSPECT.search(text):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text.strip()


def _clean_once(text: str) -> str:
    text = _ESCAPE.sub(_unescape, text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _RADICAL.sub(_whole_word, text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _HARD_SPACE.sub(" ", _REMOVED.sub("", text)).strip()
    return text[1:] if _TEXT_MARK.fullmatch(text) else text


def _whole_word(match: re.Match[str]) -> str:
    return _SUPPLEMENT.get(match[0]) or unicodedata.normalize("NFKC", match[0])


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "" if code == 0x0D else chr(code)


def one_line(text: str) -> str:
    """Return `text` as it can stand in a message: on one line, nothing in it that moves the cursor or turns the order round.

    >>> print(one_line("项目1\\n（续）\\x1b[31m"))
    项目1␊（续）␛[31m
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each.isspace() and unicodedata.category(each) == "Zs" else _visible(each) for each in text)


def _visible(control: str) -> str:
    return chr(0x2400 + ord(control)) if control < " " else "␡" if control == "\x7f" else "\ufffd"


def nested_quotes(text: str) -> str:
    """Return `text` with quotation marks inside quotation marks made single; as it is where they do not pair.

    >>> nested_quotes("项目““双减”课后服务”没有报送"), nested_quotes("“甲”和“乙”")
    ('项目“‘双减’课后服务”没有报送', '“甲”和“乙”')
    """
    if not _NESTED.search(text):
        return text
    made, depth = [], 0
    for character in text:
        depth -= character == "”"
        made.append("‘’"["“”".index(character)] if character in "“”" and depth > 0 else character)
        depth += character == "“"
        if depth < 0:
            return text
    return "".join(made) if depth == 0 else text


def shown_path(path: str) -> str:
    """Return a path as messages, records and the ledger name it: readable, on one line.

    A name that is no UTF-8 comes from a Chinese Windows: it is read as GBK where it can be.

    >>> print(shown_path("回收/" + "申报表.xlsx".encode("gbk").decode("utf-8", "surrogateescape")))
    回收/申报表.xlsx
    """
    if not path.isprintable() and _SURROGATE.search(path):
        path = "/".join(map(_guessed, path.split("/")))
    return one_line(path)


def _guessed(name: str) -> str:
    if not _SURROGATE.search(name):
        return name
    try:
        return name.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return _SURROGATE.sub("\ufffd", name)


def is_blank(text: str | None) -> bool:
    r"""Return whether there is nothing to see: None, "" or only white space and invisible characters.

    >>> is_blank(None), is_blank("\u3000\u200b\n"), is_blank("_x000D_"), is_blank("0")
    (True, True, True, False)
    """
    return not text or not (text[0].isalnum() or clean_text(text))


def half_width(text: str) -> str:
    """Return `text` with full-width ASCII (！ to ～), the ideographic space and ￥ in half width.

    For numbers, units and operators; in prose full-width punctuation is right and must stay.

    >>> half_width("≥９０．００（％），　＝")
    '≥90.00(%), ='
    """
    return _half_width(text) if len(text) <= _SHORT else text.translate(_HALF_WIDTH)


@lru_cache(maxsize=4096)
def _half_width(text: str) -> str:
    return text.translate(_HALF_WIDTH)


def number_form(text: str) -> str:
    """Return text in half width, with a Chinese full stop between digits as the decimal point it was meant to be.

    >>> number_form("≥９０。５０")
    '≥90.50'
    """
    return _STOP_AS_POINT.sub(".", half_width(text))


def squeeze(text: str) -> str:
    r"""Return `text` without any white space, line ends and ideographic spaces included.

    >>> squeeze(" 服务对象\n满意度\u3000指标 ")
    '服务对象满意度指标'
    """
    return _squeezed(text) if len(text) <= _SHORT else _WHITE.sub("", text)


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return _WHITE.sub("", text)


def label_key(text: str) -> str:
    r"""Return the key by which labels are compared: no white space, one width, one kind of bracket and colon.

    Case is folded, and NFKC undoes the look-alike radicals (⽬ for 目) that PDF extraction brings. A colon at the end
    does not count.

    >>> label_key("绩 效\n目 标："), label_key("项目资金\n（元）"), label_key("其中：财政资金")
    ('绩效目标', '项目资金(元)', '其中:财政资金')
    >>> label_key("年度（／项目）指标值"), label_key("⽬标 ID")
    ('年度(/项目)指标值', '目标id')
    """
    for _ in range(3):
        key = unicodedata.normalize("NFKC", clean_text(text)).translate(_LABEL_MARKS).casefold()
        key = squeeze(clean_text(unicodedata.normalize("NFKC", key))).rstrip(":")
        if key == text:
            break
        text = key
    return text


def unwrap(text: str) -> str:
    r"""Return `text` on one line: breaks and blanks inside Chinese vanish, a break between Latin words becomes a blank.

    For short values that extraction has broken over lines, not for prose with paragraphs.

    >>> unwrap("提升信息系统应用\n效率"), unwrap("不 断 提 高"), unwrap("HIS\nsystem 升级")
    ('提升信息系统应用效率', '不断提高', 'HIS system 升级')
    """
    return _WHITE.sub(_close_or_keep, text.strip())


def _close_or_keep(gap: re.Match[str]) -> str:
    broken = "\n" in gap[0]
    chinese = _is_chinese(gap.string[gap.start() - 1]) + _is_chinese(gap.string[gap.end()])
    if chinese == 2 or (broken and chinese):
        return ""
    return " " if broken else gap[0]


def _is_chinese(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff01" <= char <= "\uff65"


def close_gaps(text: str) -> str | None:
    r"""Return a written number, in half width, without its blanks, or None when they may part two numbers.

    Blanks beside commas, dots, marks and units are damage and vanish. Blanks between digits vanish when they group by
    thousands (`1 000 000`), when every digit is spaced (`9 6 0`), or when commas show how the digits belong together.

    >>> close_gaps("960, 000. 00 元"), close_gaps("1 000 000"), close_gaps("9 0. 0 0 (%)"), close_gaps("9 60,000.00")
    ('960,000.00元', '1000000', '90.00(%)', '960,000.00')
    >>> close_gaps("1000 2000"), close_gaps("100\n200"), close_gaps("100.00 200")
    (None, None, None)
    """
    if _DIGIT_GAP.search(text) and not all(_is_one_number(run) for run in _NUMERIC_RUN.findall(text)):
        return None
    return squeeze(text)


def _is_one_number(run: str) -> bool:
    if not _DIGIT_GAP.search(run):
        return True
    if re.search(r"\d[^\S\n]*\n\s*\d", run):
        return False
    whole, _, fraction = (part.strip() for part in run.partition("."))
    whole_is_one = (
        not _DIGIT_GAP.search(whole)
        or _LETTERSPACED.fullmatch(whole) is not None
        or _SPACE_GROUPED.fullmatch(whole) is not None
        or _COMMA_GROUPED.fullmatch(squeeze(whole)) is not None
    )
    return whole_is_one and (not _DIGIT_GAP.search(fraction) or _LETTERSPACED.fullmatch(fraction) is not None)


def did_you_mean(word: str, known: object, prefix: str = "", *, alike: float = 0.6) -> str:
    """Return "，是不是 …？" with the nearest of the `known` words (an iterable; else none), "" where none is near.

    >>> did_you_mean("年度资金申请总合", ["年度资金申请总额", "项目资金总额"])
    '，是不是 年度资金申请总额？'
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=alike) if isinstance(known, Iterable) else ()
    return f"，是不是 {prefix}{near[0]}？" if near else ""
