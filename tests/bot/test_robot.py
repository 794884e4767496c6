"""WeRoBot taught to await: what is heard in each kind of message, and replies WeChat accepts."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Heard, Said, Why
from bot.phrases.general import CUT_SHORT
from bot.robot import TEXT_BYTES, Robot, fit
from kit.wechat_xml import Malformed, parse

SENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COMMON = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": "1795399200"}


async def answering(heard: Heard, now: datetime) -> Said:
    await asyncio.sleep(0)
    return Said(f"{heard.kind} {heard.text} {now:%H:%M}", Why("test"))


@pytest.fixture
def robot() -> Robot:
    return Robot(answering, lambda heard: heard.sent_at, customer_service=False)


def heard(robot: Robot, **fields: Any) -> Heard:
    found: Heard = robot.message({**COMMON, **fields}).heard
    return found


def event(robot: Robot, name: str, **fields: Any) -> Heard:
    return heard(robot, MsgType="event", Event=name, **fields)


async def test_reply_is_awaited(robot: Robot) -> None:
    message = robot.message({**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1"})
    assert (await robot.get_reply(message)).text == "text 你好 02:00"


def test_text_is_heard(robot: Robot) -> None:
    expected = Heard("oCitizen", "text", "你好", "17954705905960761", SENT)
    assert heard(robot, MsgType="text", Content="你好", MsgId="17954705905960761") == expected


def test_voice_is_heard_as_its_recognition(robot: Robot) -> None:
    assert heard(robot, MsgType="voice", Recognition="我要预约。", MsgId="1").text == "我要预约。"
    assert heard(robot, MsgType="voice", MediaId="m", MsgId="1").text == ""


@pytest.mark.parametrize("kind", ["image", "video", "shortvideo", "location", "link", "miniprogrampage", "file"])
def test_kind_of_message_is_told(robot: Robot, kind: str) -> None:
    assert heard(robot, MsgType=kind, MsgId="1").kind == kind


@pytest.mark.parametrize("kind", ["type_from_the_future", "subscribe_event", "unsubscribe_event", "all", "unknown"])
def test_message_of_unknown_type_is_unknown(robot: Robot, kind: str) -> None:
    assert heard(robot, MsgType=kind, MsgId="1", EventKey="x").kind == "unknown"


@pytest.mark.parametrize("name", ["brand_new", "text", "all", "unknown", "brand_new_event"])
def test_event_of_unknown_name_is_an_unknown_event(robot: Robot, name: str) -> None:
    assert event(robot, name).kind == "unknown_event"


@pytest.mark.parametrize(
    ("name", "key", "kind", "text"),
    [
        ("subscribe", "", "subscribe", ""),
        ("subscribe", "qrscene_counter7", "subscribe", "counter7"),
        ("SCAN", "counter7", "scan", "counter7"),
        ("Scan", "qrscene_7", "scan", "qrscene_7"),
        ("CLICK", "ASK", "click", "ASK"),
        ("click", "ASK", "click", "ASK"),
        ("VIEW", "https://example.cn/", "view", "https://example.cn/"),
        ("unsubscribe", "", "unsubscribe", ""),
        ("LOCATION", "", "location_event", ""),
        ("TEMPLATESENDJOBFINISH", "", "templatesendjobfinish", ""),
        ("subscribe_msg_popup_event", "", "subscribe_msg_popup_event", ""),
        ("kf_close_session", "", "kf_close_session", ""),
    ],
)
def test_event_is_heard_by_name_and_key_whatever_the_case(
    robot: Robot, name: str, key: str, kind: str, text: str
) -> None:
    found = event(robot, name, EventKey=key)
    assert (found.kind, found.text) == (kind, text)


def test_event_is_known_again_by_sender_second_name_and_key(robot: Robot) -> None:
    first = event(robot, "CLICK", EventKey="ASK").key
    assert first == event(robot, "CLICK", EventKey="ASK").key
    others = [
        event(robot, "CLICK", EventKey="BOOK").key,
        event(robot, "VIEW", EventKey="ASK").key,
        event(robot, "CLICK", EventKey="ASK", FromUserName="oOther").key,
        event(robot, "CLICK", EventKey="ASK", CreateTime="1795399201").key,
        event(robot, "CLICK", EventKey="ASK", ToUserName="gh_2").key,
        event(robot, "subscribe").key,
        event(robot, "unsubscribe").key,
    ]
    assert len({first, *others}) == 8


def test_key_of_an_event_holds_no_openid_and_fits_its_column(robot: Robot) -> None:
    key = event(robot, "VIEW", EventKey="https://example.cn/" + "x" * 900).key
    assert len(key) == 41
    assert "oCitizen" not in key


@pytest.mark.parametrize("number", ["", "not a number", "9" * 5000])
def test_odd_message_number_is_replaced_by_a_digest(robot: Robot, number: str) -> None:
    assert len(heard(robot, MsgType="text", Content="你好", MsgId=number).key) == 41


def test_tags_of_lower_case_shadow_nothing(robot: Robot) -> None:
    message = robot.message(
        {**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1", "source": "evil", "type": "x"}
    )
    assert (message.source, message.type) == ("oCitizen", "text")


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType"])
def test_message_without_a_common_field_is_malformed(robot: Robot, missing: str) -> None:
    fields = {**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1"}
    del fields[missing]
    with pytest.raises(Malformed):
        robot.message(fields)


def rendered(robot: Robot, said: Said, **common: str) -> dict[str, Any]:
    message = robot.message({**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1", **common})
    return parse(robot.render(message, said))


def test_answer_goes_back_to_the_sender_from_the_account(robot: Robot) -> None:
    reply = rendered(robot, Said("好的", Why("test")))
    assert reply.pop("CreateTime").isdecimal()
    assert reply == {"ToUserName": "oCitizen", "FromUserName": "gh_1", "MsgType": "text", "Content": "好的"}


def test_nothing_said_renders_nothing(robot: Robot) -> None:
    message = robot.message({**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1"})
    assert [robot.render(message, Said(text, Why("test"))) for text in ("", " \n", "\x01\x02")] == ["", "", ""]


def test_chat_is_handed_over_only_where_there_is_customer_service(robot: Robot) -> None:
    said = Said("正在为您转人工", Why("person"), to_person=True)
    assert rendered(robot, said)["Content"] == "正在为您转人工"
    with_people = Robot(answering, lambda heard: heard.sent_at, customer_service=True)
    assert rendered(with_people, said)["MsgType"] == "transfer_customer_service"
    assert rendered(with_people, Said("好的", Why("test")))["MsgType"] == "text"


def test_control_characters_and_markup_ends_are_made_harmless(robot: Robot) -> None:
    reply = rendered(
        robot, Said("a\x00\x08\x0b]]>\ud800\ufffe{0}{content}</xml>\nb", Why("test")), FromUserName="o]]>x"
    )
    assert (reply["Content"], reply["ToUserName"]) == ("a]]>{0}{content}</xml>\nb", "o]]>x")


@given(st.text())
def test_any_answer_renders_to_xml_that_says_it(text: str) -> None:
    robot = Robot(answering, lambda heard: heard.sent_at, customer_service=False)
    message = robot.message({**COMMON, "MsgType": "text", "Content": "你好", "MsgId": "1"})
    xml = robot.render(message, Said("始" + text + "终", Why("test")))
    assert parse(xml)["Content"].startswith("始")


def test_text_that_fits_is_left_alone() -> None:
    for text in ("好" * 682, "a" * 2048):
        assert fit(text) == text


def test_long_text_is_cut_at_a_sentence_and_says_where_the_rest_is() -> None:
    sentence = "小规模纳税人月销售额未达到10万元的，免征增值税。"
    cut = fit(sentence * 60)
    assert cut.endswith("免征增值税。" + CUT_SHORT)
    assert cut.removesuffix(CUT_SHORT) == sentence * ((TEXT_BYTES - len(CUT_SHORT.encode())) // len(sentence.encode()))


def test_long_text_without_a_sentence_end_is_cut_between_characters() -> None:
    assert fit("好" * 700) == "好" * ((TEXT_BYTES - len(CUT_SHORT.encode())) // 3) + CUT_SHORT


def test_long_text_is_not_cut_inside_a_link() -> None:
    text = "看这里。" + "字" * 650 + '<a href="https://example.cn/' + "x" * 60 + '">办理</a>'
    assert fit(text) == "看这里。" + CUT_SHORT


@given(st.text(min_size=600, max_size=3000))
def test_no_text_is_longer_than_wechat_takes(text: str) -> None:
    assert len(fit(text).encode("utf-8", "replace")) <= TEXT_BYTES
