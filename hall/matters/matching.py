"""Which matter a citizen means. Pure: it knows nothing but the catalogue's names and aliases.

What people say is shorter than a name or longer than an alias, so four kinds of likeness are counted, in characters of
the text: a whole alias in it; an alias with a few words in between (补一张社保卡 for 补社保卡); a piece of a long name;
and a text that is itself a piece of a name (社保). Who scores near the best is offered too: 营业执照 may be a company's
or a shop's, and asking is cheaper than a wrong booking.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from hall.matters.model import Matter


class _Called(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


Called = TypeVar("Called", bound=_Called)

WHOLE, GAPPED, PIECE = 1.0, 0.8, 0.6  # what a matched character is worth
GAP = 5  # characters that may stand between those of an alias
SHORTEST_GAPPED = 3
SHORTEST_PIECE = 4  # three characters already run across words: 税申报 in 车辆购置税申报
ENOUGH = 2 * PIECE  # a text of two characters that is a piece of a name
NEAR_BEST = 0.75
MOST = 5  # choices one can still read on a phone

# Where one of these is said, only matters that speak of it are meant: 个体户注销 is no 个体工商户设立. Where two are
# said that no matter has together (注销户口, 公积金贷款), none is.
# fmt: off
DECISIVE = (
    "注销", "变更", "抵押", "迁", "贷款", "补贴", "异地", "离婚",
    "发票", "备案", "公积金", "修复", "退税", "户口", "车辆", "过户",
)
# fmt: on

_LONG_NUMBER = re.compile(r"(?:[0-9][ -]?){6,}")  # of a phone or a paper: no matter's name, and 12345 may stand in it
_FILLERS = re.compile(
    "您好|你好|请问|麻烦|谢谢|我们|我想|我要|想要|需要|预约|约个|办理|办个|办一下|一下|怎么|咋|如何|什么|材料|流程|多久|哪里|"
    "可以|能不能|帮我|这个|那个|业务|事项|[我想要办约去到的了吗呢吧啊呀个在给能]"
)


def matching(catalogue: Sequence[Matter], text: str) -> list[Matter]:
    """The matters the text may mean, likeliest first, at most five; empty when it names none."""
    plain = _plain(text)
    scored = [(*_likeness(plain, _phrases(m.name, m.aliases)), m) for m in _eligible(catalogue, plain)]
    best = max((score for score, _, _ in scored), default=0.0)
    if best < ENOUGH:
        return []
    near = [entry for entry in scored if entry[0] >= best * NEAR_BEST]
    return [m for _, _, m in sorted(near, key=lambda entry: entry[:2], reverse=True)][:MOST]


def told_apart(among: Sequence[Matter], text: str) -> list[Matter]:
    """The one of several whose name alone has words of the text: 个体的 of 个体工商户 and 有限责任公司; else none."""
    said = _pairs(_plain(text))
    have = [(m, said & _pairs(_phrases(m.name, m.aliases)[0])) for m in among]
    own = [m for m, mine in have if any(mine - theirs for other, theirs in have if other is not m)]
    return own if len(own) == 1 else []


def _pairs(plain: str) -> frozenset[str]:
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _plain(text: str) -> str:
    text = _LONG_NUMBER.sub(" ", unicodedata.normalize("NFKC", text).lower())
    return "".join(c for c in text if c.isalnum())


@lru_cache(maxsize=1024)
def _phrases(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    head = re.split("[（(/]", name)[0]
    said = (head, *(alias.replace("（旧称）", "") for alias in aliases), name)
    return tuple(_plain(phrase) for phrase in said)


def _eligible(catalogue: Sequence[Matter], plain: str) -> Sequence[Matter]:
    said = [word for word in DECISIVE if word in plain]
    return [m for m in catalogue if all(any(w in phrase for phrase in _phrases(m.name, m.aliases)) for w in said)]


def _likeness(plain: str, phrases: Sequence[str]) -> tuple[float, float]:
    """How many characters of the text are accounted for, and how much of one phrase at best.

    The last phrase is the full name, whose brackets list cases (退休, 住所): too little by themselves to mean it.
    """
    worth: dict[int, float] = {}
    share = 0.0
    for phrase in phrases:
        places, value = _found(plain, phrase)
        for place in places:
            worth[place] = max(value, worth.get(place, 0.0))
        share = max(share, len(places) * value / len(phrase))
    core = _FILLERS.sub("", plain)
    within = [len(core) / len(phrase) for phrase in phrases[:-1] if len(core) > 1 and core in phrase]
    score = sum(worth.values())
    return (max(score, len(core) * PIECE), max(share, *within)) if within else (score, share)


def _found(plain: str, phrase: str) -> tuple[Sequence[int], float]:
    at = plain.find(phrase)
    if at >= 0:
        return range(at, at + len(phrase)), WHOLE
    gapped = _gapped(plain, phrase) if len(phrase) >= SHORTEST_GAPPED else []
    if gapped:
        return gapped, GAPPED
    for length in range(min(len(phrase), len(plain)), SHORTEST_PIECE - 1, -1):
        for start in range(len(phrase) - length + 1):
            at = plain.find(phrase[start : start + length])
            if at >= 0:
                return range(at, at + length), PIECE
    return (), 0.0


def _gapped(plain: str, phrase: str) -> list[int]:
    """Where the phrase's characters stand in order with at most GAP others among them; empty when they do not."""
    for start in (place for place, char in enumerate(plain) if char == phrase[0]):
        places = [start]
        for char in phrase[1:]:
            at = plain.find(char, places[-1] + 1)
            if at < 0:
                return []
            places.append(at)
        if places[-1] - start < len(phrase) + GAP:
            return places
    return []


def named_in(known: Sequence[Called], plain: str) -> Called | None:
    """The one (an agency, a life event) whose name or alias stands in a sentence, the longest first; else None."""
    said = [(len(name), one) for one in known for name in (one.name, *one.aliases) if name.lower() in plain]
    return max(said, key=lambda found: found[0])[1] if said else None
