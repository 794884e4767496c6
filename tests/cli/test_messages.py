"""`bangban messages`: what was left in chat reaches a person."""

from tests.cli.conftest import Run


def test_a_message_left_in_chat_is_read_by_staff_and_ticked_off(filled: Run) -> None:
    filled("chat", stdin="转人工\n我姓赵，退税的事请回我\nexit\n")
    filled("staff", "add", "张三", "--role", "guide")
    listed = filled("messages", "--as", "张三")
    assert listed.code == 0
    assert listed.out.endswith("留言：我姓赵，退税的事请回我\n")
    number = listed.out.split("　")[0]
    assert filled("messages", "--as", "张三", "--done", number).out == f"第 {number} 条记为办完。\n"
    assert filled("messages", "--as", "张三").out == "没有人在等，留言都办完了。\n"
    again = filled("messages", "--as", "张三", "--done", number)
    assert (again.code, again.out) == (1, "")
    assert "已经办完了" in again.err


def test_messages_are_for_staff_only(filled: Run) -> None:
    filled("chat", stdin="转人工\n我姓赵，退税的事请回我\nexit\n")
    refused = filled("messages", "--as", "路人")
    assert (refused.code, refused.out) == (1, "")
    assert "没有叫“路人”的工作人员" in refused.err
