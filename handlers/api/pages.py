"""Long lists by the page: `limit` rows, and a cursor for the next, which says nothing to the caller and keeps its place
when rows come or go.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from handlers import forms

Row = TypeVar("Row")

MOST = 100  # rows of one page
LONGEST = 200  # characters of a cursor
BAD_CURSOR = "这个翻页标记不对，请从第一页重新取。"


def meaning(cursor: str) -> str:
    """What a cursor was made of. Raises Misread."""
    try:
        return base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise forms.Misread(BAD_CURSOR) from None


after = forms.text(LONGEST, meaning)


limit = forms.up_to(MOST)


def cut(
    rows: Sequence[Row], key: Callable[[Row], str], beyond: str | None, most: int | None
) -> tuple[Sequence[Row], str | None]:
    """The page behind `beyond`, and the cursor of the next one, None where there is none. `rows` stand by `key`."""
    rest = rows if beyond is None else [row for row in rows if key(row) > beyond]
    return head(rest, key, most or MOST)


def head(rest: Sequence[Row], key: Callable[[Row], str], most: int) -> tuple[Sequence[Row], str | None]:
    """The page that `rest` begins with, and the cursor of the next; one row more than `most` says that there is one."""
    page = rest[:most]
    return page, base64.urlsafe_b64encode(key(page[-1]).encode()).decode() if len(page) < len(rest) else None
