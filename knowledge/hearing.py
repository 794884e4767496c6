"""What was meant by a question that was typed or heard with slips: 留底推水 is 留抵退税. Pure.

A noisy channel: a text is read as the likeliest row of words, where some of them may be words of our entries that only
sound like what stands there, at a price for each character that is another. What is a word as it stands is left alone:
公示 is no slip for 公司.
"""

from collections.abc import Callable, Mapping, Sequence
from math import log

from knowledge.words import Words

SLIP = 4.0  # what a character that is another costs, as a logarithm: e⁴, about one in fifty is taken for its like
SHORTEST, LONGEST = 2, 6  # characters of a word that is known by its sound; a single one is known by nothing


def as_meant(
    text: str, sound: str, words: Words, alike: Mapping[str, Sequence[str]], holds: Callable[[str], bool]
) -> list[str]:
    """The words of a normalised text with its slips set right; of one without slips, as `Words.cut` has them before it
    puts letters and digits together.

    `sound` is its sound text (knowledge.sounds), `alike` has words by theirs, and none by what words begin with; only
    those that `holds` is true of are read into it.
    """
    known, total, size = words.tokenizer.FREQ, words.log_of_total, len(text)
    best, chosen = [0.0] * (size + 1), [""] * size
    for start in range(size - 1, -1, -1):
        end = start + 1
        count = known.get(text[start])
        highest, word = log(count or 1) - total + best[end], text[start]
        standing = {end}  # where words as they stand end
        while count is not None and end < size:  # None: no word begins so
            end += 1
            if count := known.get(text[start:end]):
                standing.add(end)
                likely = log(count) - total + best[end]
                if likely >= highest:
                    highest, word = likely, text[start:end]
        for end in range(start + SHORTEST, min(size, start + LONGEST) + 1):
            others = alike.get(sound[start:end])
            if others is None:  # no word sounds so in its beginning
                break
            if end in standing:
                continue
            for other in filter(holds, others):
                slips = sum(map(str.__ne__, other, text[start:end]))
                likely = log(known[other]) - total + best[end] - SLIP * slips
                if likely > highest:
                    highest, word = likely, other
        best[start], chosen[start] = highest, word
    made, at = [], 0
    while at < size:
        made.append(chosen[at])
        at += len(chosen[at])
    return made
