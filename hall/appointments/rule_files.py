"""Rule sets as staff write them (TOML) and as they are kept (JSON): every mistake is named, and nothing is lost."""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from typing import Any, TypeVar

from hall.appointments.rules import CheckIn, Cutoff, Key, Lapse, Limit, Of, Per, Rules, Span, Threshold, Window
from kit.errors import Problem

E = TypeVar("E", bound=StrEnum)
USUAL = Rules()


class BadRules(Problem):
    status = 422
    code = "bad_rules"
    sentence = "规则的“{where}”写得不对：{why}。改好再存，原来的规则还在用。"


def read(written: Mapping[str, Any]) -> Rules:
    """The rules of a table; what is left out is as usual. Raises BadRules, which says where and what to write."""
    form = _Table(written, "")
    window, cutoff, check_in = form.table("window"), form.table("cutoff"), form.table("check_in")
    rules = Rules(
        window=Window(window.whole("first", 0, 60, 0), window.whole("last", 0, 60, None), window.clock("release")),
        limits=tuple(_limit(one) for one in form.tables("limit")) if "limit" in written else USUAL.limits,
        thresholds=tuple(_threshold(one) for one in form.tables("threshold")),
        cutoff=Cutoff(cutoff.number("hours", 0, 240, 0), cutoff.whole("half_workdays", 0, 20, 0)),
        check_in=CheckIn(
            check_in.whole("opens_minutes", 0, 1440, None),
            check_in.whole("late_minutes", 0, 1440, None),
        ),
        hold_minutes=form.whole("hold_minutes", 1, 30, USUAL.hold_minutes),
        most_holds=form.whole("most_holds", 1, 3, USUAL.most_holds),
        freed_minutes=form.pair("freed_minutes", USUAL.freed_minutes),
        offer_minutes=form.whole("offer_minutes", 5, 1440, USUAL.offer_minutes),
        paper_ticket=form.flag("paper_ticket", USUAL.paper_ticket),
    )
    for table in (window, cutoff, check_in, form):
        table.refuse_unknown()
    if rules.window.last is not None and rules.window.last < rules.window.first:
        raise BadRules(where="window.last", why="最后一天不能早于第一天")
    if rules.cutoff.hours and rules.cutoff.half_workdays:
        raise BadRules(where="cutoff", why="hours 和 half_workdays 只写一个")
    return rules


def _limit(form: "_Table") -> Limit:
    made = Limit(
        form.whole("most", 1, 1000),
        form.choice("per", Per),
        form.choices("by", Key),
        form.choice("of", Of, Of.HALL),
        form.flag("counts_made", False),
    )
    form.refuse_unknown()
    return made


def _threshold(form: "_Table") -> Threshold:
    made = Threshold(
        form.whole("most", 1, 100),
        form.choices("counts", Lapse),
        form.span("within"),
        form.span("pause"),
        form.choice("scope", Of, Of.HALL),
        form.choices("by", Key, (Key.CITIZEN,)),
    )
    form.refuse_unknown()
    return made


def write(rules: Rules) -> dict[str, Any]:
    """The table `read` takes."""
    window: dict[str, Any] = {"first": rules.window.first}
    if rules.window.last is not None:
        window["last"] = rules.window.last
    if rules.window.release is not None:
        window["release"] = rules.window.release.isoformat("minutes")
    return {
        "window": window,
        "limit": [
            {"most": r.most, "per": r.per, "by": list(r.by), "of": r.of, "counts_made": r.counts_made}
            for r in rules.limits
        ],
        "threshold": [
            {"most": r.most, "counts": list(r.counts), "within": _span(r.within), "pause": _span(r.pause)}
            | {"scope": r.scope, "by": list(r.by)}
            for r in rules.thresholds
        ],
        "cutoff": {"hours": rules.cutoff.hours, "half_workdays": rules.cutoff.half_workdays},
        "check_in": {
            name: minutes
            for name in ("opens_minutes", "late_minutes")
            if (minutes := getattr(rules.check_in, name)) is not None
        },
        "hold_minutes": rules.hold_minutes,
        "most_holds": rules.most_holds,
        "freed_minutes": list(rules.freed_minutes),
        "offer_minutes": rules.offer_minutes,
        "paper_ticket": rules.paper_ticket,
    }


def _span(span: Span) -> str | dict[str, int]:
    if span.month_end:
        return "month"
    return {"days": span.days} if span.days else {"months": span.months}


class _Table:
    """Reads one table key by key, and knows which keys were asked for."""

    def __init__(self, written: Any, where: str) -> None:
        if not isinstance(written, Mapping):
            raise BadRules(where=where or "整个文件", why="要写成一段一段的“键 = 值”")
        self._written, self._where, self._known = written, where, set[str]()

    def _at(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def _get(self, key: str, default: Any = ...) -> Any:
        self._known.add(key)
        if key not in self._written and default is ...:
            raise BadRules(where=self._at(key), why="没有写")
        return self._written.get(key, default)

    def refuse_unknown(self) -> None:
        for key in self._written:
            if key not in self._known:
                raise BadRules(
                    where=self._at(str(key)), why=f"不认识这个词，认识的有：{'、'.join(sorted(self._known))}"
                )

    def table(self, key: str) -> "_Table":
        return _Table(self._get(key, {}), self._at(key))

    def tables(self, key: str) -> list["_Table"]:
        written = self._get(key, [])
        if not isinstance(written, list):
            raise BadRules(where=self._at(key), why="每条各写一段，用 [[…]] 开头")
        return [_Table(one, f"{self._at(key)}[{place}]") for place, one in enumerate(written, 1)]

    def number(self, key: str, least: float, most: float, default: Any = ...) -> Any:
        value = self._get(key, default)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if value is not default and not (is_number and least <= value <= most):
            raise BadRules(where=self._at(key), why=f"要写{least:g}到{most:g}之间的数")
        return value

    def whole(self, key: str, least: int, most: int, default: Any = ...) -> Any:
        value = self.number(key, least, most, default)
        if value is not default and not isinstance(value, int):
            raise BadRules(where=self._at(key), why="要写整数")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise BadRules(where=self._at(key), why="要写 true 或 false")
        return value

    def clock(self, key: str) -> time | None:
        value = self._get(key, None)
        if value is None or isinstance(value, time):
            return value
        try:
            return time.fromisoformat(value)
        except (TypeError, ValueError):
            raise BadRules(where=self._at(key), why="要写成 08:00 这样的时间") from None

    def pair(self, key: str, default: tuple[int, int]) -> tuple[int, int]:
        value = self._get(key, list(default))
        is_pair = isinstance(value, (list, tuple)) and len(value) == 2 and all(type(part) is int for part in value)
        if not is_pair or not 0 <= value[0] <= value[1] <= 1440:
            raise BadRules(where=self._at(key), why="要写成 [最少分钟, 最多分钟]，都在0到1440之间")
        return value[0], value[1]

    def choice(self, key: str, kind: type[E], default: Any = ...) -> E:
        value = self._get(key, default)
        try:
            return kind(value)
        except ValueError:
            raise BadRules(where=self._at(key), why=f"可以写的有：{'、'.join(kind)}") from None

    def choices(self, key: str, kind: type[E], default: Any = ...) -> tuple[E, ...]:
        value = self._get(key, default)
        if not isinstance(value, (list, tuple)) or not value:
            raise BadRules(where=self._at(key), why=f"要写成一列，可以写的有：{'、'.join(kind)}")
        try:
            return tuple(kind(one) for one in value)
        except ValueError:
            raise BadRules(where=self._at(key), why=f"可以写的有：{'、'.join(kind)}") from None

    def span(self, key: str) -> Span:
        value = self._get(key)
        if value == "month":
            return Span(month_end=True)
        form = _Table(value, self._at(key)) if isinstance(value, Mapping) else None
        if form is None or len(value) != 1:
            raise BadRules(where=self._at(key), why='要写 "month"、{ days = 天数 } 或 { months = 月数 } 中的一个')
        made = Span(form.whole("days", 1, 3650, 0), form.whole("months", 1, 120, 0))
        form.refuse_unknown()
        return made
