"""One's own appointments, tickets and cases, and being handed over to a person."""

from collections.abc import Sequence
from datetime import datetime

from bot.phrases.general import numbered, sample_note, slot_start
from hall.appointments.model import Appointment
from hall.matters.model import Group
from hall.places.model import Hall
from hall.queue.model import State as TicketState
from hall.queue.model import Ticket
from hall.queue.pace import Estimate
from kit.clock import day_of, local, say_day, say_time

NO_APPOINTMENTS = "您现在没有预约。想约，直接说“下周三上午约办营业执照”这样就行。"
KEPT = "好，预约还给您留着，没有动。"
NOT_FOUND_APPOINTMENT = "没有找到这个预约号，或者它不是您约的。回复“我的预约”看看您自己的。"


ACTS = {"cancel": "取消", "move": "改约"}
REMIND_WHICH = "接着取消：要取消上面哪一个？回复数字；都留着回复“算了”。"
REMIND_GROUP = "接着取号：您来办上面哪一类？回复数字；不取了回复“算了”。"
CANCEL_OR_KEEP = "要取消请回复“好”，留着请回复“算了”。"


def appointment_line(appointment: Appointment) -> str:
    return f"{slot_start(appointment.starts_at)} {appointment.matter_name}（{appointment.number}）"


def appointment_state(appointment: Appointment) -> str:
    return f"{appointment_line(appointment)}：{appointment.state.chinese}。\n想换时间回复“改约”，来不了回复“取消预约”。"


def appointment_now(appointment: Appointment) -> str:
    return f"{appointment_line(appointment)}：{appointment.state.chinese}。"


def own_appointments(lines: Sequence[str]) -> str:
    return "您的预约：\n" + "\n".join(f"· {line}" for line in lines) + "\n想换时间回复“改约”，来不了回复“取消预约”。"


def which_appointment(act: str, lines: Sequence[str]) -> str:
    return f"要{act}哪一个？回复数字：\n{numbered(lines)}"


def confirm_cancel(line: str) -> str:
    return f"要取消这个预约吗？\n{line}\n回复“好”就取消，回复“算了”就留着。"


def cancelled(line: str) -> str:
    return f"已经取消：{line}。\n位置让给别人了。想再约，直接说时间和事项就行。"


def ask_move(line: str) -> str:
    return f"好，改这个：{line}。\n想改到什么时候？比如“后天下午”。"


def which_group(groups: Sequence[Group]) -> str:
    return f"您来办哪一类？回复数字：\n{numbered(group.name for group in groups)}"


def ticket(taken: Ticket, group_name: str, wait: Estimate, hall: Hall) -> str:
    return f"取好了，{group_name}：{taken.number}\n{wait_told(wait)}\n大厅静默叫号，叫到您时请看大屏；随时问我“前面还有几个”。{sample_note(hall)}"


NO_COUNTER = "现在没有窗口在办这类业务，要等多久还说不准，可以问问导办台。"
ROUGHLY = "今天刚开始叫号，这是粗略的估计。"


def wait_told(wait: Estimate) -> str:
    """How many are ahead and for how long that will be, honestly."""
    before = f"前面还有{wait.ahead}个人" if wait.ahead else "前面没有人等"
    if wait.low is None:
        return f"{before}。{NO_COUNTER}"
    if not wait.ahead and not wait.low:
        long = f"，{wait.high}分钟以内就能叫到您，请到窗口附近稍候。"
    else:
        long = f"，大约要等{wait.low}到{wait.high}分钟。"
    return before + long + (ROUGHLY if wait.is_guess else "")


def place(held: Ticket, wait: Estimate) -> str:
    if held.state is TicketState.WAITING:
        return f"{held.number}：等候中。{wait_told(wait)}"
    return f"{held.number}：{held.state.chinese}。{NOW_DO.get(held.state, '') if held.ended_at is None else ''}"


NOW_DO = {
    TicketState.CALLED: "请马上到窗口。",
    TicketState.MISSED: "您还要办，人到大厅了回复“取号”，号不变，给您重新排上。",
}


def no_such_ticket(number: str) -> str:
    return f"今天没有 {number} 这个票号，请看看票上的字，或回复“取号”。"


ANOTHER_TICKET = "\n还要取别的号，请说办什么事，比如“取号办社保卡”。"
BOOK_INSTEAD = "想省得排队，可以回复“预约”先约个时间。"
NOTHING_TO_LEAVE = "您今天没有在排的号，不用撤。要退出候补，回复“取消候补”；要取消预约，回复“取消预约”。"
STILL_IN_LINE = "好，号还给您排着，没有动。"
LEAVE_OR_STAY = "真的不排了，回复“确认”；还排着，回复“算了”。"


def which_to_leave(lines: Sequence[str]) -> str:
    return f"您今天排着这几个号，要撤哪一个？回复数字：\n{numbered(lines)}"


def confirm_leaving(line: str) -> str:
    return f"{line}\n撤了号位子就让给后面的人，再来要重新取号。{LEAVE_OR_STAY}"


def left_queue(number: str) -> str:
    return f"{number} 撤下来了，位子让给后面的人。改主意了，到大厅回复“取号”重新排。"


NO_TICKET = "您今天还没有取号，到了大厅回复“取号”就行。\n"


TALK = "好，已经帮您转给工作人员，请直接把问题发出来，稍等一下就有人回您。\n想回来找我，回复“结束人工”。"
ASK_MESSAGE = "您把要问的事写下来发给我（可以留个称呼和电话），工作人员会看到并回复您。不留了回复“算了”。"
MESSAGE_KEPT = "留好了，工作人员会看到。还有要补充的接着发，说完了回复“好”。\n急事请到大厅窗口，税务的事可拨 12366，其他政务的事可拨 12345。"
MESSAGE_ADDED = "这句也记上了。说完了回复“好”。"
MESSAGE_DONE = "好的，都转给工作人员了。还有别的事随时找我。"
TALK_OVER = "好，我回来了。有什么要问要办的，直接说就行。"
COMPLAINT = "让您不舒心了，抱歉。您的意见要由人来处理：可以拨 12345，也可以到“办不成事”反映窗口。\n"


def hall_closed(opens: datetime | None, why: str | None) -> str:
    """`why` today is no workday, where there is a reason to tell."""
    today = f"今天休息（{why}）。" if why else ""
    at = f"{say_day(day_of(opens))}{say_time(opens)}开门，到时候再来取。" if opens else ""
    return f"大厅现在不在上班时间，取不了号。{today}{at}"


def out_of_hours(opens: datetime | None) -> str:
    at = f"，{local(opens).month}月{local(opens).day}日{say_time(opens)}上班" if opens else ""
    return f"现在工作人员下班了{at}。{ASK_MESSAGE}"
