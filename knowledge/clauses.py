"""The parts of a told story that may ask something. Pure."""

import re
from itertools import pairwise

ASKS = re.compile(r"吗|么|不$|没有?$|什么|怎么|怎样|咋|啥|多少|几|哪|能|是不是|要不要|行不行|可以|呢$")
SHORTEST, READ = 5, 160  # characters: of a clause by itself; of the end of a story


def asking(plain: str) -> list[str]:
    """Each clause that asks, alone and with the one before it; nothing where the sentence is one clause."""
    parts = [part for part in re.split(r"[,，。;；?？!！、\s]+", plain[-READ:]) if part]
    if len(parts) < 2:
        return []
    alone = [part for part in parts if len(part) >= SHORTEST and ASKS.search(part)]
    pairs = [f"{one}，{other}" for one, other in pairwise(parts) if ASKS.search(other)]
    return [part for part in (*alone, *pairs) if part != plain]
