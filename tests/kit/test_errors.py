"""A refusal: a status, a code, a sentence."""

from kit.errors import NotFound, Problem, Unavailable


class SlotFull(Problem):
    status = 409
    code = "slot_full"
    sentence = "{day}已约满，最近还有{near}。"


def test_problem_says_its_sentence_with_the_details() -> None:
    problem = SlotFull(day="周三上午", near="周四上午")
    assert (problem.message, str(problem)) == ("周三上午已约满，最近还有周四上午。",) * 2


def test_problem_becomes_the_one_json_shape() -> None:
    assert SlotFull(day="周三", near="周四").as_json() == {
        "error": {
            "code": "slot_full",
            "message": "周三已约满，最近还有周四。",
            "details": {"day": "周三", "near": "周四"},
        }
    }


def test_problem_quotes_a_detail_with_braces_as_it_is() -> None:
    assert SlotFull(day="{near}", near="x").message == "{near}已约满，最近还有x。"


def test_common_problems_say_what_to_do_next() -> None:
    assert (NotFound().status, NotFound().message) == (404, "没有找到您要的内容，请核对后再试。")
    assert (Unavailable().status, Unavailable().message) == (503, "系统正忙，请过一分钟再试；急事请到大厅窗口办理。")
