"""查进度 in chat: where it stands, since when, what comes next, by when, and what the person must do."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.phrases import notices as notice_words
from bot.phrases import progress as words
from cli.sample import read
from hall.cases import progress, stops
from hall.cases import service as cases
from hall.cases.clocks import WORKDAYS, Limit
from hall.cases.model import State
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.clock import SHANGHAI
from kit.db import Database
from kit.ids import with_check
from tests.bot.conftest import Chat
from tests.hall.builders import MONDAY, at
from tests.hall.case_builders import a_case

Chats = Callable[..., Chat]
SAID = {
    "ST202611200001": ["现在：收件——", "接下来：材料齐了就受理", "最晚11月27日（周五）告诉您齐不齐"],
    "ST202611180002": ["现在：受理——", "11月19日（周四）起", "承诺最晚：11月30日（周一）", "到今天用了2个工作日。"],
    "ST202611170003": ["现在：补正——", "· 卫生检测或评价报告（还没交）", "要您做的：请把缺的材料一次补齐"],
    "ST202611120004": ["现在：审核——", "承诺最晚：11月26日（周四）"],
    "ST202611100005": ["现在：办结——", "接下来：请带受理回执到社保卡窗口领取。"],
    "ST202611090006": [
        "现在：特别程序——",
        "说明：安排现场检查",
        "最晚停到12月11日（周五），之后时限接着算。",
        "另外停了6个工作日不算",
    ],
    "ST202611160007": ["现在：不予受理——", "可以依法申请行政复议"],
    "ST202611130008": [
        "现在：审核——",
        "承诺最晚：11月18日（周三）",
        "比承诺的晚了，对不住。法定最晚是12月25日（周五）。",
    ],
    "ST202610150009": [
        "法定最晚：11月14日（周六）",
        "到今天用了39天。",
        "已经超过法定的日子，对不住。您可以到“办不成事”反映窗口",
    ],
    "ST202610300010": ["现在：退件——", "说明：经营场所和申请的不一致"],
    "ST202611060011": ["现在：中止——", "说明：等外地回函核实居住情况", "接下来：回函到了就接着办"],
}


async def test_every_sample_case_says_where_it_stands_and_what_comes(chat: Chats) -> None:
    """As of the demo's Monday, 23 November 2026, counted by hand as in test_case_clocks.py."""
    written = {one["body"]: one["code"] for one in read().plan["case"]}
    assert written.keys() == SAID.keys()
    for n, (body, parts) in enumerate(SAID.items()):
        told = await chat(f"o{n}").say(f"进度 {with_check(body)} {written[body]}")
        assert [part for part in parts if part not in told] == [], told
        assert "示例申请人" not in told


async def test_owner_needs_no_code_and_sees_all_that_is_theirs(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("你好", "进度")
    known = await db.consult(citizens.known, wang.openid)
    assert known is not None
    matter = await db.consult(matters.matter, "shuangta", "drug-store-licence")
    case, _ = await db.transact(cases.open, matter, wang.now, citizen_id=known.id)
    assert f"· {case.number} 药品经营许可（零售药店）：收件" in await wang.say("进度")
    assert "现在：收件——" in await wang.say(f"进度 {case.number}")
    assert "6位查询码" in await chat("oLi").say(f"进度 {case.number}")


async def test_guessing_in_chat_is_slowed_for_who_guesses_only(chat: Chats) -> None:
    number, code = with_check("ST202611180002"), "SK3456"
    guesser = chat("oLi")
    said = await guesser.say(f"进度 {number}", *["AAAAAA"] * 8)  # a second apart
    assert said.startswith("查询码错的次数多了，为了保护办事人，请过")
    assert "现在：受理" in await chat("oWang").say(f"进度 {number} {code}")
    guesser.now += timedelta(minutes=1)
    assert "现在：受理" in await guesser.say(code)


async def test_unpublished_year_is_said_to_be_so(db: Database) -> None:
    received = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)
    case, code = await a_case(db, now=received)
    await db.transact(cases.accept, case.number, None, received)
    told = words.progress(await db.consult(progress.progress, case.number, received, code=code))
    assert "最晚哪天办完：2027年的放假安排还没有公布，公布后算出来马上告诉您。" in told


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_words(state: State) -> None:
    assert words.STATE_MEANS[state].startswith(state.chinese)
    assert words.COMES_NEXT[state].endswith("。")


async def test_owner_is_told_of_each_step_in_words_that_name_nobody(chat: Chats, db: Database) -> None:
    wang = chat(at=MONDAY)
    await wang.say("你好", "我的预约")
    known = await db.consult(citizens.known, wang.openid)
    assert known is not None
    matter = await db.consult(matters.matter, "shuangta", "drug-store-licence")
    case, _ = await db.transact(cases.open, matter, MONDAY, citizen_id=known.id, applicant="王小明")
    await db.transact(cases.accept, case.number, None, MONDAY)
    await db.transact(stops.suspend, case.number, None, None, "等回函", Limit(5, WORKDAYS), at(24, 9))
    await db.transact(stops.resume, case.number, None, at(25, 9))
    await db.transact(cases.conclude, case.number, None, "准予许可", at(26, 9), "到3号窗口领证。")
    told = await db.consult(notices.untold, known.id, at(27, 9))
    of_cases = [one for one in told if one.kind.startswith("case_")]
    assert [one.kind for one in of_cases] == [
        Kind.CASE_ACCEPTED,
        Kind.CASE_STOPPED,
        Kind.CASE_RESUMED,
        Kind.CASE_CONCLUDED,
    ]
    said = [notice_words.WORDINGS[one.kind].say(one.facts) for one in of_cases]
    assert "最晚12月7日（周一）办完。" in said[0]  # ten workdays: 24–27 | 30 1–4 | 7
    assert "最晚停到12月1日（周二），这段时间不算在时限里" in said[1]
    assert "接着办了。\n最晚12月8日（周二）办完。" in said[2]  # one day stood
    assert "办好了：准予许可。\n到3号窗口领证。" in said[3]
    assert "王" not in "".join(said)
