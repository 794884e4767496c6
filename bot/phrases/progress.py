"""Where a case stands, since when, what comes next, by when, and what the person must do."""

from collections.abc import Iterator, Sequence
from datetime import date

from hall.cases.clocks import Light
from hall.cases.model import Case, Material, Progress, State
from kit.clock import day_of, say_day

ASK_NUMBER = "请发办件编号（回执上 ST 开头的一串）和6位查询码，比如“进度 编号 查询码”。"
ASK_NUMBER_TOO = "查询码收到了。请再发一下办件编号，回执上 ST 开头的一串。"
NO_OWN = "您名下现在没有在办的件。" + ASK_NUMBER
ASK_CODE = "请再发一下回执上的6位查询码，我才能告诉您——别人拿到编号也查不到，这是保护您。不查了回复“算了”。"
ASK_CODE_AGAIN = "查询码是6位字母和数字，印在受理回执上。请看看再发一次；回执不在手边，可以到窗口请工作人员帮您查。不查了回复“算了”。"
ODD_NUMBER = "这个办件编号好像抄错了一位：是 ST 开头、后面14个数字。请对着回执再看看，连同6位查询码一起发给我。"

STATE_MEANS = {
    State.RECEIVED: "收件——材料已经交上来，正在看齐不齐",
    State.ACCEPTED: "受理——材料齐了，已经正式办理",
    State.SUPPLEMENT: "补正——还差材料，等您补齐",
    State.REFUSED: "不予受理——没有收下，理由见说明",
    State.REVIEW: "审核——工作人员正在审",
    State.SPECIAL: "特别程序——在做检验、勘验等，这段时间不算在时限里",
    State.SUSPENDED: "中止——先停一停，这段时间不算在时限里",
    State.CONCLUDED: "办结——办好了",
    State.DECLINED: "退件——没有通过，理由见说明",
}
COMES_NEXT = {
    State.RECEIVED: "材料齐了就受理；缺什么会一次告诉您，您先不用跑。",
    State.ACCEPTED: "安排审核，您不用跑，有结果会写在这里。",
    State.SUPPLEMENT: "材料补齐了马上接着办。",
    State.REVIEW: "审完就办结，您不用跑，有结果会写在这里。",
    State.SPECIAL: "做完了接着办，您不用跑，要您到场会先联系您。",
    State.SUSPENDED: "原因没有了就接着办，您不用跑。",
    State.REFUSED: "有不明白的，请到受理窗口问；不同意这个决定，可以依法申请行政复议。",
    State.DECLINED: "有不明白的，请到受理窗口问；不同意这个决定，可以依法申请行政复议。",
    State.CONCLUDED: "结果怎么领，请看受理回执或到窗口问。",
}
NO_LIMIT = "办理时限：这个事项还没有登记时限，要多久请问窗口。"
LATE_PROMISED = "比承诺的晚了，对不住。法定最晚是{legal}。"
LATE_PROMISED_ONLY = "比承诺的晚了，对不住。急的话可以到窗口问。"
LATE_LEGAL = "已经超过法定的日子，对不住。您可以到“办不成事”反映窗口，或者拨 12345。"


OWED = "还要您补：{names}，最晚{day}交到受理窗口（容缺受理，别的先办着）。"
OWED_OVER = "说好{day}前补交的还没有收到：{names}。请尽快交到受理窗口；一直不交，就要停下来等您补，或者退件。"


def progress(found: Progress) -> str:
    case = found.case
    lines = [
        f"{case.matter_name}（{case.number}）",
        f"现在：{STATE_MEANS[case.state]}，{say_day(day_of(found.since))}起。",
    ]
    lines.append(f"说明：{found.history[-1].note if found.stop is None else found.stop.reason}")
    lines += [f"· {line}" for line in map(_missing, found.missing)]
    lines += _owed(found)
    if found.waits_for_person:
        lines.append(f"要您做的：{case.next_step or COMES_NEXT[case.state]}")
        lines.append(f"接下来：{COMES_NEXT[case.state]}")
    else:
        lines.append(f"接下来：{case.next_step or COMES_NEXT[case.state]}")
    return "\n".join([*lines, *_by_when(found)])


def _owed(found: Progress) -> Iterator[str]:
    if found.owed_on is not None:
        said = OWED_OVER if found.is_owed_over else OWED
        yield said.format(names="、".join(one.name for one in found.owed), day=say_day(found.owed_on))


def _missing(one: Material) -> str:
    lack = f"：{one.lack}" if one.lack else ""
    return f"{one.name}{lack}（{'已收到' if one.is_brought else '还没交'}）"


def _by_when(found: Progress) -> Iterator[str]:
    case, clock = found.case, found.clock
    if case.state.is_final:
        return
    if case.accepted_on is None:
        if case.state is State.RECEIVED and found.tell_by_on is not None:
            yield f"最晚{say_day(found.tell_by_on)}告诉您齐不齐，过了这天没有告诉您，就算已经受理。"
        return
    if found.until_on is not None:
        yield f"最晚停到{say_day(found.until_on)}，之后时限接着算。"
    yield from _limits(clock.due_on, clock.legal_due_on, clock.unknown_year)
    if clock.unit is not None:
        stood = f"，另外停了{clock.stopped}个{clock.unit}不算" if clock.stopped else ""
        yield f"到今天用了{clock.used}个{clock.unit}{stood}。".replace("个日", "天")
    if clock.light is Light.RED:
        yield LATE_LEGAL
    elif clock.light is Light.YELLOW:
        legal = clock.legal_due_on
        yield LATE_PROMISED.format(legal=say_day(legal)) if legal else LATE_PROMISED_ONLY


def _limits(due_on: date | None, legal_due_on: date | None, unknown_year: int | None) -> Iterator[str]:
    if due_on is not None or legal_due_on is not None:
        yield f"{'承诺' if due_on else '法定'}最晚：{say_day(due_on or legal_due_on or date.max)}"
    elif unknown_year is not None:
        yield unknown(unknown_year)
    else:
        yield NO_LIMIT


def unknown(year: int) -> str:
    """In place of a last day that lies in a year whose holidays nobody knows."""
    return f"最晚哪天办完：{year}年的放假安排还没有公布，公布后算出来马上告诉您。"


def chain(appointment: str | None, ticket: str | None, case: str | None) -> str:
    """The numbers of one errand, where there is more than one."""
    known = {"预约": appointment, "票号": ticket, "办件": case}
    told = [f"{name} {number}" for name, number in known.items() if number is not None]
    return f"\n同一件事的号：{'，'.join(told)}。" if len(told) > 1 else ""


def own_cases(cases: Sequence[Case]) -> str:
    return "\n".join(f"· {case.number} {case.matter_name}：{case.state.chinese}" for case in cases)
