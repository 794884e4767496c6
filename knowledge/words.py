"""From what people type or say to the words we compare. Pure: tables come in, nothing is read from disk here."""

import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import jieba

_Segmenter: Any = jieba.Tokenizer  # jieba has no types

KEPT = re.compile(r"[^0-9a-z%.\u4e00-\u9fff]+")
LATIN = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
DIGITS = "零一二三四五六七八九"
SPELT_YEAR = re.compile(r"二[零〇0]([零〇一二三])([零〇一二三四五六七八九])(?=年)")
NUMERAL = "[一二三四五六七八九十百千]"
STRAY_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")

# Polite openings and closings: they say nothing about what is asked.
FILLERS = re.compile(
    r"^(?:(?:您好|你好|喂|哈喽|在吗|有人吗|大家好|麻烦您?|劳驾|请教一?下?|请问一?下?|请问|想问一?下?|问一?下|问问|我想问一?下?|我就想问问?|"
    r"我想知道|我想咨询一?下?|咨询一?下?|打听一?下|打听个事儿?|跟您打听一?下|帮我查一?下|帮忙看看|那个|那啥|嗯+|呃+|啊+|同志|师傅|老师|大姐|小姐姐|亲|"
    r"就是说?)+)|(?:谢谢您?|多谢|谢了|感谢|麻烦了|急急*|在线等|求解答?|求助|呢|啊|呀|吧|哈|嘛|哦|噢|呗|哎|唉|咧|哩|啦|了没|亲)+$"
)


def joined(words: Iterable[str]) -> list[str]:
    """Words of a text with its letters and digits put together: 12366, ukey."""
    made: list[str] = []
    is_open = False
    for word in words:
        is_sign = word in LATIN
        if is_sign and is_open:
            made[-1] += word
        else:
            made.append(word)
        is_open = is_sign
    return made


@dataclass(frozen=True)
class Words:
    """The tables of one snapshot of the vocabulary, and the segmenter that goes with them.

    The segmenter is its own `jieba.Tokenizer`: the process-wide one is never touched. `typos` maps a wrong word to the
    right one; a wrong word that is itself in the dictionary is left alone (terms.toml, typo_rule).
    `shape` are the words that shape a question but do not say what it is about.
    """

    simplified: Mapping[int, str]
    typos: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, int], ...]
    spoken: tuple[tuple[str, str], ...]
    shape: frozenset[str]
    cache_folder: str

    @cached_property
    def tokenizer(self) -> Any:
        made: Any = _Segmenter()
        made.tmp_dir = self.cache_folder
        logging.getLogger("jieba").setLevel(logging.WARNING)  # it tells stderr how long it took
        made.initialize()
        for word, weight in self.terms:
            made.add_word(word, weight)
        return made

    @cached_property
    def _typo_pattern(self) -> re.Pattern[str]:
        known = self.tokenizer.FREQ
        wrong = sorted((w for w, _ in self.typos if not known.get(w)), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, wrong)) or r"(?!)")

    @cached_property
    def _right(self) -> dict[str, str]:
        return dict(self.typos)

    @cached_property
    def _speech(self) -> tuple[re.Pattern[str], dict[str, str]]:
        table = dict(self.spoken)
        longest_first = sorted(table, key=len, reverse=True)
        # 十万 is 10万, but 五十万 is not 五10万. The character comes before what may not stand before it: re looks
        # only where some alternative begins, as long as all of them begin with a character.
        said = (
            rf"{w[0]}(?<!{NUMERAL}{w[0]}){re.escape(w[1:])}" if re.match(NUMERAL, w) else re.escape(w)
            for w in longest_first
        )
        return re.compile("|".join(said)), table

    def plain(self, text: str) -> str:
        """NFKC, lower case, simplified characters, years in digits; punctuation kept. For numbers and documents."""
        plain = unicodedata.normalize("NFKC", text).lower().translate(self.simplified)
        return SPELT_YEAR.sub(
            lambda m: "20" + "".join(str(DIGITS.index(char.replace("〇", "零"))) for char in m.groups()), plain
        )

    def mend(self, text: str) -> str:
        """Known slips of the keyboard or the voice input set right."""
        return self._typo_pattern.sub(lambda m: self._right[m.group()], text)

    def normalise(self, text: str) -> str:
        """What questions are compared by: plain, mended, in standard words, without punctuation and politeness."""
        clauses = [FILLERS.sub("", part) for part in KEPT.split(self.plain(text)) if part]
        joined = STRAY_DOT.sub("", self.mend("".join(clauses)))
        pattern, table = self._speech
        spoken = pattern.sub(lambda m: table[m.group()], joined)
        return FILLERS.sub("", spoken)

    def cut(self, text: str) -> list[str]:
        """The words of a normalised text, in order: the likeliest way through jieba's dictionary and our terms.

        What `tokenizer.cut(text, HMM=False)` gives, in a third of its time: a text is cut for every wording and
        question.
        """
        known, total = self.tokenizer.FREQ, self.log_of_total
        size = len(text)
        best, end_of = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            end = chosen = start + 1
            count = known.get(text[start])
            highest = log(count or 1) - total + best[end]
            while count is not None and end < size:  # None: no word begins so
                end += 1
                if count := known.get(text[start:end]):
                    likely = log(count) - total + best[end]
                    if likely >= highest:
                        highest, chosen = likely, end
            best[start], end_of[start] = highest, chosen
        words: list[str] = []
        at = 0
        while at < size:
            words.append(text[at : end_of[at]])
            at = end_of[at]
        return joined(words)

    @cached_property
    def log_of_total(self) -> float:
        return log(self.tokenizer.total)

    def parts(self, word: str) -> list[str]:
        """The shorter words inside a long one: 增值税 has 增值."""
        known = self.tokenizer.FREQ
        lengths = (2, 3) if len(word) > 3 else (2,)
        pieces = (word[i : i + n] for n in lengths for i in range(len(word) - n + 1))
        return [piece for piece in pieces if known.get(piece)]

    def rarity(self, word: str) -> float:
        """0 for a word everyone uses all day, 1 for one the dictionary hardly knows."""
        count = int(self.tokenizer.FREQ.get(word) or 0)
        if word in self.terms_known:
            return 1.0
        return 1.0 if count <= 3 else max(0.0, 1.0 - len(str(count)) / 6)

    @cached_property
    def terms_known(self) -> frozenset[str]:
        return frozenset(word for word, _ in self.terms)


def build(
    terms: Mapping[str, Any],
    simplified: Iterable[str],
    spoken: Iterable[tuple[str, str]],
    shape: Iterable[str],
    cache_folder: str,
) -> Words:
    """The vocabulary: terms.toml as read, pairs of one traditional and one simplified character, (said, standard)."""
    words: Sequence[Mapping[str, Any]] = terms["term"]
    return Words(
        simplified={ord(pair[0]): pair[1] for pair in simplified},
        typos=tuple((row["wrong"], row["right"]) for row in terms["typo"]),
        terms=tuple((row["word"], int(row["weight"])) for row in words),
        spoken=tuple(spoken),
        shape=frozenset(shape),
        cache_folder=cache_folder,
    )
