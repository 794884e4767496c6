"""What of a told story is asked: without when it was and when one comes, and clause by clause. Pure."""

import re
from itertools import pairwise

ASKS = re.compile(r"吗|么|不$|没有?$|什么|怎么|怎样|咋|啥|多少|几|哪|能|是不是|要不要|行不行|可以|呢$")
PAST = re.compile(r"以前|原来|之前|当时|当年|那时候?|那会儿|那年|前几年|听说|听人说|我记得|据说|会计说|人家说")
COMING = re.compile(  # when somebody means to come: no word of what they come for
    r"(?:今|明|后|大后)(?:天|儿|日)|(?:这个?|本|下下?个?|上个?)?(?:周|星期|礼拜)(?:[一二三四五六日天末])|(?:一|大)?早上|[上下中]午|晚上|傍晚"
    r"|[0-9]{1,2}(?:[号日](?!文|公告|令|[窗楼线])|点(?:钟|半)?)"
)
SHORTEST, READ = 5, 160  # characters: of a clause by itself; of the end of a story


def asking(plain: str) -> list[str]:
    """Each clause that asks, alone and with the one before it; nothing where the sentence is one clause."""
    parts = [part for part in re.split(r"[,，。;；?？!！、\s]+", plain[-READ:]) if part]
    if len(parts) < 2:
        return []
    alone = [part for part in parts if len(part) >= SHORTEST and ASKS.search(part)]
    pairs = [f"{one}，{other}" for one, other in pairwise(parts) if ASKS.search(other)]
    return [part for part in (*alone, *pairs) if part != plain]


def undated(plain: str, said: str) -> str:
    """The sentence without the words its day was read from (`said`), those that only point to the past, and when one
    comes.
    """
    return COMING.sub(" ", PAST.sub(" ", plain.replace(said, " ", 1) if said else plain))
