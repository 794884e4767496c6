"""What the API says of ratings. Whoever rated is nobody's business: these answers go to that person only."""

from typing import TypedDict

from hall.ratings import reasons
from hall.ratings.model import Dealing, Kind, Level, Rating
from hall.ratings.tablet import Finished
from handlers.api.shapes import instant
from handlers.schemas import Instant


class ReasonSeen(TypedDict):
    """原因"""

    id: str
    name: str


class LevelSeen(TypedDict):
    """五档中的一档，没有默认"""

    level: int
    name: str
    is_bad: bool
    reasons: list[ReasonSeen]


class DealingSeen(TypedDict):
    """办完还没评的：kind 是 ticket（票号）或 case（办件）"""

    number: str
    kind: Kind
    matter: str | None
    at: Instant


class RatingSeen(TypedDict):
    """一条评价，只给评的人自己看"""

    number: str
    kind: Kind
    matter: str | None
    level: int
    level_name: str
    reasons: list[ReasonSeen]
    note: str | None
    wants_call: bool
    at: Instant
    state_name: str
    reply: str | None


class RatingList(TypedDict):
    levels: list[LevelSeen]
    waiting: list[DealingSeen]
    given: list[RatingSeen]


class FinishedSeen(TypedDict):
    number: str
    key: str
    until_at: Instant


class TabletSeen(TypedDict):
    """窗口评价器：刚办完的票号，没有就歇着"""

    counter: int
    finished: FinishedSeen | None
    levels: list[LevelSeen]


class TabletRated(TypedDict):
    level: int
    level_name: str


def levels() -> list[LevelSeen]:
    return [
        {"level": level, "name": level.chinese, "is_bad": level.is_bad, "reasons": _reasons(level, None)}
        for level in sorted(Level, reverse=True)
    ]


def _reasons(level: Level, chosen: tuple[str, ...] | None) -> list[ReasonSeen]:
    listed = reasons.by_level()[level]
    return [{"id": one.id, "name": one.name} for one in listed if chosen is None or one.id in chosen]


def dealing(of: Dealing) -> DealingSeen:
    assert of.ended_at is not None, "only dealings that are over may be rated"
    return {"number": of.number, "kind": of.kind, "matter": of.matter_name, "at": instant(of.ended_at)}


def rating(of: Rating) -> RatingSeen:
    return {
        "number": of.number,
        "kind": of.kind,
        "matter": of.matter_name,
        "level": of.level,
        "level_name": of.level.chinese,
        "reasons": _reasons(of.level, of.reasons),
        "note": of.note,
        "wants_call": of.wants_call,
        "at": instant(of.at),
        "state_name": of.state,
        "reply": of.reply,
    }


def tablet(counter: int, finished: Finished | None) -> TabletSeen:
    seen: FinishedSeen | None = None
    if finished is not None:
        seen = {"number": finished.number, "key": finished.key, "until_at": instant(finished.until_at)}
    return {"counter": counter, "finished": seen, "levels": levels()}
