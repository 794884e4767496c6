"""The mini program as it is written: nothing bound to nobody, no call WeChat lacks, print large enough, colours AA."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.miniprogram.telephone import HARNESS, MINIPROGRAM

APP = json.loads((MINIPROGRAM / "app.json").read_text("utf-8"))
PAGES = APP["pages"]
SMALLEST_RPX = 28  # 14 pixels on a telephone 375 wide
SMALLEST_TARGET_RPX = 88  # 44 pixels
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPEAKS = {"utils/words.js"}
# What stands on what, in app.wxss and the pages.
PAIRS = [
    ("ink", "ground"), ("ink", "card"), ("soft", "ground"), ("soft", "card"), ("accent", "card"), ("accent", "ground"),
    ("accent", "accent-ground"), ("on-accent", "accent"), ("warn", "warn-ground"), ("bad", "card"), ("bad", "bad-ground"),
]  # fmt: skip


def written(suffix: str) -> dict[str, str]:
    found = sorted(MINIPROGRAM.rglob(f"*{suffix}"))
    return {path.relative_to(MINIPROGRAM).as_posix(): path.read_text("utf-8") for path in found}


def without_comments(code: str) -> str:
    return re.sub(r"(?m)(^|\s)//.*$", "", code)


def test_every_page_is_there_and_no_other() -> None:
    wanted = {f"{page}.{kind}" for page in PAGES for kind in ("js", "wxml", "wxss", "json")}
    there = {path.relative_to(MINIPROGRAM).as_posix() for path in (MINIPROGRAM / "pages").rglob("*") if path.is_file()}
    assert there == wanted
    assert {tab["pagePath"] for tab in APP["tabBar"]["list"]} <= set(PAGES)


def test_every_handler_bound_is_there() -> None:
    shared = defined((MINIPROGRAM / "utils/page.js").read_text("utf-8"))
    lacking = []
    for page in PAGES:
        markup = (MINIPROGRAM / f"{page}.wxml").read_text("utf-8")
        markup += "".join(
            (MINIPROGRAM / name).read_text("utf-8") for name in re.findall(r'<include src="/(.*?)"', markup)
        )
        bound = set(re.findall(r'\b(?:bind|catch):?\w+="(\w+)"', markup))
        lacking += [
            f"{page}: {name}" for name in bound - shared - defined((MINIPROGRAM / f"{page}.js").read_text("utf-8"))
        ]
    assert lacking == []


def defined(code: str) -> set[str]:
    return set(re.findall(r"(?m)^  (?:async )?(\w+)\([^)]*\) \{$", code))


def test_every_wx_call_is_one_the_telephone_of_the_tests_knows() -> None:
    used = {name for code in written(".js").values() for name in re.findall(r"\bwx\.(\w+)", without_comments(code))}
    known = set(
        re.findall(r"(?m)^  (\w+)(?::|,)", (HARNESS / "wx.js").read_text("utf-8").partition("window.wx = {")[2])
    )
    assert used == known


def addresses() -> Iterator[tuple[str, str]]:
    for name, text in (written(".js") | written(".wxml")).items():
        for address in re.findall(r"/(pages/\w+/\w+)", text):
            yield name, address


def test_every_page_led_to_is_there() -> None:
    assert {(name, to) for name, to in addresses() if to not in PAGES} == set()


def test_every_module_is_there() -> None:
    lacking = [
        f"{name}: {to}"
        for name, code in written(".js").items()
        for to in re.findall(r"require\('(.*?)'\)", code)
        if not (MINIPROGRAM / Path(name).parent / f"{to}.js").resolve().is_file()
    ]
    assert lacking == []


def test_what_code_says_stands_in_one_file() -> None:
    said = [
        f"{name}: {line.strip()}"
        for name, code in written(".js").items()
        if name not in SPEAKS
        for line in without_comments(code).splitlines()
        if CHINESE.search(line)
    ]
    assert said == []


def test_every_sentence_kept_is_said() -> None:
    kept = set(re.findall(r"(?m)^  (\w+):", (MINIPROGRAM / "utils/words.js").read_text("utf-8")))
    said = {name for code in written(".js").values() for name in re.findall(r"\bwords\.(\w+)", code)}
    assert kept == said


def test_print_is_large_enough() -> None:
    sizes = {
        (name, size)
        for name, css in written(".wxss").items()
        for size in re.findall(r"(?:font-size|--(?:small|text|big|huge)): ([^;]+);", css)
    }
    plain = {(name, size) for name, size in sizes if not size.startswith("var(--")}
    assert {name for name, _ in plain} == {"app.wxss"}
    assert min(int(size.removesuffix("rpx")) for _, size in plain) == SMALLEST_RPX


def test_what_is_tapped_is_large_enough() -> None:
    heights = re.findall(r"(?:--touch|min-height): (\d+)rpx", "\n".join(written(".wxss").values()))
    assert min(map(int, heights)) >= SMALLEST_TARGET_RPX


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_colours_are_aa(front: str, back: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", (MINIPROGRAM / "app.wxss").read_text("utf-8")))
    light, dark = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
