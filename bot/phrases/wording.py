"""How a notice is said: a text with parts in braces, and what each part says of the facts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hall.notices.parts import fill

Facts = dict[str, Any]
BY_DAY, AT_ONCE = "白天发，夜里的等到早上7点半。", "马上发。"  # for staff, as hall/notices/model.py has it
MOST_BYTES = 2048  # WeChat takes no longer a text


@dataclass(frozen=True, slots=True)
class Wording:
    """`when`: what makes the hall tell it, and at what hour; both for staff."""

    name: str
    when: str
    text: str
    parts: Callable[[Facts], dict[str, str]]

    def say(self, facts: Facts, own: str | None = None) -> str:
        """In the hall's own words where there are any, unless with these facts they are too long for WeChat."""
        values = self.parts(facts)
        said = fill(own or self.text, values)
        return said if len(said.encode()) <= MOST_BYTES else fill(self.text, values)
