"""Which notices a person may do without. Pure.

Whoever turns these off misses news, and nothing else: what was decided about them, what is asked of them, that their
number is called and that the doors are shut is told to everybody.
"""

from hall.notices.model import Kind
from kit.errors import Problem

MAY_BE_OFF = {Kind.SOON: "快轮到您了", Kind.WAIT_OVER: "候补结束了", Kind.RATE: "请您评价"}


class MustBeTold(Problem):
    """`kinds`: those that may be off."""

    status = 422
    code = "must_be_told"
    sentence = "这一种不能关：叫到号、预约有变动这些一定要告诉您。能关的是：{names}。"


def read_kind(text: str) -> Kind:
    """One kind to be turned off. Raises MustBeTold."""
    if text not in MAY_BE_OFF:
        raise MustBeTold(kinds=list(MAY_BE_OFF), names="、".join(MAY_BE_OFF.values()))
    return Kind(text)
