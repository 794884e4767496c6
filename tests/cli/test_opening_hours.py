"""`bangban serve` before it opens: what is missing is said, and where to look. (Serving itself: tests/journeys.)"""

import socket

from cli.opening_hours import welcome
from kit.settings import Demo, Server, Settings
from tests.cli.conftest import Run


def test_serve_on_a_taken_port_is_refused_in_one_sentence(filled: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = filled("serve", "--port", str(port))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"127.0.0.1:{port} 用不了")
    assert "--port" in ended.err


def test_welcome_says_where_to_look_and_what_to_try() -> None:
    said = welcome(Settings(server=Server("127.0.0.1", 8080), demo=Demo(on=True)))
    for words in (
        "http://127.0.0.1:8080/try",
        "个体户一个月卖9万要交增值税吗",
        "我想下周三上午预约办营业执照",
        "进度 ST20261118000250 SK3456",
        "http://127.0.0.1:8080/board/shuangta",
    ):
        assert words in said


def test_welcome_case_can_be_asked_for(filled: Run) -> None:
    number, code = welcome(Settings()).split("进度 ")[1].split("\n")[0].split()
    assert filled("progress", number, "--code", code).code == 0
