"""What can be done at a hall: matters, the groups they queue in, the materials they need, who is behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hall.places.model import Spans
from kit.errors import NotFound, Problem

HANDLINGS = ("即办件", "承诺件")
SOURCES = ("申请人自备", "政府部门核发", "其他")  # 材料来源渠道 of the national 实施清单
DAYS_UNITS = ("工作日", "日")


class Audience(StrEnum):
    """Who a matter, or a life event, is for (服务对象)."""

    PERSON = "person"
    SOLE_TRADER = "sole_trader"
    COMPANY = "company"

    @property
    def chinese(self) -> str:
        return {"person": "自然人", "sole_trader": "个体工商户", "company": "法人"}[self.value]


@dataclass(frozen=True, slots=True)
class Group:
    """Matters that share counters, slots and a ticket letter."""

    id: int
    hall_id: str
    letter: str  # "A": the first sign of its tickets
    name: str

    @property
    def title(self) -> str:
        """A类 企业开办."""
        return f"{self.letter}类 {self.name}"


@dataclass(frozen=True, slots=True)
class Material:
    name: str
    form: str  # 原件, 复印件, 核验, …
    count: int
    has_e_licence: bool  # an electronic licence will do
    note: str | None
    source: str | None = None  # one of SOURCES; None: not entered
    is_needed: bool = True  # False: only where there is such a thing (如有)
    may_follow: bool = False  # 容缺: the hall's own list says it may be brought later


@dataclass(frozen=True, slots=True)
class Codes:
    """The three codes of the national list (基本编码 实施编码 业务办理项编码), as written there; None: not entered."""

    basic: str | None = None
    implementation: str | None = None
    business: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter is handled, where that is not the hall."""

    name: str
    address: str | None = None
    hours: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What people often ask; `answer` is None until somebody has written it."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What the national 实施清单 says of one matter, as far as it has been entered.

    `legal_days` and `promised_days` count in `days_unit` (工作日 or 日); None means not verified, never zero days. The
    same holds for all else: None or empty is not entered, and is told so. `places`: empty where it is done at the hall.
    `to_confirm`: what staff have still to check. `is_typical`: the figures are the country's usual ones and have not
    been checked against this hall's own list, which whoever quotes them must say. `is_withdrawn`: the hall does not do
    it (any more), so it stands in no catalogue; what was begun of it still finds it.
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
    codes: Codes = Codes()
    agency_id: str | None = None
    audiences: tuple[Audience, ...] = ()
    conditions: tuple[str, ...] = ()
    fee_basis: str | None = None
    places: tuple[Place, ...] = ()
    questions: tuple[Question, ...] = ()
    to_confirm: tuple[str, ...] = ()
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Agency:
    """Who is responsible for matters. `address`, `phone` and `hours` are None until staff have entered them."""

    id: str
    hall_id: str
    name: str
    aliases: tuple[str, ...]  # what people call it
    address: str | None = None
    phone: str | None = None
    hours: Spans | None = None  # of a usual workday


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """一件事: what people go through, and the matters that belong to it, in the order they are done."""

    id: str
    hall_id: str
    name: str
    audience: Audience
    aliases: tuple[str, ...]
    matters: tuple[str, ...]  # ids
    note: str | None = None  # what else there is to know, such as what is done elsewhere
    position: int | None = None  # those asked for most come first, those without one last


class FileKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPG = "jpg"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self.value]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}


class Use(StrEnum):
    """What a file is to a matter, or to one of its materials."""

    BLANK = "blank"  # 空白表
    SAMPLE = "sample"  # 样表, filled in
    LIST = "list"  # 清单 or guide, of the matter as a whole

    @property
    def chinese(self) -> str:
        return {"blank": "空白表", "sample": "样表", "list": "清单"}[self.value]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a matter, without its bytes. `id` says nothing of it; `size` in bytes; `material` None: of it all."""

    id: str
    hall_id: str
    matter_id: str
    material: str | None
    use: Use
    name: str
    kind: FileKind
    size: int
    digest: str  # SHA-256 of the bytes, in hex
    added_by: str
    added_at: datetime


class MatterNotFound(NotFound):
    code = "matter_not_found"
    sentence = "没有找到这个事项，请换个说法，或直接告诉我您想办什么。"


class AgencyNotFound(NotFound):
    code = "agency_not_found"
    sentence = "没有找到这个部门，请核对后再试。"


class ThemeNotFound(NotFound):
    code = "theme_not_found"
    sentence = "这个大厅没有“{theme}”这个主题，请从主题列表里选一个。"


class LifeEventNotFound(NotFound):
    code = "life_event_not_found"
    sentence = "没有找到这件事的办事清单，请从列表里选一个，或直接说您要办什么。"


class MaterialNotFound(NotFound):
    code = "material_not_found"
    sentence = "事项“{matter}”的材料里没有“{material}”，有的是：{known}。"


class FileNotFound(NotFound):
    code = "file_not_found"
    sentence = "这个文件换了新的，或者已经撤下。请回到办事指南里重新打开。"


class GroupUnknown(NotFound):
    code = "group_unknown"
    sentence = "这个大厅没有业务组“{letter}”，有的是：{known}。"


class MatterUnknown(NotFound):
    code = "matter_unknown"
    sentence = "业务组{letters}里没有事项“{matter}”，请核对编号。"


class BadGroup(Problem):
    status = 422
    code = "bad_group"
    sentence = "业务组没有存：{reason}。"


class GroupExists(Problem):
    status = 409
    code = "group_exists"
    sentence = "字母{letter}已经是“{name}”的了，请换一个字母。"


class ChangedMeanwhile(Problem):
    status = 409
    code = "changed_meanwhile"
    sentence = "您打开以后，“{name}”被改过了，这次没有存。您填的还在：请另开一页核对，再把要改的填进去。"


class BadEntry(Problem):
    """What was to be entered cannot be: `reasons`, joined for the sentence."""

    status = 422
    code = "bad_entry"
    sentence = "没有存：{reasons}。请改好再试。"


class BadFile(Problem):
    status = 422
    code = "bad_file"
    sentence = "文件没有存：{reason}"
