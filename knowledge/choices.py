"""Words that mean several things. Asked alone we ask back; asked with anything that settles it we do not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BEFORE = re.compile(
    r"^(?:怎么|如何|我|我们|想|要|想要|需要|办理?|申请|了解|咨询|查|领|开|去|关于|有关|新|最新|现在|今年|个|的|一下|请问|问|享受|弄|交|那笔|这笔|那个|以前|原来|之前|当时|当年|那年|那会儿)+"
)
AFTER = re.compile(
    r"(?:怎么|如何|办理?|弄|申请|交|算|回事|享受|政策|规定|优惠|流程|手续|材料|需要|准备|什么|哪些|有|要|带|多久|到账|几天|时候|多少钱|多少|条件|"
    r"要钱|收费|花钱|下来|最快|最慢|最多|最少|能用|可用|有效|执行|继续|现在|目前|接着|适用|在哪里|可以|不能|能|吗|么|的|了|事情|事|一下|还有|还|没有|退)+$"
)


@dataclass(frozen=True)
class Choice:
    """A question back with its options: (what to choose, entry id; an empty id goes to a person).

    It is asked when a question names nothing but one of `terms`; or when it has a word of `anywhere` and one of
    `beside` but none of `unless`: who took one identity for another is asked which is theirs (facts.md T11).
    """

    terms: frozenset[str]
    ask: str
    options: tuple[tuple[str, str], ...]
    anywhere: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def is_mixed_up(self, normal: str) -> bool:
        def has(words: tuple[str, ...]) -> bool:
            return any(word in normal for word in words)

        return has(self.anywhere) and has(self.beside) and not has(self.unless)


def build(rows: list[dict[str, Any]], asks: Mapping[str, str]) -> tuple[Choice, ...]:
    """From data/choices.toml; `asks` are the questions of terms.toml by their term."""
    return tuple(
        Choice(
            frozenset(row.get("terms", ())),
            row.get("ask") or asks[row["ask_of"]],
            tuple((option["say"], option["entry"]) for option in row["options"]),
            *(tuple(row.get(key, ())) for key in ("anywhere", "beside", "unless")),
        )
        for row in rows
    )


def cores(normal: str) -> frozenset[str]:
    """What is left of a normalised question without the words that only ask, before it, after it, or both."""
    start, end = BEFORE.sub("", normal), AFTER.sub("", normal)
    return frozenset(filter(None, (normal, start, end, BEFORE.sub("", end), AFTER.sub("", start))))


def unclear(choices: tuple[Choice, ...], normal: str) -> Choice | None:
    """The choice to offer when a question names nothing but an ambiguous word, or takes one identity for another."""
    core = cores(normal)
    return next((choice for choice in choices if core & choice.terms or choice.is_mixed_up(normal)), None)
