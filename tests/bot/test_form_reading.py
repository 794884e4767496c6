"""What a sentence says for the form, as people say it: in odd pieces, with stories, and with mistakes put right."""

from collections.abc import Callable

import pytest

from kit.db import Database
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]
START = "预约办社保卡，后天上午10点"


@pytest.mark.parametrize(
    ("corrections", "made"),
    [
        (["改到下午"], ("11-25 13:00", "王芳", "13800000003")),
        (["改到周五"], ("11-27 10:00", "王芳", "13800000003")),
        (["时间改成3点半"], ("11-25 15:30", "王芳", "13800000003")),
        (["晚一天"], ("11-26 10:00", "王芳", "13800000003")),
        (["不是后天，是大后天"], ("11-26 10:00", "王芳", "13800000003")),
        (["不对 是王芬"], ("11-25 10:00", "王芬", "13800000003")),
        (["名字改成王秀英", "还是王芳"], ("11-25 10:00", "王芳", "13800000003")),
        (["电话错了 是138 0000 0009"], ("11-25 10:00", "王芳", "13800000009")),
        (["改明天", "算了还是后天吧"], ("11-25 10:00", "王芳", "13800000003")),
    ],
)
async def test_a_correction_replaces_what_it_names_and_nothing_else(
    chat: Chats, db: Database, corrections: list[str], made: tuple[str, str, str]
) -> None:
    assert "约好了" in await chat().say(START, "王芳 13800000003", *corrections, "好")
    assert await booked(db) == [("social-security-card", *made)]


@pytest.mark.parametrize("sentence", ["不办社保卡了，办居住证", "换成居住证", "不对，是居住证"])
async def test_another_matter_takes_the_place_of_the_first(chat: Chats, db: Database, sentence: str) -> None:
    wang = chat()
    await wang.say(START, "王芳 13800000003")
    assert "居住证" in await wang.say(sentence)
    await wang.say("好")
    assert await booked(db) == [("residence-permit", "11-25 10:00", "王芳", "13800000003")]


@pytest.mark.parametrize(
    "pieces",
    [
        ["13800000003", "我叫王芳", "社保卡", "后天上午10点"],
        ["王芳 13800000003", "后天", "我要办社保卡", "上午10点"],
        ["后天10点", "社保卡", "13800000003", "王芳"],
        ["社保卡要带什么", "就约这个", "后天10点", "王芳，13800000003"],
    ],
)
async def test_the_pieces_may_come_in_any_order(chat: Chats, db: Database, pieces: list[str]) -> None:
    assert "约好了" in await chat().say(*pieces, "好")
    assert await booked(db) == [("social-security-card", "11-25 10:00", "王芳", "13800000003")]


@pytest.mark.parametrize(
    "said",
    [
        "等一下",
        "我问问我儿子",
        "我是他儿子",
        "王大爷",
        "老王",
        "我姓王",
        "时间10点",
        "我叫啥来着",
        "我是王秀英的儿子",
        "手机不记得了",
    ],
)
async def test_what_is_no_name_never_gets_in(chat: Chats, said: str) -> None:
    wang = chat()
    await wang.say(START, "13800000003", said)
    assert "全名" in await wang.say("13800000003")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我妈叫王秀英", "王秀英"),
        ("我奶奶叫王秀英，电话用我的", "王秀英"),
        ("公司叫朝阳宏达商贸有限公司，我是会计赵丽", "赵丽"),
        ("王有才", "王有才"),
        ("我叫高铁军", "高铁军"),
        ("我叫乜冬冬", "乜冬冬"),
    ],
)
async def test_the_name_of_whoever_comes_is_read(chat: Chats, db: Database, said: str, name: str) -> None:
    assert "约好了" in await chat().say(START, said, "13800000003", "好")
    assert await booked(db) == [("social-security-card", "11-25 10:00", name, "13800000003")]


async def test_a_company_said_in_passing_is_no_other_matter(chat: Chats) -> None:
    answer = await chat().say("预约留抵退税，后天3点半", "我给公司办，公司叫朝阳宏达商贸有限公司，我是会计赵丽")
    assert answer.startswith("增值税期末留抵税额退税申请，11月25日（周三）15:30")


async def test_two_wishes_are_taken_one_after_the_other(chat: Chats, db: Database) -> None:
    li = chat()
    asked = await li.say("下周三上午办食品证和营业执照，李芳13800000003")
    assert "食品经营许可证" in asked
    assert "“营业执照”等这个约好了再约" in asked
    assert "回复“预约营业执照”接着约" in await li.say("好")
    assert await booked(db) == [("food-business-licence", "12-02 09:00", "李芳", "13800000003")]
    assert "1 有限责任公司设立登记\n2 个体工商户设立登记" in await li.say("预约营业执照")


@pytest.mark.parametrize("digits", ["13800", "1380000000", "138000000000", "1380000000000"])
async def test_too_few_or_too_many_digits_are_no_phone(chat: Chats, digits: str) -> None:
    assert "好像不对" in await chat().say(START, "王芳", digits)


@pytest.mark.parametrize("said", ["下礼拜一到礼拜三都行 我也没啥事", "啊 那就下周一吧"])
async def test_words_of_asking_that_ask_nothing_do_not_hide_the_day(chat: Chats, said: str) -> None:
    assert "11月30日（周一）有空" in await chat().say("预约办社保卡", said)


@pytest.mark.parametrize(
    ("sentence", "what"), [("明天能办身份证吗", "身份证"), ("我想预约办驾照", "驾照"), ("护照丢了怎么补", "护照")]
)
async def test_what_is_not_done_here_is_said_to_be_so(chat: Chats, sentence: str, what: str) -> None:
    answer = await chat().say(sentence)
    assert answer == f"“{what}”不在这个大厅的办事清单里，我约不了也说不准。去哪办请拨 12345 问一下，或回复“转人工”。"


async def test_what_needs_no_appointment_is_said_to_be_so(chat: Chats) -> None:
    assert "不用在大厅预约" in await chat().say("预约低保")


async def test_the_matters_offered_stay_open_while_other_things_are_said(chat: Chats, db: Database) -> None:
    li = chat()
    await li.say("预约营业执照，明天", "李艳 13800000003")
    assert "2 个体工商户设立登记" in await li.say("嗯")
    assert "约好了" in await li.say("2", "上午10点", "好")
    assert await booked(db) == [("individual-registration", "11-24 10:00", "李艳", "13800000003")]
