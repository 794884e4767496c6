"""`bangban doctor`: a line each, with the mend; 1 when anything is wrong."""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from cli import doctor
from hall.places.calendar import Calendar, EnteredYear
from kit.settings import MiniProgram, Settings, WeChat
from tests.cli.conftest import Run
from tests.servers import AES_KEY, APP_ID, APP_SECRET, FakeWeChat, fake_wechat


@pytest.fixture(scope="module")
def wechat() -> Iterator[FakeWeChat]:
    with fake_wechat() as fake:
        yield fake


@pytest.fixture
def connected(fresh: Run, wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A migrated database and an official account, all in order."""
    fresh("migrate")
    for name, value in {
        "API_BASE": wechat.base, "APP_ID": APP_ID, "APP_SECRET": APP_SECRET, "TOKEN": "t", "ENCODING_AES_KEY": AES_KEY,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"BANGBAN_WECHAT__{name}", value)
    return fresh


def lines(out: str, mark: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith(mark)]


def test_doctor_finds_nothing_wrong_where_all_is_in_order(connected: Run) -> None:
    no_hall = connected("doctor")
    assert "✗ 大厅：还没有编号是 shuangta 的 → 系统管理员登录 /staff/，到“大厅”新设一个" in no_hall.out
    connected("sample")
    seen = connected("doctor")
    assert [line for line in lines(seen.out, "✗") if "放假调休" not in line] == []
    good = "\n".join(lines(seen.out, "✓"))
    for said in ("数据库：", "数据库结构：最新", "事务：", "时钟：", "公众号 Token", "公众号接口：通", "演示：关着"):
        assert said in good
    assert seen.err == ""


def test_doctor_shows_no_secret(connected: Run) -> None:
    seen = connected("doctor")
    assert [secret for secret in (APP_SECRET, AES_KEY, "bangban:test") if secret in seen.out + seen.err] == []


def test_doctor_says_that_what_was_sealed_with_a_key_that_is_gone_cannot_be_opened(
    connected: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected("sample")
    assert "✓ 封存的姓名电话：打得开" in connected("doctor").out
    monkeypatch.setenv("BANGBAN_SECRETS__DATA_KEY", base64.b64encode(bytes(32)).decode())
    seen = connected("doctor")
    assert seen.code == 1
    assert "✗ 封存的姓名电话：现在的密钥打不开 → 数据是用另一把密钥封的" in seen.out


def test_doctor_says_to_migrate(run: Run) -> None:
    seen = run("doctor")
    assert seen.code == 1
    assert "✗ 数据库：sqlite+aiosqlite:///var/bangban.db 还是空的 → 运行 bangban migrate" in seen.out


def test_doctor_goes_on_when_the_database_is_down(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_DATABASE__URL", "mysql+aiomysql://a:hush@127.0.0.1:1/x")
    seen = run("doctor")
    assert seen.code == 1
    assert "✗ 数据库：mysql+aiomysql://a:***@127.0.0.1:1/x 用不了 → 连不上数据库" in seen.out
    assert "演示：关着" in seen.out


def test_doctor_says_when_wechat_does_not_know_us(connected: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_WECHAT__APP_SECRET", "wrong")
    seen = connected("doctor")
    assert seen.code == 1
    assert [line[:13] for line in lines(seen.out, "✗") if "接口" in line] == ["✗ 公众号接口：微信不认（"]


def test_doctor_says_when_wechat_cannot_be_reached(connected: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_WECHAT__API_BASE", "http://127.0.0.1:1")
    seen = connected("doctor")
    assert "✗ 公众号接口：连不上 → 检查本机出网和 wechat.api_base" in seen.out


@pytest.mark.parametrize("key", ["short", AES_KEY + "x", AES_KEY[:-1] + "!", "键" * 43])
def test_key_that_is_no_key_is_wrong(key: str) -> None:
    found = doctor.official_account(Settings(wechat=WeChat(token="t", app_id="a", encoding_aes_key=key)))
    assert [finding.what for finding in found if finding.mark == "✗"] == ["公众号 EncodingAESKey：格式不对"]


def test_account_without_token_and_id_is_wrong() -> None:
    found = doctor.official_account(Settings())
    assert [finding.what for finding in found if finding.mark == "✗"] == [
        "公众号 Token：没有设置",
        "公众号 AppID：没有设置",
    ]


@pytest.mark.parametrize(
    ("given", "mark"),
    [(MiniProgram(), "✓"), (MiniProgram("a", "s"), "✓"), (MiniProgram("a"), "✗"), (MiniProgram("", "s"), "✗")],
)
def test_mini_program_is_set_whole_or_not_at_all(given: MiniProgram, mark: str) -> None:
    assert doctor.mini_program(Settings(miniprogram=given)).mark == mark


def test_calendar_that_ends_is_said_in_time() -> None:
    assert [finding.mark for finding in doctor.calendar(date(2025, 6, 1))] == ["✓", "✓"]
    assert [finding.mark for finding in doctor.calendar(date(2099, 6, 1))] == ["✗", "！"]


def test_demo_that_is_on_is_noted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_DEMO__ON", "true")
    assert "！ 演示：开着，谁都能打开 /try → 正式使用前去掉 BANGBAN_DEMO__ON" in run("doctor").out


def test_unknown_next_year_is_urgent_from_december_on() -> None:
    assert [finding.mark for finding in doctor.calendar(date(2026, 11, 30))] == ["✓", "！"]
    december = doctor.calendar(date(2026, 12, 1))
    assert [finding.mark for finding in december] == ["✓", "✗"]
    assert "bangban calendar enter-year" in december[1].mend


def test_entered_year_that_differs_from_the_package_is_noted() -> None:
    entered = Calendar(years={2026: EnteredYear(2026, "通知", "张三", datetime(2025, 11, 5, tzinfo=UTC))})
    found = doctor.calendar(date(2025, 12, 1), entered)[1]
    assert found.mark == "！"
    assert found.what.startswith("放假调休：录入的 2026 年和 chinesecalendar 有25天不一样（1月1日、1月2日、1月4日、")
