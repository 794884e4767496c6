"""What the text of each notice is made of: its parts, in Chinese, and those without which it would mislead. Pure.

A text holds its parts in braces: 您候补的“{事项}”有号了. What a part says is the voice's affair (bot/phrases).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hall.notices.model import Kind
from kit.errors import Problem

LONGEST_TEXT = 400  # characters; WeChat takes 2,048 bytes, some 680 characters, and the facts need room too
PART = re.compile(r"\{([^{}]*)\}")


class BadText(Problem):
    status = 422
    code = "bad_text"
    sentence = "这段话没有存：{reason}。改好再存，原来的话还在用。"


@dataclass(frozen=True, slots=True)
class Parts:
    """`needed`: what the person must read; `free`: what may be left out."""

    needed: tuple[str, ...]
    free: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.needed, *self.free)


_CASE = ("事项",)
PARTS: dict[Kind, Parts] = {
    Kind.MOVED: Parts(("新的时间", "预约号"), ("原因", "原来的时间", "事项")),
    Kind.CANCELLED: Parts(("原来的时间", "预约号"), ("原因", "事项")),
    Kind.MOVED_FOR: Parts(("新的时间", "预约号"), ("原来的时间", "事项")),
    Kind.CANCELLED_FOR: Parts(("原来的时间", "预约号"), ("事项",)),
    Kind.OFFERED: Parts(("时间", "留到几点"), ("事项", "最后一次")),
    Kind.WAIT_OVER: Parts(("事项",)),
    Kind.WARNED: Parts(("规则",), ("次数",)),
    Kind.BANNED: Parts(("规则", "恢复的日子"), ("停约范围",)),
    Kind.LIFTED: Parts((), ("规则",)),
    Kind.APPEAL_REFUSED: Parts(("答复", "恢复的日子"), ("规则",)),
    Kind.SOON: Parts(("票号", "前面几位"), ("还要多久",)),
    Kind.CALLED: Parts(("票号", "窗口")),
    Kind.MISSED: Parts(("票号", "怎么接着排")),
    Kind.RATE: Parts((), ("办的事",)),
    Kind.REPLIED: Parts(("答复",), ("编号",)),
    Kind.CASE_ACCEPTED: Parts(("办件编号", "受理情况", "最晚办完", "接下来"), _CASE),
    Kind.CASE_ACCEPTED_OWING: Parts(("办件编号", "后补的材料", "后补期限", "最晚办完", "接下来"), _CASE),
    Kind.CASE_OWED_SOON: Parts(("办件编号", "后补的材料", "后补期限"), _CASE),
    Kind.CASE_SUPPLEMENT: Parts(("办件编号", "缺的材料", "补齐期限"), _CASE),
    Kind.CASE_STOPPED: Parts(("办件编号", "原因", "最晚办完", "接下来"), ("最长停到", *_CASE)),
    Kind.CASE_RESUMED: Parts(("办件编号", "最晚办完", "接下来"), _CASE),
    Kind.CASE_DUE_KNOWN: Parts(("办件编号", "最晚办完"), _CASE),
    Kind.CASE_CONCLUDED: Parts(("办件编号", "结果", "接下来"), _CASE),
    Kind.CASE_DECLINED: Parts(("办件编号", "原因"), _CASE),
    Kind.CASE_REFUSED: Parts(("办件编号", "原因"), _CASE),
}


def tidy(kind: Kind, text: str) -> str:
    """The text as it is kept: line ends alike, none at the ends. Raises BadText, which names every wrong part."""
    made = "\n".join(line.strip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    if wrong := list(_faults(PARTS[kind], made)):
        raise BadText(reason="；".join(wrong))
    return made


def _faults(parts: Parts, text: str) -> Iterator[str]:
    if not text:
        yield "一个字也没有写"
        return
    if len(text) > LONGEST_TEXT:
        yield f"最多{LONGEST_TEXT}个字，现在{len(text)}个，微信一次发不下太长的话"
    used = PART.findall(text)
    if re.search(r"[{}]", PART.sub("", text)):
        yield "花括号要成对，里面写一个名称，像 {票号}"
    if strange := [name for name in dict.fromkeys(used) if name not in parts.every]:
        known = "、".join(f"{{{name}}}" for name in parts.every)
        yield f"这些这里用不了：{'、'.join(f'{{{name}}}' for name in strange)}，能用的有{known}"
    if missing := [name for name in parts.needed if name not in used]:
        yield f"少了{'、'.join(f'{{{name}}}' for name in missing)}，没有它收到的人不知道该怎么办"


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its parts said. A line whose parts are all empty, with nothing beside them, is left out."""
    lines = []
    for line in text.split("\n"):
        said = PART.sub(lambda part: values[part[1]], line)
        if said.strip() or not PART.search(line):
            lines.append(said)
    return "\n".join(lines)
