"""Two questions in one message: the first is answered, the second kept for a word.

Only where both parts ask something and are answered outright by themselves, each with an answer of its own: what
belongs together (要带啥 behind the matter it is about) is one question, and found as such.
"""

import re
from datetime import date

from bot import guide
from bot.desk import Desk
from bot.intents import asks
from knowledge.model import Finding

JOINT = re.compile(
    r"[?;!。,，；、\s]*(?:还有(?!没|吗|么|几|多)|另外|顺便|再问(?:一下|下|个)?|对了)[,，:\s]*|[?;!。，；\s]+|,"
)
SHORTEST = 4  # characters of a part that can be a question


def parts(text: str) -> tuple[str, str] | None:
    """The two halves of a plain sentence that both ask; None where there are not just two."""
    asked = [part for part in JOINT.split(text) if len(part) >= SHORTEST]
    return (asked[0], asked[1]) if len(asked) == 2 and all(asks(part) for part in asked) else None


def find(desk: Desk, text: str, today: date) -> tuple[Finding, str, Finding] | None:
    """The answer to the first, the second as it was asked, and its answer."""
    if (two := parts(text)) is None:
        return None
    first, second = (guide.find(desk, part, today) for part in two)
    if first.kind != "answer" or second.kind != "answer" or _subject(first) == _subject(second):
        return None
    return first, two[1], second


def _subject(finding: Finding) -> str:
    return finding.matter or finding.entry_id
