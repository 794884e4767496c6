"""`bangban ratings`: a bad rating from the list to the end, and the sums."""

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def hall(filled: Run) -> Run:
    """The sample hall, with a lead and a clerk."""
    filled("staff", "add", "赵主任", "--role", "lead")
    filled("staff", "add", "王芳", "--role", "clerk")
    return filled


def test_bad_rating_is_followed_up_to_its_end(hall: Run) -> None:
    def lead(*words: str) -> str:
        ended = hall("ratings", *words, "--as", "赵主任")
        assert (ended.code, ended.err) == (0, "")
        return ended.out

    assert lead("list") == (
        "1　11月10日（周二）16:20　不满意　ST20261110000550　社会保障卡申领/补领/激活　没有一次说清、多跑了路　待答复"
        "　联系最晚11月11日（周三）（已经过了）　答复最晚11月17日（周二）（已经过了）\n"
    )
    shown = lead("show", "1")
    assert "留言：（示例）第一次没说要带照片，又跑了一趟。" in shown and "赵主任　看过" in shown
    assert "没有微信，请打电话告诉" in lead("answer", "1", "以后在取号时就发材料单。")
    assert lead("call", "1", "本人接受") == "第1条记下了回访。\n"
    assert lead("settle", "1", "本人接受") == "第1条了结了，联系方式已经删除。\n"
    assert lead("list") == "没有要处理的差评。\n"
    assert "了结" in lead("list", "--all")
    assert hall("ratings", "settle", "1", "再来", "--as", "赵主任").err == "第1条评价已经了结了，不用再处理。\n"
    assert hall("ratings", "show", "9", "--as", "赵主任").err.startswith("没有第9条评价")


def test_clerk_sees_sums_only(hall: Run) -> None:
    for words in (["list"], ["list", "--all"], ["show", "1"], ["answer", "1", "好"]):
        refused = hall("ratings", *words, "--as", "王芳")
        assert (refused.code, refused.out) == (1, "") and refused.err.startswith("评价的原文只给带班领导看")
    assert hall("ratings", "sums", "--month", "2026-10", "--as", "王芳").out.startswith("这个月的评价太少")
    seen = hall("ratings", "sums", "--month", "2026-11", "--by", "matter", "--as", "赵主任").out
    assert seen.splitlines()[0] == "2026年11月，共2条" and "基本满意以上0%" in seen
    assert hall("ratings", "sums", "--month", "十月", "--as", "王芳").code == 2
