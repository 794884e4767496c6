"""How a text sounds, for slips of the keyboard and the voice input. Pure.

A sound text has one sign for each character of the text: characters that a north-eastern or southern ear, or a pinyin
keyboard, takes for one another have the same sign (zh/z, ch/c, sh/s, ang/an, eng/en, ing/in). It is compared like any
text.
"""

import re
from collections.abc import Iterable, Mapping

FIRST_SIGN = 0xE000  # Unicode's private area: no sign can be taken for a character somebody typed
FLAT = re.compile(r"^([zcs])h")
NASAL = re.compile(r"(?<=[aei])ng$")


def fold(syllable: str) -> str:
    """What is left of a syllable when its easily mistaken parts are taken for one: zhang and zan are both zan."""
    return NASAL.sub("n", FLAT.sub(r"\1", syllable))


def table(lines: Iterable[str]) -> Mapping[int, int]:
    """For `str.translate`, from lines of a syllable and its characters (data/sounds.txt)."""
    signs: dict[str, int] = {}
    found: dict[int, int] = {}
    for line in lines:
        syllable, characters = line.split()
        sign = signs.setdefault(fold(syllable), FIRST_SIGN + len(signs))
        found.update((ord(character), sign) for character in characters)
    return found
