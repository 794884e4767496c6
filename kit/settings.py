"""Settings: one commented TOML file, environment variables over it, misspellings refused."""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "BANGBAN_"
SECRET = {"secret": True}  # environment only, never in the file, never shown


class BadSetting(Exception):
    """A setting is misspelt, of the wrong kind, or a secret in the file. The message says which, and the mend."""


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    url: str = "sqlite+aiosqlite:///var/bangban.db"
    pool_size: int = 8
    wait_seconds: float = 8.0


@dataclass(frozen=True, slots=True)
class WeChat:
    token: str = field(default="", metadata=SECRET, repr=False)
    app_id: str = ""
    app_secret: str = field(default="", metadata=SECRET, repr=False)
    encoding_aes_key: str = field(default="", metadata=SECRET, repr=False)
    previous_aes_key: str = field(default="", metadata=SECRET, repr=False)
    api_base: str = "https://api.weixin.qq.com"
    max_skew_seconds: int = 300
    deadline_seconds: float = 4.5
    customer_service: bool = False


@dataclass(frozen=True, slots=True)
class MiniProgram:
    app_id: str = ""
    app_secret: str = field(default="", metadata=SECRET, repr=False)
    session_days: int = 30


@dataclass(frozen=True, slots=True)
class Secrets:
    data_key: str = field(default="", metadata=SECRET, repr=False)
    key_file: str = "var/data.key"


@dataclass(frozen=True, slots=True)
class HallSettings:
    id: str = "shuangta"


@dataclass(frozen=True, slots=True)
class Appointments:
    days_ahead: int = 10


@dataclass(frozen=True, slots=True)
class Conversation:
    minutes: int = 30
    delivery_minutes: int = 10
    personal_days: int = 30


@dataclass(frozen=True, slots=True)
class Knowledge:
    question_days: int = 180
    semantic: bool = False


@dataclass(frozen=True, slots=True)
class Ratings:
    window_days: int = 15
    contact_days: int = 1
    reply_days: int = 5
    keep_days: int = 180
    tablet_seconds: int = 60


@dataclass(frozen=True, slots=True)
class StaffSettings:
    idle_minutes: int = 60
    session_hours: int = 12
    audit_days: int = 1095


@dataclass(frozen=True, slots=True)
class Demo:
    on: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    level: str = "INFO"


@dataclass(frozen=True, slots=True)
class Settings:
    server: Server = Server()
    database: DatabaseSettings = DatabaseSettings()
    wechat: WeChat = WeChat()
    miniprogram: MiniProgram = MiniProgram()
    secrets: Secrets = Secrets()
    hall: HallSettings = HallSettings()
    appointments: Appointments = Appointments()
    conversation: Conversation = Conversation()
    knowledge: Knowledge = Knowledge()
    ratings: Ratings = Ratings()
    staff: StaffSettings = StaffSettings()
    demo: Demo = Demo()
    log: Log = Log()


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads BANGBAN_SETTINGS (or ./settings.toml where there is one) and the environment. Raises BadSetting."""
    named = environment.get(PREFIX + "SETTINGS")
    path = Path(named or "settings.toml")
    if named and not path.is_file():
        raise BadSetting(f"BANGBAN_SETTINGS 指的文件 {named} 不存在：请改正路径，或去掉这个变量用默认的 settings.toml")
    try:
        written = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{path} 不是合法的 TOML：{error}") from error
    return _build(written, environment, str(path))


def _build(written: dict[str, Any], environment: Mapping[str, str], where: str) -> Settings:
    sections: dict[str, Any] = get_type_hints(Settings)
    _refuse_unknown(set(written) - set(sections), where, sections)
    overrides = _overrides(environment, sections)
    made: dict[str, Any] = {}
    for name, kind in sections.items():
        known = {f.name: f for f in fields(kind)}
        given = written.get(name, {})
        if not isinstance(given, dict):
            raise BadSetting(f"{where} 的 {name} 要写成一段：[{name}] 另起一行，键写在下面")
        _refuse_unknown(set(given) - set(known), f"{where} [{name}]", known)
        for key in given:
            if known[key].metadata.get("secret"):
                variable = f"{PREFIX}{name}__{key}".upper()
                raise BadSetting(f"{where} [{name}] {key} 是密钥，不写在文件里：请用环境变量 {variable}")
        hints = get_type_hints(kind)
        chosen = given | overrides.get(name, {})
        made[name] = kind(**{key: _typed(value, hints[key], f"{name}.{key}") for key, value in chosen.items()})
    return Settings(**made)


def _overrides(environment: Mapping[str, str], sections: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "SETTINGS":
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
        if section not in sections or key not in {f.name for f in fields(sections[section])}:
            raise BadSetting(
                f"环境变量 {variable} 不是任何设置：请对照 settings.toml 检查拼写（段名与键之间是两个下划线）"
            )
        found.setdefault(section, {})[key] = value
    return found


def _refuse_unknown(unknown: set[str], where: str, known: Mapping[str, Any]) -> None:
    if unknown:
        raise BadSetting(f"{where} 里有不认识的设置 {'、'.join(sorted(unknown))}；认识的有：{'、'.join(known)}")


def _typed(value: Any, kind: type, name: str) -> Any:
    if kind is bool and isinstance(value, str):
        if value.lower() in ("true", "1", "yes", "on"):
            return True
        if value.lower() in ("false", "0", "no", "off", ""):
            return False
        raise BadSetting(f"{name} 要写 true 或 false，现在是“{value}”")
    if kind in (int, float):
        return _number(value, kind, name)
    if not isinstance(value, kind):
        raise BadSetting(f"{name} 的类型不对：要 {kind.__name__}，现在是 {type(value).__name__}")
    return value


def _number(value: Any, kind: type, name: str) -> Any:
    whole = kind is int
    try:
        number = kind(value)
        if isinstance(value, bool) or not math.isfinite(number) or (whole and number != float(value)):
            raise ValueError(value)
    except (TypeError, ValueError, OverflowError):
        raise BadSetting(f"{name} 要写{'整数' if whole else '数字'}，现在是“{value}”") from None
    return number
