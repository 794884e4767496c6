"""`bangban doctor`: is everything a hall needs in order? A line each, with the mend."""

import argparse
import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url, select, text

from cli import troubles
from cli.opening import opened
from hall.citizens.tables import citizens
from hall.places import service as places
from hall.places.calendar import PUBLISHED, Calendar
from kit import clock, migrate, secrets
from kit.db import Database, Tx
from kit.secrets import SealBroken
from kit.settings import Settings
from kit.wechat import WeChatApi, WeChatRefused, WeChatUnreachable
from kit.wechat_crypto import BadKey, Cipher

REACH_SECONDS = 3.0
SKEW_SECONDS = 2.0
DECEMBER = 12  # from then on an unknown next year is days away from slots that cannot be made
SHOWN_DAYS = 5
GOOD, BAD, NOTE = "✓", "✗", "！"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; `mend` says what to do about it."""

    mark: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f" → {self.mend}" if self.mend else "")


def add(commands: Any) -> None:
    commands.add_parser("doctor", help="逐项检查，有问题就说怎么改").set_defaults(run=run)


def run(settings: Settings, _: argparse.Namespace) -> int:
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    is_ill = False
    async for finding in examine(settings):
        print(finding, flush=True)
        is_ill = is_ill or finding.mark == BAD
    return 1 if is_ill else 0


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    yield settings_file()
    yield data_key(settings)
    async for finding in database(settings):
        yield finding
    for finding in calendar(clock.day_of(clock.now()), await _edited(settings)):
        yield finding
    for finding in official_account(settings):
        yield finding
    yield mini_program(settings)
    async for finding in wechat_api(settings):
        yield finding
    yield demo(settings)


def settings_file() -> Finding:
    path = Path(os.environ.get("BANGBAN_SETTINGS", "settings.toml"))
    if path.is_file():
        return Finding(GOOD, f"设置：{path.resolve()}，环境变量优先")
    return Finding(
        NOTE, "设置：当前文件夹里没有 settings.toml，用的是默认值", "到项目文件夹里运行，或设 BANGBAN_SETTINGS"
    )


def data_key(settings: Settings) -> Finding:
    try:
        secrets.keyring_from(settings.secrets.data_key, settings.secrets.key_file)
    except secrets.NoKey as error:
        return Finding(BAD, "数据密钥：不能用", str(error))
    except OSError as error:
        return Finding(BAD, f"数据密钥：{settings.secrets.key_file} 读写不了（{error.strerror}）", "改正路径或权限")
    if settings.secrets.data_key:
        return Finding(GOOD, "数据密钥：来自环境变量")
    mend = "正式使用请放进环境变量 BANGBAN_SECRETS__DATA_KEY，另存一份；丢了它，封存的姓名电话就打不开"
    return Finding(NOTE, f"数据密钥：来自文件 {settings.secrets.key_file}", mend)


async def database(settings: Settings) -> AsyncIterator[Finding]:
    where = make_url(settings.database.url).render_as_string(hide_password=True)
    try:
        stands_at, newest = await asyncio.to_thread(migrate.current, settings.database.url), migrate.head()
        if stands_at is None:
            yield Finding(BAD, f"数据库：{where} 还是空的", "运行 bangban migrate")
            return
        async with opened(settings) as db:
            yield Finding(GOOD, f"数据库：{where}，{await _version(db)}")
            if stands_at == newest:
                yield Finding(GOOD, f"数据库结构：最新（{newest}）")
            else:
                yield Finding(BAD, f"数据库结构：是 {stands_at}，该是 {newest}", "运行 bangban migrate")
            if stands_at == newest:
                yield await _sealed(db)
                yield await _hall(db, settings.hall.id)
            yield await _isolation(db)
            yield await _clock(db)
    except Exception as error:
        yield Finding(BAD, f"数据库：{where} 用不了", troubles.sentence(error))


async def _sealed(db: Database) -> Finding:
    """Whether the first and the last that was sealed can be opened: a key may have been dropped, or be another's."""
    sealed = select(citizens.c.openid).where(citizens.c.openid.is_not(None)).limit(1)
    try:
        for row_id in (citizens.c.id, citizens.c.id.desc()):
            await db.consult(Tx.value, sealed.order_by(row_id))
    except SealBroken as error:
        return Finding(BAD, "封存的姓名电话：现在的密钥打不开", troubles.sentence(error))
    return Finding(GOOD, "封存的姓名电话：打得开")


async def _hall(db: Database, hall_id: str) -> Finding:
    """Whether the hall the official account speaks for has been founded."""
    known = {hall.id: hall.name for hall in await db.consult(places.halls)}
    if hall_id in known:
        return Finding(GOOD, f"大厅：{known[hall_id]}")
    mend = f"系统管理员登录 /staff/，到“大厅”新设一个，编号写 {hall_id}；或改 [hall] id"
    return Finding(BAD, f"大厅：还没有编号是 {hall_id} 的", mend)


async def _version(db: Database) -> str:
    asking = "SELECT sqlite_version()" if db.kind == "sqlite" else "SELECT version()"
    version: str = await db.consult(Tx.value, text(asking))
    return f"SQLite {version}（嵌入式，适合试用和小厅）" if db.kind == "sqlite" else version


async def _isolation(db: Database) -> Finding:
    if db.kind == "sqlite":
        mode = await db.consult(Tx.value, text("PRAGMA journal_mode"))
        if mode == "wal":
            return Finding(GOOD, "事务：WAL，一次一个写")
        return Finding(BAD, f"事务：日志方式是 {mode}，该是 wal", "数据库文件要放在本机磁盘上，不能放网络盘")
    rows = await db.consult(
        Tx.all, text("SHOW VARIABLES WHERE Variable_name IN ('tx_isolation','transaction_isolation')")
    )
    level = rows[0][1] if rows else "未知"
    if level == "READ-COMMITTED":
        return Finding(GOOD, "事务：READ COMMITTED")
    return Finding(BAD, f"事务：隔离级别是 {level}", "数据库或中间代理改掉了它，请设为 READ COMMITTED")


async def _clock(db: Database) -> Finding:
    if db.kind == "sqlite":
        return Finding(GOOD, "时钟：数据库就在本机")
    theirs = float(await db.consult(Tx.value, text("SELECT unix_timestamp(now(3))")))
    skew = abs(theirs - clock.now().timestamp())
    if skew <= SKEW_SECONDS:
        return Finding(GOOD, f"时钟：和数据库相差 {skew:.1f} 秒")
    return Finding(
        BAD, f"时钟：和数据库相差 {skew:.0f} 秒", "两台机器都装上对时（chrony），微信也会拒绝时间差太多的消息"
    )


async def _edited(settings: Settings) -> Calendar:
    """The published calendar alone where the database cannot be read, which has been said already."""
    try:
        async with opened(settings) as db:
            return await db.consult(places.calendar)
    except Exception:
        return PUBLISHED


def calendar(today: date, edited: Calendar = PUBLISHED) -> list[Finding]:
    """The years whose holidays are known; the next year's are published in November as a rule."""
    mend = "照通知录入（bangban calendar enter-year），或升级 chinesecalendar"
    found = []
    for year in (today.year, today.year + 1):
        if edited.knows(year):
            found.append(_known(edited, year))
            continue
        is_urgent = year == today.year or today.month == DECEMBER
        what = f"放假调休：还不知道 {year} 年的安排，那年的号放不了"
        found.append(Finding(BAD if is_urgent else NOTE, what, f"国务院办公厅公布后{mend}"))
    return found


def _known(edited: Calendar, year: int) -> Finding:
    source = "（工作人员录入）" if year in edited.years else ""
    if differing := edited.differing(year):
        days = "、".join(f"{day.month}月{day.day}日" for day in differing[:SHOWN_DAYS])
        what = f"放假调休：录入的 {year} 年和 chinesecalendar 有{len(differing)}天不一样（{days}）"
        return Finding(NOTE, what, "对照通知核对，录错的用 bangban calendar set 改")
    return Finding(GOOD, f"放假调休：知道 {year} 年的安排{source}")


def official_account(settings: Settings) -> list[Finding]:
    given = settings.wechat
    return [
        _needed(given.token, "公众号 Token", "BANGBAN_WECHAT__TOKEN", "和公众平台“服务器配置”里填的一样"),
        _needed(given.app_id, "公众号 AppID", "BANGBAN_WECHAT__APP_ID", "公众平台“基本配置”里有"),
        _aes_key(given.encoding_aes_key, "公众号 EncodingAESKey", "BANGBAN_WECHAT__ENCODING_AES_KEY"),
        *(
            [_aes_key(given.previous_aes_key, "公众号旧 EncodingAESKey", "BANGBAN_WECHAT__PREVIOUS_AES_KEY")]
            if given.previous_aes_key
            else []
        ),
        Finding(GOOD, "公众号 AppSecret：已设置")
        if given.app_secret
        else Finding(
            NOTE,
            "公众号 AppSecret：没有设置，超过5秒的回答要等人下次说话才说得到",
            "设 BANGBAN_WECHAT__APP_SECRET，并把本机 IP 加进白名单",
        ),
    ]


def _needed(value: str, name: str, variable: str, hint: str) -> Finding:
    return Finding(GOOD, f"{name}：已设置") if value else Finding(BAD, f"{name}：没有设置", f"设 {variable}，{hint}")


def _aes_key(value: str, name: str, variable: str) -> Finding:
    if not value:
        return Finding(NOTE, f"{name}：没有设置，消息不加密", f"公众平台选“安全模式”，再设 {variable}")
    try:
        Cipher(value, "")
    except BadKey as error:
        return Finding(BAD, f"{name}：格式不对", f"{error}，放进 {variable}")
    return Finding(GOOD, f"{name}：已设置，格式对")


def mini_program(settings: Settings) -> Finding:
    given = settings.miniprogram
    if bool(given.app_id) != bool(given.app_secret):
        return Finding(BAD, "小程序：AppID 和 AppSecret 只设了一个", "两个都设，或都不设（BANGBAN_MINIPROGRAM__…）")
    return Finding(GOOD, "小程序：已设置" if given.app_id else "小程序：没有接，不影响公众号")


async def wechat_api(settings: Settings) -> AsyncIterator[Finding]:
    """A token is asked for where there is a secret, which proves all of it; else only whether the address answers."""
    base = settings.wechat.api_base
    accounts = [
        (name, given.app_id, given.app_secret)
        for name, given in (("公众号", settings.wechat), ("小程序", settings.miniprogram))
        if given.app_id and given.app_secret
    ]
    for name, app_id, secret in accounts:
        yield await _account(name, WeChatApi(app_id, secret, base))
    if not accounts:
        yield await _address(base)


async def _account(name: str, api: WeChatApi) -> Finding:
    await api.open()
    try:
        async with asyncio.timeout(2 * REACH_SECONDS):
            await api.check()
    except WeChatRefused as refusal:
        mend = "检查 AppID 和 AppSecret；40164 是本机 IP 不在白名单"
        return Finding(BAD, f"{name}接口：微信不认（{refusal.code}）", mend)
    except (WeChatUnreachable, TimeoutError):
        return Finding(BAD, f"{name}接口：连不上", "检查本机出网和 wechat.api_base")
    finally:
        await api.close()
    return Finding(GOOD, f"{name}接口：通，AppID 和 AppSecret 对")


async def _address(base: str) -> Finding:
    where = urlsplit(base)
    port = where.port or (443 if where.scheme == "https" else 80)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            _, writer = await asyncio.open_connection(where.hostname, port)
        writer.close()
    except (OSError, TimeoutError):
        return Finding(NOTE, f"微信接口：{where.hostname}:{port} 连不上", "接公众号以前要让本机能访问它")
    return Finding(GOOD, f"微信接口：{where.hostname}:{port} 连得上")


def demo(settings: Settings) -> Finding:
    if not settings.demo.on:
        return Finding(GOOD, "演示：关着")
    return Finding(NOTE, "演示：开着，谁都能打开 /try", "正式使用前去掉 BANGBAN_DEMO__ON")
