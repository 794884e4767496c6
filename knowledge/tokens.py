"""A text as the tokens it is compared by: characters, pairs of them, words, pairs of sounds, what is asked,
concepts. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from operator import add

import numpy as np
from numpy.typing import NDArray

from knowledge.meanings import Meanings
from knowledge.words import Words

CHAR, PAIR, WORD, SOUND, ASKED, CONCEPT = range(6)
KINDS = 6
SELDOM = 5  # words written less often do not change how often their characters are
TELLING_TERM = 0.8  # how far a term of the trade turns the direction of a text
REMEMBERED = 50_000  # words whose rarity is kept
UNSEEN = 0.9  # how rare we take a token to be that says nothing by itself, like a pair of sounds

# What a question asks for, by the words it is asked with. One may ask several things; the order says nothing.
ASKED_FOR: Mapping[str, str] = {
    "when": "什么时候 几号 哪天 何时 几月 截止 到期 有效期 哪年 几点 期限",
    "long": "多久 几天 多长 几个工作日 几工作日 多快 几年 时限",
    "much": "多少 几个点 标准 比例 额度 % 税率 几成 金额 上限 最高 最多 最低",
    "where": "哪里 哪个 地址 窗口 网站 平台 入口",
    "how": "怎么 如何 怎样 流程 步骤 方法 手续 操作",
    "what": "什么是 是什么 意思 概念 定义 指的是 含义 叫什么 指什么",
    "which": "哪些 哪种 哪类 范围 什么人 谁 对象 适用 包括",
    "bring": "材料 带什么 要什么 准备 证件 资料 证明 拿什么 需要什么 手续",
    "terms": "条件 要求 资格 符合 满足 门槛 标准",
    "may": "能 可以 可不可以 是否 是不是 行吗 要不要 有没有 还有 用不用 需要",
    "why": "为什么 原因 怎么回事 为何",
    "differ": "区别 不同 一回事 一样 关系 还是",
    "if": "怎么办 没有 忘 逾期 晚 丢 错 不够 失败 不了 超过 补",
    "money": "收费 多少钱 费用 免费 花钱 要钱",
}
ASKS_WHETHER = "吗"  # at the end of a question: "may" too


def asked_words() -> Mapping[str, tuple[str, ...]]:
    """What is asked for by each word of ASKED_FOR."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in ASKED_FOR.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), name)
    return found


def by_first(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """The lengths of the words that begin with each character, longest first."""
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


ASKED_BY = asked_words()
ASKED_LENGTHS = by_first(ASKED_BY)


@dataclass(frozen=True)
class Told:
    """A normalised text as it is compared.

    `words` are those it is cut into, in order; among its tokens stand the shorter ones inside them too.
    """

    text: str
    sound: str
    tokens: tuple[list[str], ...]
    words: list[str]
    direction: NDArray[np.float32]


@dataclass(frozen=True)
class Lexicon:
    """What turns texts into tokens: one for each snapshot of the vocabulary.

    `sounds` is for `str.translate` (knowledge.sounds); `concepts` maps every way to say a thing to one name for it.
    """

    words: Words
    sounds: Mapping[int, int]
    concepts: Mapping[str, str]
    meanings: Meanings

    @cached_property
    def _concept_lengths(self) -> Mapping[str, tuple[int, ...]]:
        return by_first(self.concepts)

    @cached_property
    def _known_content(self) -> dict[str, float]:
        return {}

    @cached_property
    def _known_rarity(self) -> dict[tuple[int, str], float]:
        return {}

    @cached_property
    def _known_pointing(self) -> dict[str, tuple[list[int], list[float]]]:
        return {}

    def read(self, texts: Sequence[str]) -> list[Told]:
        """Normalised texts as their tokens, those of each kind once in the order of the kinds, and where they point."""
        cut = [self.words.cut(text) for text in texts]
        directions = self.meanings.of([list(map(self._pointing, words)) for words in cut])
        return list(map(self._told, texts, cut, directions))

    def told(self, text: str, words: list[str]) -> Told:
        """A normalised text that has been cut into these words."""
        return self._told(text, words, self.meanings.where(map(self._pointing, words)))

    def _told(self, text: str, words: list[str], direction: NDArray[np.float32]) -> Told:
        sound = text.translate(self.sounds)
        parts = [part for word in words if len(word) > 2 for part in self.words.parts(word)]
        tokens = (
            list(dict.fromkeys(text)),
            list(dict.fromkeys(map(add, text, text[1:]))),
            list(dict.fromkeys([*words, *parts])),
            list(dict.fromkeys(map(add, sound, sound[1:]))),
            _asked_for(text),
            self._concepts(text),
        )
        return Told(text, sound, tokens, words, direction)

    def _pointing(self, word: str) -> tuple[list[int], list[float]]:
        known = self._known_pointing
        found = known.get(word)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[word] = self.meanings.parts(word, self.telling(word))
        return found

    def telling(self, word: str) -> float:
        if word in self.words.terms_known:
            return TELLING_TERM
        return self.rarity(WORD if len(word) > 1 else CHAR, word)

    def _concepts(self, text: str) -> list[str]:
        """Leftmost and longest first, none inside another."""
        found: dict[str, None] = {}
        free, known, lengths = 0, self.concepts, self._concept_lengths
        for at, first in enumerate(text):
            if at < free or first not in lengths:
                continue
            for length in lengths[first]:
                if name := known.get(text[at : at + length]):
                    found[name] = None
                    free = at + length
                    break
        return list(found)

    def rarity(self, kind: int, token: str) -> float:
        """How rare a token is in the language, 0..1: what nobody says by chance says what a question is about."""
        known = self._known_rarity
        found = known.get((kind, token))
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[kind, token] = self._rarity(kind, token)
        return found

    def _rarity(self, kind: int, token: str) -> float:
        if kind == WORD:
            return self._rarity_of_word(token)
        if kind == CHAR:
            return self._rarity_of_character(token)
        if kind == PAIR:
            if self.words.tokenizer.FREQ.get(token):
                return self._rarity_of_word(token)
            return 0.5 * (self._rarity_of_character(token[0]) + self._rarity_of_character(token[1]))
        return UNSEEN

    def content(self, word: str) -> float:
        """How much a word says of what a question is about, 0..1; 1 for the terms of the trade."""
        known = self._known_content
        found = known.get(word)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            is_shape = len(word) < 2 or word in self.words.shape or word.replace(".", "").isdigit()
            found = known[word] = 0.0 if is_shape else self.words.rarity(word)
        return found

    def _rarity_of_word(self, word: str) -> float:
        if word in self.words.shape:
            return 0.05
        return 1 - log(1 + (self.words.tokenizer.FREQ.get(word) or 0)) / self._log_of_total

    def _rarity_of_character(self, character: str) -> float:
        return 1 - log(1 + self.characters.get(character, 0)) / self._log_of_characters_written

    @cached_property
    def _log_of_total(self) -> float:
        return log(self.words.tokenizer.total)

    @cached_property
    def characters(self) -> Mapping[str, int]:
        """How often each character is written, by jieba's dictionary."""
        return characters_of(self.words.tokenizer.FREQ.items())

    @cached_property
    def _log_of_characters_written(self) -> float:
        return log(sum(self.characters.values()))


def _asked_for(text: str) -> list[str]:
    found: dict[str, None] = {"may": None} if text.endswith(ASKS_WHETHER) else {}
    for at, first in enumerate(text):
        for length in ASKED_LENGTHS.get(first, ()):
            if names := ASKED_BY.get(text[at : at + length]):
                found.update(dict.fromkeys(names))
    return list(found)


def characters_of(frequencies: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """How often each character is written, from how often each word is."""
    found: dict[str, int] = {}
    for word, count in frequencies:
        if count >= SELDOM:
            for character in word:
                found[character] = found.get(character, 0) + count
    return found
