"""The waiting list (候补)."""

from collections.abc import Sequence

from bot.phrases.general import sample_note, short
from hall.appointments.model import Wait, WaitState
from hall.places.model import Hall
from kit.clock import say_day

WHICH_MATTER = "您想候补办哪件事？连事情一起说，比如“候补社保卡”“周五候补食品经营许可证”。"
NO_NEED = "不用候补，现在就有空号。"
NOT_WAITING = "您现在没有在候补。想排的话，说“候补社保卡”这样就行。"


def joined(matter_name: str, wait: Wait, before: int, hall: Hall) -> str:
    if wait.state is WaitState.OFFERED:
        return f"您候补的“{short(matter_name)}”已经给您留着号了，要的话回复“好”。"
    ahead = f"前面有{before}位。" if before else "您排在第一位。"
    return (
        f"给您排上候补了：{short(matter_name)}，{_days(wait)}，{ahead}\n有人退号，按先后给您留着、发消息告诉您，"
        f"最多告诉三次；不等了回复“取消候补”。{sample_note(hall)}"
    )


def _days(wait: Wait) -> str:
    return say_day(wait.from_on) if wait.from_on == wait.to_on else f"{say_day(wait.from_on)}到{say_day(wait.to_on)}"


def line(matter_name: str, wait: Wait) -> str:
    return f"{matter_name}，{_days(wait)}" + ("（有号了，回复“好”就约上）" if wait.state is WaitState.OFFERED else "")


def own(lines: Sequence[str]) -> str:
    return "候补中：\n" + "\n".join(f"· {one}" for one in lines) + "\n不等了回复“取消候补”。"


def which(names: Sequence[str]) -> str:
    return f"您在候补：{'、'.join(map(short, names))}。取消哪个？连事情一起说，比如“取消候补{short(names[0])}”。"


def left(names: Sequence[str]) -> str:
    return f"好，{'、'.join(map(short, names))}不候补了。想再约，直接说时间和事项就行。"
