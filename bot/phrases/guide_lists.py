"""Life events, departments and forms: what belongs together, who can be reached where, and what is not known of them."""

from collections.abc import Sequence

from bot.phrases.general import sample_note
from hall.matters.model import Agency, Attached, LifeEvent, Matter
from hall.places.model import Hall, Spans

PICK = "回复数字，看那一件要带什么："
NOT_ENTERED = "还没有登记"
FILES = "/api/v1/files/"


def _usual(here: Sequence[Matter]) -> str:
    return "（一般情况，以大厅窗口为准）" if any(matter.is_typical for matter in here) else ""


def event(of: LifeEvent, here: Sequence[Matter]) -> str:
    note = f"\n提醒：{of.note}" if of.note else ""
    return f"“{of.name}”，这个大厅常办的有{len(here)}件，一般按这个先后{_usual(here)}。{note}\n{PICK}"


def matters_of(name: str, here: Sequence[Matter]) -> str:
    return f"“{name}”在这个大厅能办{len(here)}件事。{PICK}"


def hours(spans: Spans) -> str:
    return "，".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in spans)


def agency(of: Agency, hall: Hall | None) -> str:
    """What is not known is said so, with who to ask."""
    lines = [f"【{of.name}】"]
    for what, said in (("地址", of.address), ("电话", of.phone), ("办公时间", of.hours and hours(of.hours))):
        lines.append(f"{what}：{said or NOT_ENTERED}")
    if not (of.address and of.phone):
        lines.append("没有登记的我不敢乱说，请拨 12345 问一下。")
    lines.append(f"它的事在{hall.name if hall else '大厅'}有窗口能办；想知道办哪些，回复“{of.name}能办什么”。")
    return "\n".join(lines) + (sample_note(hall) if hall else "")


def files(matter: Matter, attached: Sequence[Attached], address: str) -> str:
    """`address` of this server as citizens reach it, "" where nobody has set it."""
    if not attached:
        return (
            f"“{matter.name}”的空白表和样表还没有登记。请到{matter.window_type}拿，工作人员会告诉您怎么填；"
            "要带的材料回复“要带什么”就行。"
        )
    lines = [f"· {file.material or '整个事项'}的{file.use.chinese}：{file.name}" for file in attached]
    if address:
        lines = [f"{line}\n  {address.rstrip('/')}{FILES}{file.id}" for line, file in zip(lines, attached, strict=True)]
        return f"“{matter.name}”有这些可以下载：\n" + "\n".join(lines)
    return (
        f"“{matter.name}”有这些：\n" + "\n".join(lines) + f"\n在小程序的办事指南里下载，或者到{matter.window_type}拿。"
    )
