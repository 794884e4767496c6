"""`bangban serve`, and where to look once it stands."""

import argparse
from dataclasses import replace
from typing import Any

from cli import sample
from cli.reading import whole
from cli.schema import NotMigrated
from cli.serve import serve
from kit.ids import with_check
from kit.migrate import is_current
from kit.settings import Settings


def add(commands: Any) -> None:
    command = commands.add_parser("serve", help="开门：接收微信消息")
    command.add_argument("--host", help="监听的地址（默认见 settings.toml）")
    command.add_argument("--port", type=whole(0, 65535), metavar="PORT", help="监听的端口，0是随便哪个空着的")
    command.add_argument("--workers", type=whole(1, 64), metavar="N", help="工作进程数")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    given = {name: getattr(arguments, name) for name in ("host", "port", "workers")}
    chosen = replace(settings.server, **{name: value for name, value in given.items() if value is not None})
    settings = replace(settings, server=chosen)
    if not is_current(settings.database.url):
        raise NotMigrated()
    if settings.demo.on:
        print(welcome(settings), flush=True)
    serve(settings)


def welcome(settings: Settings) -> str:
    """Where a newcomer looks first, and what to say there."""
    where = f"http://{settings.server.host}:{settings.server.port}"
    case = sample.read().plan["case"][1]
    return f"""
帮办正在开门（演示：大厅、号源和办件都是示例）。看到“已开门”以后：

  {where}/try    在浏览器里像用微信一样跟它说话，比如：
      个体户一个月卖9万要交增值税吗
      我想下周三上午预约办营业执照
      进度 {with_check(case["body"])} {case["code"]}

  {where}/board/{settings.hall.id}    静默叫号屏（示例大厅的窗口还没有人上班，屏上会如实写着）
  {where}/kiosk/{settings.hall.id}    大厅里的自助机：办事指南、取号、查进度、评价，点一点就行
  {where}/rate/{settings.hall.id}/1    1号窗口的评价器（窗口办完一个号，它才请人评）
  {where}/staff/    工作人员的页面：用上面打印的示例账号登录
  {where}/docs    群众端接口，小程序和自助机用的就是它
  {where}/readyz 开门了没有    {where}/metrics 运行数据
  另开一个终端：.venv/bin/bangban ask "个体户一个月卖9万要交增值税吗"
  停下：Ctrl-C
"""
