"""What can be done at a hall: matters, the groups they queue in, the materials they need."""

from dataclasses import dataclass

from kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Group:
    """Matters that share counters, slots and a ticket letter."""

    id: int
    hall_id: str
    letter: str  # "A": the first sign of its tickets
    name: str


@dataclass(frozen=True, slots=True)
class Material:
    name: str
    form: str  # 原件, 复印件, 核验, …
    count: int
    has_e_licence: bool  # an electronic licence will do
    note: str | None


@dataclass(frozen=True, slots=True)
class Matter:
    """`legal_days` and `promised_days` count in `days_unit` (工作日 or 日); None means not verified, never zero days.

    `is_typical`: the figures are the country's usual ones and have not been checked against this hall's own list, which
    whoever quotes them must say.
    """

    id: str
    hall_id: str
    group_id: int
    name: str
    aliases: tuple[str, ...]
    department: str
    theme: str
    handling: str  # 即办件, 承诺件
    legal_days: int | None
    promised_days: int | None
    days_unit: str | None
    on_the_spot: bool
    fee: str
    result: str
    steps: tuple[str, ...]
    materials: tuple[Material, ...]
    basis: tuple[str, ...]
    legal_note: str | None
    window_type: str
    is_typical: bool
    is_open_to_booking: bool


class MatterNotFound(NotFound):
    code = "matter_not_found"
    sentence = "没有找到这个事项，请换个说法，或直接告诉我您想办什么。"
