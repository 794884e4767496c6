"""`bangban places`: the hall's counters, how its slots are planned, and making them ahead."""

import argparse
import asyncio
from typing import Any

from cli import devices
from cli.opening import acting, named_by_staff, opened
from hall.appointments import open_days, slots
from hall.appointments.open_days import InLine
from hall.appointments.plans import Made, Plan
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places import service as places
from hall.places.devices import DeviceKind
from hall.places.model import Counter
from hall.queue import premises
from hall.staff.model import Role
from kit import clock
from kit.clock import say_day
from kit.db import Tx
from kit.settings import Settings


def add(commands: Any) -> None:
    family = commands.add_parser("places", help="窗口和号源").add_subparsers(required=True, metavar="命令")
    counters = _in_hall(family, "counters", "看窗口各办哪些事")
    counters.set_defaults(run=lambda settings, given: _print(settings, _counters(settings, given)))
    counter = _in_hall(family, "counter", "新设一个窗口，或改它办哪些事")
    counter.add_argument("number", type=int, metavar="NUMBER")
    counter.add_argument("--groups", required=True, metavar="AB", help="业务组的字母")
    counter.add_argument("--matters", metavar="ID,ID", help="只办这些事项（不写是各组的事都办）")
    counter.add_argument("--name", help="窗口名称（不写就不改；新设的用业务组的名称）")
    counter.set_defaults(run=lambda settings, given: _print(settings, _counter(settings, given)))
    named_by_staff(counter, Role.LEAD, Role.ADMIN)
    plan = _in_hall(family, "plan", "定一个业务组的号源：每段多长、放几个号")
    plan.add_argument("letter", metavar="LETTER")
    plan.add_argument("--minutes", type=int, required=True, help="每段几分钟")
    plan.add_argument("--capacity", type=int, required=True, help="每段给公众几个号")
    plan.add_argument("--reserve", type=int, default=0, help="每段另留几个号由工作人员给（默认0）")
    plan.set_defaults(run=lambda settings, given: _print(settings, _plan(settings, given)))
    named_by_staff(plan, Role.LEAD, Role.ADMIN)
    making = _in_hall(family, "slots", "现在就把往后几个工作日的号源放出来（平时自动放）")
    making.add_argument("--days", type=int, metavar="N", help="几个工作日（默认见 settings.toml）")
    making.set_defaults(run=lambda settings, given: _print(settings, _slots(settings, given)))

    _with_devices(family)


def _with_devices(family: Any) -> None:
    def press(command: argparse.ArgumentParser, verb: Any) -> None:
        command.set_defaults(
            run=lambda settings, given: _print(settings, lambda tx: verb(tx, settings, given, clock.now()))
        )

    kiosk = _in_hall(family, "kiosk", "登记一台自助机，给出打开它的地址")
    press(kiosk, devices.set_up_command(kiosk, DeviceKind.KIOSK))
    tablet = _in_hall(family, "tablet", "登记一台窗口评价器，给出打开它的地址")
    press(tablet, devices.set_up_command(tablet, DeviceKind.TABLET))
    press(_in_hall(family, "devices", "看登记过的自助机和评价器"), devices.listed)
    gone = _in_hall(family, "retire", "停用一台（丢了、换了）")
    press(gone, devices.retire_command(gone))


def _in_hall(family: Any, name: str, help_: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = family.add_parser(name, help=help_)
    command.add_argument("--hall", help="哪个大厅（默认见 settings.toml）")
    return command


def _print(settings: Settings, verb: Any) -> None:
    async def act() -> str:
        async with opened(settings) as db:
            return str(await db.transact(verb))

    print(asyncio.run(act()))


# ------------------------------------------------------------------------------------------------ counters


def _counters(settings: Settings, given: argparse.Namespace) -> Any:
    async def act(tx: Tx) -> str:
        hall = await places.hall(tx, given.hall or settings.hall.id)
        lines = [_line(counter) for counter in await places.counters(tx, hall.id)]
        return "\n".join([f"{hall.name}：{len(lines)}个窗口", *lines])

    return act


def _line(counter: Counter) -> str:
    only = "" if counter.matters is None else f"，只办 {'、'.join(counter.matters)}"
    return f"  {counter.number}号　{counter.name}　{''.join(counter.groups)}{only}"


def _counter(settings: Settings, given: argparse.Namespace) -> Any:
    letters = tuple(letter.upper() for letter in given.groups if letter not in ",， ")
    only = None if given.matters is None else tuple(m.strip() for m in given.matters.replace("，", ",").split(","))

    async def act(tx: Tx) -> str:
        await acting(tx, given, given.hall or settings.hall.id, clock.now())
        hall = await places.hall(tx, given.hall or settings.hall.id)
        chosen = [await matters.lettered(tx, hall.id, letter) for letter in letters]
        named = {counter.number: counter.name for counter in await places.counters(tx, hall.id)}
        name = given.name or named.get(given.number) or "、".join(group.name for group in chosen)
        counter = Counter(hall.id, given.number, name, letters, only)
        await premises.change(tx, counter)
        return f"存好了：{_line(counter).strip()}"

    return act


# ------------------------------------------------------------------------------------------------ slots


def _plan(settings: Settings, given: argparse.Namespace) -> Any:
    async def act(tx: Tx) -> str:
        by = (await acting(tx, given, given.hall or settings.hall.id, clock.now())).name
        hall = await places.hall(tx, given.hall or settings.hall.id)
        group = await matters.lettered(tx, hall.id, given.letter)
        what = (given.minutes, given.capacity, given.reserve, by, clock.now(), settings.appointments.days_ahead)
        done = await open_days.set_plan(tx, hall.id, group.letter, *what)
        plan = next(one for one in await slots.plans(tx, hall.id) if one.group_id == group.id)
        return "\n".join([f"存好了：{_plan_line(group, plan)}。已经约出去的不受影响。", *in_lines(done)])

    return act


def _plan_line(group: Group, plan: Plan) -> str:
    kept = f"，另留{plan.reserve}个由工作人员给" if plan.reserve else ""
    return f"{group.letter} {group.name}，每段{plan.minutes}分钟{plan.capacity}个号{kept}"


def _slots(settings: Settings, given: argparse.Namespace) -> Any:
    async def act(tx: Tx) -> str:
        hall = await places.hall(tx, given.hall or settings.hall.id)
        wanted = settings.appointments.days_ahead if given.days is None else given.days
        plans = {plan.group_id: plan for plan in await slots.plans(tx, hall.id)}
        groups = [group for group in await matters.groups(tx, hall.id) if group.id in plans]
        said = [f"{hall.name}：{len(groups)}个业务组定了号源。"]
        said += [f"  {_plan_line(group, plans[group.id])}" for group in groups]
        done = await open_days.in_line(tx, hall, wanted, clock.now())
        return "\n".join(said + in_lines(done))

    return act


def in_lines(done: InLine) -> list[str]:
    """Lines that say what became of a hall's slots and who is left."""
    said = told(done.made)
    if done.stranded:
        said.append("这些时段已经约出去了，可是那时不开门，请尽快改约或通知本人：")
        said += [f"  {one.say()}，约了{one.booked + one.reserve_booked}人" for one in done.stranded]
    return said


def told(made: Made) -> list[str]:
    """What was made, in lines."""
    if not made.days:
        return ["往后的放假安排还没有公布，放不了号。"] if made.wanted else ["一天也没有要放。"]
    said = [
        f"{say_day(made.days[0])}到{say_day(made.days[-1])}：新放{made.new}个时段，改了{made.changed}个，"
        f"重排撤掉{made.withdrawn}个。"
    ]
    if made.is_short:
        said.append(f"要放{made.wanted}个工作日，只放了{len(made.days)}个：再往后的放假安排还没有公布。")
    return said
