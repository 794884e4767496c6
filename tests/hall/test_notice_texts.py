"""A hall's own words for a notice: what is refused, what is said, and by whom it was changed."""

import re
from pathlib import Path

import pytest

from bot import notices as voice
from bot.phrases.notices import SAMPLE, WORDINGS
from hall.notices import service as notices
from hall.notices import texts
from hall.notices.model import Kind
from hall.notices.parts import LONGEST_TEXT, PARTS, BadText, tidy
from hall.notices.texts import SameText
from hall.places import service as places
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, a_citizen, a_hall
from tests.handlers.staff import OTHER
from tests.servers import ROOT

OWN = "{票号}，轮到您啦，请到{窗口}。"


@pytest.mark.parametrize("kind", list(Kind))
def test_shipped_wording_passes_the_check_of_a_halls_own_and_says_every_part(kind: Kind) -> None:
    assert tidy(kind, WORDINGS[kind].text) == WORDINGS[kind].text
    assert set(PARTS[kind].every) <= set(WORDINGS[kind].parts(SAMPLE))
    assert "{" not in WORDINGS[kind].say(SAMPLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{票号}请到窗口", "少了{窗口}"),
        ("{票号}{窗口}{姓名}", "这些这里用不了：{姓名}，能用的有{票号}、{窗口}"),
        ("{票号}{窗口}{", "花括号要成对"),
        (" \n ", "一个字也没有写"),
        ("{票号}{窗口}" + "长" * LONGEST_TEXT, f"最多{LONGEST_TEXT}个字"),
    ],
)
def test_a_text_that_would_mislead_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadText) as refused:
        tidy(Kind.CALLED, text)
    assert said in refused.value.message


async def test_the_bot_says_the_halls_words_and_another_halls_stay_its_own(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.found, OTHER)
    wang = await db.transact(a_citizen)
    await db.transact(texts.set_text, HALL.id, Kind.CALLED, OWN, "王主任", MONDAY)
    for number, hall_id in enumerate((HALL.id, OTHER.id, None)):
        told = {"ticket": "A012", "counter": 3}
        await db.transact(notices.tell, wang.id, Kind.CALLED, told, f"called:{number}", MONDAY, hall_id=hall_id)
    own = await db.consult(texts.in_force)
    said = [voice.sentence(one, own) for one in await db.consult(notices.untold, wang.id, MONDAY)]
    assert said == ["A012，轮到您啦，请到3号窗口。"] + ["A012 叫到您了，请马上到3号窗口。"] * 2


async def test_old_versions_are_kept_and_one_press_brings_back_what_was(db: Database) -> None:
    await db.transact(a_hall)
    for text in (OWN, "{票号}请去{窗口}"):
        await db.transact(texts.set_text, HALL.id, Kind.CALLED, text, "王主任", MONDAY)
    with pytest.raises(SameText):
        await db.transact(texts.set_text, HALL.id, Kind.CALLED, " {票号}请去{窗口}\r\n", "王主任", MONDAY)
    await db.transact(texts.back_to_shipped, HALL.id, Kind.CALLED, "李主任", MONDAY)
    assert await db.consult(texts.in_force) == {}
    every = await db.consult(texts.versions, HALL.id, Kind.CALLED)
    assert [(one.text, one.set_by) for one in every] == [
        (None, "李主任"),
        ("{票号}请去{窗口}", "王主任"),
        (OWN, "王主任"),
    ]
    await db.transact(texts.restore, HALL.id, Kind.CALLED, every[-1].id, "李主任", MONDAY)
    assert await db.consult(texts.of, HALL.id, Kind.CALLED) == OWN


def test_a_text_too_long_with_its_facts_gives_way_to_the_shipped_one() -> None:
    facts = SAMPLE | {"reply": "长" * 500}
    own = "{答复}" + "也" * 380
    assert WORDINGS[Kind.REPLIED].say(facts, own).startswith("您给 Y示例0001 的差评")
    assert WORDINGS[Kind.REPLIED].say(SAMPLE, own).endswith("也")


def test_every_room_says_which_hall_tells() -> None:
    """Else it would be told in the shipped words, whatever the hall has written."""
    told = re.compile(r"notices\.tell\((?:[^()]|\([^()]*\))*\)")
    calls = [call for path in Path(ROOT / "hall").rglob("*.py") for call in told.findall(path.read_text("utf-8"))]
    assert len(calls) > 10
    assert [call for call in calls if "hall_id=" not in call] == []
