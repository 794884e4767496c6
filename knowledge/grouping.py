"""Which questions ask about the same thing, for the people who edit the answers. Pure.

Texts are normalised (knowledge.words). What a question is about shows in its rarer characters: everybody writes
怎么办, and in a tax hall every other question has 税 in it, so those count for little.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

from rapidfuzz import fuzz

MARKER = re.compile(
    r"〔[^〕]*〕"
)  # stands for a personal number (kit.ids): two questions are no more alike for having one
SHORT = {"个税": "个人所得税"}  # or only 个, which is in every other question, would tell it from 增值税
SHAPING = frozenset(
    "的了吗呢吧啊呀嘛么不没无有是在再去来到就也还都又要想能可以会得该让用些这那哪什怎样如何为啥咋几多少谁"
    "我你您他她它们咱俺自己一下上里过给把被和跟与或及请问说知道时候行好对着才刚"
)
TRADE = frozenset("税费交缴办理证公司企业户家个人申报单件材料钱号年月天日元万领取开0123456789")
RARE_WEIGHT, TRADE_WEIGHT, SHAPING_WEIGHT = 10, 3, 1  # whole, so that sums do not depend on the order

# Fitted to the shipped entries and their variants (240 topics, 1,605 texts), and to pairs an editor must see apart:
# 医保怎么报销 and 社保怎么报销.
CONTRAST = 1.2  # against what each has and the other has not: 注销 here, 注册 there
SURPLUS = 0.1  # against what only one of them has more: telling a longer story changes little
OF_CHARACTERS, OF_PAIRS, OF_ORDER = 0.5, 0.4, 0.1

MOST_LEADERS = 120  # a pair of characters that more groups than this begin with says nothing
MOST_TRIED = 16
MOST_COMPARED = 120  # texts, in looking for the middle of a group


@dataclass(frozen=True, slots=True)
class _Shape:
    text: str
    characters: Mapping[str, int]
    pairs: Mapping[str, int]
    of_characters: int  # the sum of their weights
    of_pairs: int


def _weight(character: str) -> int:
    if character in SHAPING:
        return SHAPING_WEIGHT
    return TRADE_WEIGHT if character in TRADE else RARE_WEIGHT


def _shape(text: str) -> _Shape:
    plain = MARKER.sub("", text)
    for short, full in SHORT.items():
        plain = plain.replace(short, full)
    characters = {each: _weight(each) for each in dict.fromkeys(plain)}
    pairs = {a + b: min(characters[a], characters[b]) for a, b in pairwise(plain)}
    return _Shape(plain, characters, pairs, sum(characters.values()), sum(pairs.values()))


def _share(ours: Mapping[str, int], theirs: Mapping[str, int], our_sum: int, their_sum: int) -> float:
    shared = sum(map(ours.__getitem__, ours.keys() & theirs.keys()))
    if not shared:
        return 0.0
    less, more = min(our_sum, their_sum) - shared, max(our_sum, their_sum) - shared
    return shared / (shared + CONTRAST * less + SURPLUS * more)


def _likeness(ours: _Shape, theirs: _Shape) -> float:
    if ours.text == theirs.text:
        return 1.0
    return (
        OF_CHARACTERS * _share(ours.characters, theirs.characters, ours.of_characters, theirs.of_characters)
        + OF_PAIRS * _share(ours.pairs, theirs.pairs, ours.of_pairs, theirs.of_pairs)
        + OF_ORDER * fuzz.ratio(ours.text, theirs.text) / 100
    )


def likeness(a: str, b: str) -> float:
    """How far two normalised questions ask about the same thing: 0..1, the same both ways round, 1 for one text."""
    return 1.0 if a == b else _likeness(_shape(a), _shape(b))


def grouped(texts: Sequence[str], at_least: float = 0.62) -> list[list[int]]:
    """Indices of texts that ask about the same thing, each index in one group; the biggest group first.

    Each group has a leader that every text in it is at least so much like. The most frequent texts lead, and among
    those asked as often the ones whose words most others use too. 5,000 texts take about a second.
    """
    askings: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        askings[text].append(index)
    shapes = {text: _shape(text) for text in askings}
    spread = Counter(pair for shape in shapes.values() for pair in shape.pairs)

    def before_others(text: str) -> tuple[int, float, int]:
        shape = shapes[text]
        told = sum(weight * min(spread[pair], MOST_LEADERS) for pair, weight in shape.pairs.items())
        return -len(askings[text]), -told / (1 + len(shape.pairs)), askings[text][0]

    leaders: list[_Shape] = []
    groups: list[list[int]] = []
    by_pair: dict[str, list[int]] = defaultdict(list)
    for text in sorted(askings, key=before_others):
        place = _nearest(shapes[text], leaders, by_pair, at_least)
        if place is None:
            place = len(leaders)
            leaders.append(shapes[text])
            groups.append([])
            for pair in shapes[text].pairs:
                by_pair[pair].append(place)
        groups[place].extend(askings[text])
    return sorted(map(sorted, groups), key=lambda group: (-len(group), group[0]))


def _nearest(
    shape: _Shape, leaders: Sequence[_Shape], by_pair: Mapping[str, Sequence[int]], at_least: float
) -> int | None:
    """The place of the leader it is most like, the earlier among equals; None when no leader is like it."""
    met: dict[int, int] = defaultdict(int)
    telling = [pair for pair, weight in shape.pairs.items() if weight > SHAPING_WEIGHT] or list(shape.pairs)
    for pair in telling:
        places = by_pair.get(pair, ())
        if len(places) <= MOST_LEADERS:
            for place in places:
                met[place] += shape.pairs[pair]
    best, found = at_least, None
    for place in nsmallest(MOST_TRIED, met, key=lambda place: (-met[place], place)):
        near = _likeness(shape, leaders[place])
        if near > best or (near >= best and (found is None or place < found)):
            best, found = near, place
    return found


def central(texts: Sequence[str]) -> int:
    """The index of the text that is most like all the others; one asked often draws the middle to itself.

    The earlier among equals. Of a great many texts only the most frequent are compared. Raises ValueError for none.
    """
    if not texts:
        raise ValueError("nothing has no middle")
    frequent = Counter(texts).most_common(MOST_COMPARED)
    shapes = [(_shape(text), count) for text, count in frequent]
    sums = [sum(count * _likeness(shape, other) for other, count in shapes) for shape, _ in shapes]
    return texts.index(frequent[max(range(len(sums)), key=lambda place: (round(sums[place], 9), -place))][0])
