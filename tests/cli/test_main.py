"""0 done, 1 refused with one sentence, 2 wrong usage; never a trace."""

import pytest

from tests.cli.conftest import Run, closed_port
from tests.databases import MariaDb

NOT_MIGRATED = "数据库还没有建好表，或者不是最新的结构：请先运行 bangban migrate\n"
NEEDS_TABLES = [("sample",), ("chat",), ("serve",), ("progress", "A012"), ("staff", "add", "张三", "--role", "clerk")]


@pytest.mark.parametrize(
    "words", [(), ("dance",), ("staff",), ("staff", "add", "张三"), ("ask",), ("serve", "--port", "x")]
)
def test_wrong_usage_is_two(run: Run, words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert (ended.code, ended.out, ended.err.startswith("usage: bangban")) == (2, "", True)


@pytest.mark.parametrize("words", NEEDS_TABLES)
def test_database_without_tables_is_refused_with_the_mend(run: Run, words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert (ended.code, ended.out, ended.err) == (1, "", NOT_MIGRATED)


@pytest.mark.parametrize("words", [("migrate",), *NEEDS_TABLES])
def test_database_that_is_down_is_refused_with_the_mend(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BANGBAN_DATABASE__URL", f"mysql+aiomysql://a:hush@127.0.0.1:{closed_port()}/x")
    ended = run(*words)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "连不上数据库：请看数据库服务开着没有，BANGBAN_DATABASE__URL 里的地址和端口对不对\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("bangban:test", "bangban:hush"), "数据库不认这个账号或密码"),
        (("/bangban_wrong", "/nowhere"), "数据库里没有这个库"),
    ],
)
def test_database_that_refuses_us_is_told_apart(
    run: Run, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], said: str
) -> None:
    monkeypatch.setenv("BANGBAN_DATABASE__URL", mariadb.url("bangban_wrong").replace(*change))
    for words in (("migrate",), ("sample",)):
        ended = run(*words)
        assert (ended.code, said in ended.err, "hush" in ended.err, ended.err.count("\n")) == (1, True, False, 1)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://localhost/x", ""])
def test_database_we_do_not_know_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BANGBAN_DATABASE__URL", url)
    ended = run("migrate")
    assert (ended.code, ended.err.startswith("database.url 写得不对：要像 sqlite+aiosqlite://")) == (1, True)


def test_misspelt_setting_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_SERVER__PROT", "1")
    ended = run("migrate")
    assert (ended.code, ended.err.startswith("环境变量 BANGBAN_SERVER__PROT 不是任何设置")) == (1, True)


def test_bad_key_is_refused(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_SECRETS__DATA_KEY", "too short")
    ended = filled("sample")
    assert (ended.code, ended.err) == (
        1,
        "BANGBAN_SECRETS__DATA_KEY 要是 32 字节的 base64，可用 `openssl rand -base64 32` 生成\n",
    )


def test_trace_is_shown_to_whoever_asks_for_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_LOG__LEVEL", "DEBUG")
    with pytest.raises(Exception, match="no such table"):
        run("sample")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("serve --port 99999", "要写0到65535之间的整数"),
        ("serve --workers none", "要写1到64之间的整数"),
        ("race --places 0", "要写1到5000之间的整数"),
        ("calendar show --month 2026-13", "月份要写成 2026-11 这样"),
        ("calendar set 3 --closed", "日期要写成 2026-11-25 这样"),
        ("waits --on today", "日期要写成 2026-11-25 这样"),
    ],
)
def test_a_number_or_a_day_written_wrong_is_refused_in_chinese_with_how_to_write_it(
    run: Run, words: str, said: str
) -> None:
    ended = run(*words.split())
    assert ended.code == 2 and said in ended.err
