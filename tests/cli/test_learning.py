"""`bangban knowledge groups | draft | review | publish | …`: from what was asked to what is answered."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hall.staff.model import StaffUnknown
from kit import clock
from tests.cli.conftest import Ended, Run
from tests.cli.test_knowledge import answer, staffed

__all__ = ["staffed"]

CHARGING = "大厅里能给手机充电吗"
ASKED = [CHARGING, "大厅里能不能给手机充电", "大厅能给手机充电么"]
ANSWER = "能，一楼咨询台有充电柜。"
CHARGING_ENTRY = f"""
[[entry]]
id = "charging"
question = "{CHARGING}？"
answer = "{ANSWER}"
"""
EDITED = CHARGING_ENTRY.replace(ANSWER, "能，在二楼。")
UNKNOWN = f"{StaffUnknown(name='没人').message}\n"


def numbers(groups: str) -> list[str]:
    """The numbers of the questions of the first group, as an editor copies them."""
    found = re.search(r"编号：([\d ]+)", groups)
    assert found, groups
    return found[1].split()


def did(told: Ended) -> list[str]:
    """What `history` says was done, without the day and the hour."""
    assert told.code == 0, told.err
    return [line.split("　", 1)[1] for line in told.out.splitlines() if not line.startswith(" ")]


@pytest.fixture
def asked(staffed: Run) -> Iterator[Run]:
    """`staffed`, after a citizen has asked the same in three ways, of which the library knows nothing."""
    assert staffed("chat", stdin="\n".join(ASKED)).code == 0
    yield staffed


@pytest.fixture
def published(staffed: Run, tmp_path: Path) -> Run:
    """`staffed`, with an answer to what was asked."""
    (tmp_path / "charging.toml").write_text(CHARGING_ENTRY, "utf-8")
    assert staffed("knowledge", "import", "charging.toml", "--as", "李编辑").code == 0
    return staffed


def edit(run: Run, tmp_path: Path) -> None:
    """A draft of another answer."""
    (tmp_path / "edited.toml").write_text(EDITED, "utf-8")
    assert run("knowledge", "import", "edited.toml", "--draft", "--as", "李编辑").code == 0


def test_groups_before_anything_was_asked_says_so(staffed: Run) -> None:
    assert staffed("knowledge", "groups").out == "最近7天0问，直接答了0，答不上0。\n没有要处理的。\n"


def test_groups_show_the_ways_to_ask_one_thing_together(asked: Run) -> None:
    asked("chat", stdin="新能源车要交购置税吗")
    told = asked("knowledge", "groups", "--days", "1").out.splitlines()
    assert told[0].startswith("最近1天4问，直接答了1，答不上")
    assert re.fullmatch(r"1\. .*充电.*（3次）", told[1].replace("，其中1次可能答错", ""))
    assert {line.strip(" ·") for line in told[2:5]} == set(ASKED)


def test_group_becomes_an_entry_that_answers(asked: Run, tmp_path: Path) -> None:
    found = numbers(asked("knowledge", "groups").out)
    assert len(found) == 3
    drafted = asked("knowledge", "draft", *found, "--id", "charging", "--as", "李编辑")
    assert (drafted.code, drafted.out.startswith("草稿 charging 建好了。")) == (0, True)
    assert asked("knowledge", "groups").out.endswith("没有要处理的。\n")

    unwritten = asked("knowledge", "review", "charging", "--as", "王审核")
    assert (unwritten.code, "还没有写答案" in unwritten.err) == (1, True)
    (tmp_path / "answer.toml").write_text(CHARGING_ENTRY, "utf-8")
    assert asked("knowledge", "import", "answer.toml", "--draft", "--as", "李编辑").out.endswith("存成草稿1条。\n")

    early = asked("knowledge", "publish", "charging", "--as", "王审核")
    assert (early.code, "没有审过" in early.err) == (1, True)
    own = asked("knowledge", "review", "charging", "--as", "李编辑")
    assert (own.code, own.err) == (1, "自己写的要请另一位同事审。\n")
    assert answer(asked, CHARGING)[0] == "unknown"

    assert asked("knowledge", "review", "charging", "--as", "王审核") == Ended(0, "好了。\n", "")
    assert asked("knowledge", "publish", "charging", "--as", "王审核") == Ended(0, "好了。\n", "")
    assert answer(asked, CHARGING) == ("answer", "charging")
    assert ANSWER in asked("ask", ASKED[1]).out


def test_history_says_who_did_what_and_what_it_changed(asked: Run, tmp_path: Path) -> None:
    asked("knowledge", "draft", *numbers(asked("knowledge", "groups").out), "--id", "charging", "--as", "李编辑")
    (tmp_path / "answer.toml").write_text(CHARGING_ENTRY, "utf-8")
    asked("knowledge", "import", "answer.toml", "--draft", "--as", "李编辑")
    asked("knowledge", "review", "charging", "--as", "王审核")
    asked("knowledge", "publish", "charging", "--as", "王审核")
    asked("knowledge", "retire", "charging", "--as", "李编辑")
    told = asked("knowledge", "history", "charging")
    assert did(told) == [
        "李编辑　起草　第1版　来自3次提问",
        "李编辑　起草　第2版",
        "王审核　审核　第2版",
        "王审核　发布　第2版",
        "李编辑　停用　第2版",
    ]
    assert f"（待写答案） → {ANSWER}\n" in told.out
    assert answer(asked, CHARGING)[0] == "unknown"


def test_history_of_nothing_is_refused(staffed: Run) -> None:
    refused = staffed("knowledge", "history", "nothing")
    assert (refused.code, "没有编号为“nothing”的" in refused.err) == (1, True)


def test_question_is_taught_to_an_entry(published: Run) -> None:
    strange = "哪里有插座可以用"
    published("chat", stdin=strange)
    (number,) = numbers(published("knowledge", "groups").out)
    taught = published("knowledge", "teach", number, "--entry", "charging", "--as", "李编辑")
    assert (taught.code, taught.out) == (0, "加进相似问了，还是草稿：请另一位同事审核、发布。\n")
    assert answer(published, strange)[1] != "charging"
    for verb in ("review", "publish"):
        assert published("knowledge", verb, "charging", "--as", "王审核").code == 0
    assert answer(published, strange) == ("answer", "charging")


def test_question_whose_suggestion_was_picked_is_taught_to_that_entry(staffed: Run) -> None:
    staffed("chat", stdin="退税\n1")
    confirmed = staffed("knowledge", "confirmed").out
    assert confirmed.endswith("退税 → credit-refund（1次）\n")
    number = confirmed.partition("　")[0]
    assert staffed("knowledge", "teach", number, "--as", "李编辑").code == 0
    assert did(staffed("knowledge", "history", "credit-refund"))[-1] == "李编辑　起草　第2版　收进一句群众的问法"
    assert staffed("knowledge", "confirmed").out == "没有。\n"


def test_teaching_what_is_known_already_is_refused_once_and_for_all(published: Run) -> None:
    published("chat", stdin=f"{CHARGING}\n没用")
    (number,) = numbers(published("knowledge", "groups").out)
    refused = published("knowledge", "teach", number, "--entry", "charging", "--as", "李编辑")
    assert (refused.code, "已经有这句问法了" in refused.err) == (1, True)
    assert published("knowledge", "groups").out.endswith("没有要处理的。\n"), "it is marked as taught"


def test_question_nobody_picked_an_entry_for_needs_one(asked: Run) -> None:
    refused = asked("knowledge", "teach", numbers(asked("knowledge", "groups").out)[0], "--as", "李编辑")
    assert (refused.code, "请先选一条知识条目" in refused.err) == (1, True)


def test_questions_set_aside_are_no_longer_shown(asked: Run) -> None:
    found = numbers(asked("knowledge", "groups").out)
    assert asked("knowledge", "set-aside", *found, "--as", "李编辑") == Ended(0, "放到一边了。\n", "")
    assert asked("knowledge", "groups").out.endswith("没有要处理的。\n")
    again = asked("knowledge", "set-aside", *found, "--as", "李编辑")
    assert (again.code, "已经有人处理过了" in again.err) == (1, True)


def test_try_shows_what_an_edit_would_change_and_changes_nothing(published: Run, tmp_path: Path) -> None:
    published("chat", stdin=f"{CHARGING}\n{CHARGING}\n新能源车要交购置税吗")
    edit(published, tmp_path)
    told = published("knowledge", "try", "charging")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "上星期的2种问法里，有1种会变：",
        f"· {CHARGING}（2次）",
        f"   现在：回答　{CHARGING}？　{ANSWER}",
        f"   改后：回答　{CHARGING}？　能，在二楼。",
    ]
    assert ANSWER in published("ask", CHARGING).out


def test_try_of_what_changes_nothing_says_so(published: Run) -> None:
    published("chat", stdin="新能源车要交购置税吗")
    assert published("knowledge", "try", "charging").out == "上星期的1种问法，答的都和现在一样。\n"


def test_older_version_is_restored_as_a_draft(published: Run, tmp_path: Path) -> None:
    edit(published, tmp_path)
    restored = published("knowledge", "restore", "charging", "1", "--as", "王审核")
    assert restored == Ended(0, "第1版恢复成了新的草稿（第3版），请另一位同事审核、发布。\n", "")
    told = published("knowledge", "history", "charging")
    assert did(told)[-1] == "王审核　恢复　第3版　恢复第1版"
    assert told.out.endswith(f"能，在二楼。 → {ANSWER}\n")
    missing = published("knowledge", "restore", "charging", "9", "--as", "王审核")
    assert (missing.code, missing.out, "9" in missing.err) == (1, "", True)


def test_what_ends_soon_is_listed_the_soonest_first(staffed: Run, tmp_path: Path) -> None:
    today = clock.day_of(clock.now())
    ends = {"later": 80, "soon": 5, "over": -3, "far": 200}
    rows = [
        f'[[entry]]\nid = "{name}"\nquestion = "{name}？"\nanswer = "好。"\nvalid_to = {today + timedelta(days)}\n'
        for name, days in ends.items()
    ]
    (tmp_path / "ending.toml").write_text("\n".join(rows), "utf-8")
    assert staffed("knowledge", "import", "ending.toml", "--as", "李编辑").code == 0
    ours = [line for line in staffed("knowledge", "expiring").out.splitlines() if line.split("　")[1] in ends]
    assert ours == [
        f"{today - timedelta(3)}（已过3天）　over　over？",
        f"{today + timedelta(5)}（还有5天）　soon　soon？",
        f"{today + timedelta(80)}（还有80天）　later　later？",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("draft", "1", "--id", "new"),
        ("teach", "1", "--entry", "charging"),
        ("set-aside", "1"),
        ("review", "charging"),
        ("publish", "charging"),
        ("retire", "charging"),
        ("restore", "charging", "1"),
    ],
)
def test_somebody_unknown_may_do_nothing(published: Run, words: tuple[str, ...]) -> None:
    published("chat", stdin="哪里有插座可以用")
    assert published("knowledge", *words, "--as", "没人") == Ended(1, "", UNKNOWN)
    assert len(did(published("knowledge", "history", "charging"))) == 3
    assert answer(published, CHARGING) == ("answer", "charging")


def test_acting_without_a_name_is_wrong_usage(published: Run) -> None:
    refused = published("knowledge", "retire", "charging")
    assert (refused.code, "--as" in refused.err) == (2, True)
