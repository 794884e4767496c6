"""What a page says of the slots that followed a change."""

from collections.abc import Sequence

from hall.appointments.open_days import InLine

FOLLOWED = "号源跟着改了：{parts}。"
NEW, CHANGED, WITHDRAWN = "新放{n}个时段", "改了{n}个", "收回{n}个"
STRANDED = "有{count}个时段已经有人约了，可是那时不开门，请到“停办”里处理。"


def of(done: Sequence[InLine]) -> str:
    """ "" where nothing of them changed."""
    counts = (
        (NEW, sum(one.made.new for one in done)),
        (CHANGED, sum(one.made.changed for one in done)),
        (WITHDRAWN, sum(one.made.withdrawn for one in done)),
    )
    parts = "，".join(said.format(n=n) for said, n in counts if n)
    stranded = sum(len(one.stranded) for one in done)
    return (FOLLOWED.format(parts=parts) if parts else "") + (STRANDED.format(count=stranded) if stranded else "")
