"""What to tell an operator about an error nobody expected: one sentence with the mend."""

import sqlite3
from collections.abc import Iterator

import pymysql
from sqlalchemy.exc import DBAPIError

from kit.errors import Problem
from kit.secrets import NoKey, SealBroken
from kit.settings import BadSetting

NOT_MIGRATED = "数据库还没有建好表，或者不是最新的结构：请先运行 bangban migrate"
NO_ANSWER = "连不上数据库：请看数据库服务开着没有，BANGBAN_DATABASE__URL 里的地址和端口对不对"
BY_NUMBER = {
    1044: "数据库账号没有权限：请给它这个库的全部权限（GRANT ALL）",
    1045: "数据库不认这个账号或密码：请检查 BANGBAN_DATABASE__URL",
    1049: "数据库里没有这个库：请先建好（CREATE DATABASE … CHARACTER SET utf8mb4），或检查 BANGBAN_DATABASE__URL",
    1054: NOT_MIGRATED,
    1146: NOT_MIGRATED,
    **dict.fromkeys((2002, 2003, 2005, 2006, 2013), NO_ANSWER),
}
BY_WORDS = {
    "no such table": NOT_MIGRATED,
    "no such column": NOT_MIGRATED,
    "unable to open": "打不开数据库文件：请检查 database.url 里的路径，以及文件夹能不能写",
    "readonly": "数据库文件只能读：请检查文件和文件夹的权限",
    "locked": "数据库正被别的程序占着：请过一会儿再试",
    "not a database": "这个文件不是数据库：请检查 database.url 里的路径",
}
DETAILS = "想看细节，加上 BANGBAN_LOG__LEVEL=DEBUG 再运行一次。"


def sentence(error: BaseException) -> str:
    """For any error a command ends in."""
    if isinstance(error, BadSetting | NoKey):
        return str(error)
    if isinstance(error, SealBroken):
        return "数据是用另一把密钥封的，打不开：请把原来的密钥加进 BANGBAN_SECRETS__DATA_KEY（逗号隔开，新的在前）"
    for cause in _causes(error):
        if mend := _of_database(cause):
            return mend
    if isinstance(error, Problem):
        return error.message
    return f"没想到的错误：{type(error).__name__}。{DETAILS}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, DBAPIError) and error.orig is not None:
            yield error.orig
        error = error.__cause__


def _of_database(error: BaseException) -> str | None:
    if isinstance(error, pymysql.err.Error) and error.args:
        return BY_NUMBER.get(error.args[0])
    if isinstance(error, sqlite3.Error):
        return next((mend for words, mend in BY_WORDS.items() if words in str(error)), None)
    return None
