"""What is written behind a command, read; what cannot be is refused in Chinese, with how to write it."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within these bounds."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ArgumentTypeError(f"要写{least}到{most}之间的整数，现在是“{text}”")
        return number

    return read


def day(text: str) -> date:
    """2026-11-25."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期要写成 2026-11-25 这样，现在是“{text}”") from None


def month(text: str) -> date:
    """2026-11: its first day."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"月份要写成 2026-11 这样，现在是“{text}”") from None
