"""A rule set as fields of a page's form, and back: what staff typed becomes the table that `rule_files.read` takes."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from hall.appointments import rule_files
from hall.appointments.rule_files import BadRules
from hall.appointments.rules import LAPSE_NAMES, Key, Limit, Of, Per, Rules, Span, Threshold
from handlers.forms import BadForm

MOST_LIMITS, MOST_THRESHOLDS = 8, 6
NOT_NUMBER = "这一项要填数字。"
PICK_ONE = "至少选一个。"
ON = "on"
MONTH, DAYS, MONTHS = "month", "days", "months"
BEGINS, HOURS, HALF_WORKDAYS = "begins", "hours", "half_workdays"

SPANS = ((MONTH, "一个自然月"), (DAYS, "天"), (MONTHS, "个月"))
CUTOFFS = ((BEGINS, "到预约时间为止"), (HOURS, "提前几小时"), (HALF_WORKDAYS, "提前几个半天（工作日）"))
PERS = (
    (Per.AT_ONCE, "同时"),
    (Per.HALF_DAY, "每半天"),
    (Per.DAY, "每天"),
    (Per.WEEK, "每周"),
    (Per.MONTH, "每个月"),
    (Per.WINDOW, "在可约的日子里"),
)
OFS = ((Of.HALL, "所有事项合起来"), (Of.GROUP, "同一类业务"), (Of.MATTER, "同一个事项"))
KEYS = (  # in the order in which halls' notices name them: rules read and written back stay the same
    (Key.CREDIT_CODE, "单位（信用代码）"),
    (Key.ID_NUMBER, "身份证号"),
    (Key.PHONE, "手机号"),
    (Key.CITIZEN, "微信号"),
)
LAPSES = tuple(LAPSE_NAMES.items())


def texts_of(rules: Rules) -> dict[str, str]:
    """What the fields hold for these rules."""
    window, cutoff, check_in = rules.window, rules.cutoff, rules.check_in
    cutoff_kind = HALF_WORKDAYS if cutoff.half_workdays else HOURS if cutoff.hours else BEGINS
    texts = {
        "window.first": str(window.first),
        "window.last": _shown(window.last),
        "window.release": window.release.isoformat("minutes") if window.release else "",
        "cutoff.kind": cutoff_kind,
        "cutoff": {BEGINS: "", HOURS: f"{cutoff.hours:g}", HALF_WORKDAYS: str(cutoff.half_workdays)}[cutoff_kind],
        "check_in.opens_minutes": _shown(check_in.opens_minutes),
        "check_in.late_minutes": _shown(check_in.late_minutes),
        "hold_minutes": str(rules.hold_minutes),
        "most_holds": str(rules.most_holds),
        "freed_minutes.1": str(rules.freed_minutes[0]),
        "freed_minutes": str(rules.freed_minutes[1]),
        "offer_minutes": str(rules.offer_minutes),
        "paper_ticket": ON if rules.paper_ticket else "",
    }
    for row, limit in enumerate(rules.limits, 1):
        texts |= {f"limit.{row}.{name}": text for name, text in _of_limit(limit).items()}
    for row, threshold in enumerate(rules.thresholds, 1):
        texts |= {f"threshold.{row}.{name}": text for name, text in _of_threshold(threshold).items()}
    return texts


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _of_limit(limit: Limit) -> dict[str, str]:
    texts = {"most": str(limit.most), "per": limit.per, "of": limit.of, "counts_made": ON if limit.counts_made else ""}
    return texts | {f"by.{key}": ON for key in limit.by}


def _of_threshold(threshold: Threshold) -> dict[str, str]:
    texts = {"most": str(threshold.most), "scope": str(threshold.scope)}
    for name, span in (("within", threshold.within), ("pause", threshold.pause)):
        texts |= {f"{name}.kind": _kind(span), name: str(span.days or span.months or "")}
    texts |= {f"counts.{lapse}": ON for lapse in threshold.counts}
    return texts | {f"by.{key}": ON for key in threshold.by}


def _kind(span: Span) -> str:
    return MONTH if span.month_end else DAYS if span.days else MONTHS


def rules_of(texts: Mapping[str, str]) -> Rules:
    """What was typed, as rules; a row without its number is none. Raises BadForm, with a sentence for each field."""
    reading = _Reading(texts)
    limits = [(row, reading.limit(row)) for row in _rows(texts, "limit", MOST_LIMITS)]
    thresholds = [(row, reading.threshold(row)) for row in _rows(texts, "threshold", MOST_THRESHOLDS)]
    written = reading.plain() | {
        "limit": [one for _, one in limits],
        "threshold": [one for _, one in thresholds],
    }
    if reading.wrong:
        raise BadForm(fields=reading.wrong)
    try:
        return rule_files.read(written)
    except BadRules as bad:
        where = str(bad.details["where"])
        for name, rows in (("limit", limits), ("threshold", thresholds)):
            for place, (row, _) in enumerate(rows, 1):
                where = where.replace(f"{name}[{place}].", f"{name}.{row}.")
        where = where.removesuffix(".days").removesuffix(".months").removesuffix(".hours")
        field = "cutoff" if where.startswith("cutoff") else where
        raise BadForm(fields={field: f"{bad.details['why']}。"}) from bad


def _rows(texts: Mapping[str, str], name: str, most: int) -> Iterator[int]:
    return (row for row in range(1, most + 1) if texts.get(f"{name}.{row}.most", "").strip())


class _Reading:
    """Reads field by field and keeps what is wrong."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts, self.wrong = texts, dict[str, str]()

    def _text(self, name: str) -> str:
        return self._texts.get(name, "").strip()

    def _number(self, name: str) -> float | int | None:
        text = self._text(name)
        if not text:
            return None
        try:
            return int(text) if text.isascii() and text.isdigit() else float(text)
        except ValueError:
            self.wrong[name] = NOT_NUMBER
            return None

    def _picked(self, name: str, choices: Sequence[tuple[StrEnum, str]]) -> list[str]:
        found = [choice.value for choice, _ in choices if self._text(f"{name}.{choice}")]
        if not found:
            self.wrong[f"{name}.{choices[0][0]}"] = PICK_ONE
        return found

    def _given(self, **numbers: str) -> dict[str, Any]:
        """Those of the fields that hold something: what is left out is as usual."""
        found = {key: self._number(name) for key, name in numbers.items()}
        return {key: value for key, value in found.items() if value is not None}

    def plain(self) -> dict[str, Any]:
        window = self._given(first="window.first", last="window.last")
        if release := self._text("window.release"):
            window["release"] = release
        kind, cutoff = self._text("cutoff.kind"), {}
        if kind in (HOURS, HALF_WORKDAYS):
            cutoff = {kind: self._number("cutoff")}
        freed = [self._number("freed_minutes.1") or 0, self._number("freed_minutes") or 0]
        return {
            "window": window,
            "cutoff": cutoff,
            "check_in": self._given(opens_minutes="check_in.opens_minutes", late_minutes="check_in.late_minutes"),
            "freed_minutes": freed,
            "paper_ticket": bool(self._text("paper_ticket")),
            **self._given(hold_minutes="hold_minutes", most_holds="most_holds", offer_minutes="offer_minutes"),
        }

    def limit(self, row: int) -> dict[str, Any]:
        at = f"limit.{row}"
        return {
            "most": self._number(f"{at}.most"),
            "per": self._text(f"{at}.per"),
            "of": self._text(f"{at}.of"),
            "counts_made": bool(self._text(f"{at}.counts_made")),
            "by": self._picked(f"{at}.by", KEYS),
        }

    def threshold(self, row: int) -> dict[str, Any]:
        at = f"threshold.{row}"
        return {
            "most": self._number(f"{at}.most"),
            "counts": self._picked(f"{at}.counts", LAPSES),
            "within": self._span(f"{at}.within"),
            "pause": self._span(f"{at}.pause"),
            "scope": self._text(f"{at}.scope"),
            "by": self._picked(f"{at}.by", KEYS),
        }

    def _span(self, name: str) -> Any:
        kind = self._text(f"{name}.kind")
        return kind if kind == MONTH else {kind: self._number(name)}
