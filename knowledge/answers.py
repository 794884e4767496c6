"""From a topic and the days asked about to what we say. Pure."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge import phrases, sales
from knowledge.model import BusinessPeriod, Span, Validity, days_asked_about
from knowledge.policies import Policies, Policy, may_quote
from knowledge.topics import Stage, Topic

LONGEST = 1500  # bytes aimed at; a text reply may have 2,048
LONGEST_IN_PARTS = 1900  # an answer for a period in which the rule changed
ENDINGS = {"repealed": "废止", "stopped": "停止执行", "superseded": "被新文件取代", "expired": "不再适用"}


@dataclass(frozen=True)
class Answer:
    """What to say, the documents it stands on, the days of its rule, and whether a person must take over."""

    text: str
    policies: tuple[Policy, ...]
    valid: tuple[date | None, date | None]
    needs_person: bool = False

    @property
    def doc_nos(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(policy.doc_no for policy in self.policies if policy.doc_no))


@dataclass(frozen=True)
class Line:
    """A line of an answer; when it grows too long the line of the highest `drop` goes first (0: never)."""

    text: str
    drop: int = 0


def say_date(day: date) -> str:
    """2027年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def say_span(first: date, last: date) -> str:
    """2022年, 2022年5月, 2022年5月3日, or from day to day."""
    if first == last:
        return say_date(first)
    whole_month = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if first.year == last.year and whole_month:
        if (first.month, last.month) == (1, 12):
            return f"{first.year}年"
        end = "" if first.month == last.month else f"至{last.month}月"
        return f"{first.year}年{first.month}月{end}"
    return f"{say_date(first)}至{say_date(last)}"


def basis(policies: Iterable[Policy]) -> str:
    """依据：《title》（doc_no） of each document once; the issuer too where title and number do not name it."""
    first_of: dict[str, Policy] = {}
    for policy in policies:
        first_of.setdefault(policy.doc_no or policy.id, policy)
    return "；".join(_named(policy) for policy in first_of.values())


def _named(policy: Policy) -> str:
    unnamed = policy.issuers[0] not in policy.name + policy.doc_no
    inside = "，".join(filter(None, [policy.doc_no, policy.issuers[0] if unnamed else ""]))
    return f"{policy.name}（{inside}）" if inside else policy.name


def validity(first: date | None, last: date | None, policy: Policy, today: date) -> str:
    """有效期 of one rule. A last day that was worked out is told as the day the rule was ended, not as the text's."""
    start = f"{say_date(first)}起" if first else ""
    if last is None:
        return f"自{start}施行，没有写截止日" if start else "没有写截止日"
    if policy.valid_to_derived and last == policy.valid_to:
        ending = f"自{say_date(last + timedelta(days=1))}起{ENDINGS.get(policy.status, '不再适用')}"
        return f"{start}，{ending}" if start else ending
    passed = "（已到期）" if last < today else ""
    return f"{say_date(first)}至{say_date(last)}{passed}" if first else f"到{say_date(last)}{passed}"


def fit(lines: Sequence[Line]) -> str:
    """The lines as one text, the least needed ones left out when it would be too long for a phone."""
    kept = list(lines)
    while len("\n".join(line.text for line in kept).encode()) > LONGEST:
        last = max(kept, key=lambda line: line.drop)
        if last.drop == 0:
            break
        kept.remove(last)
    return _spaced("\n".join(line.text for line in kept if line.text))


def _spaced(text: str) -> str:
    """A blank line before whom it is for and before the documents: three short blocks read easier than one wall."""
    for opening in ("适用：", "依据："):
        text = text.replace(f"\n{opening}", f"\n\n{opening}", 1)
    return text


def _conditions(stage: Stage) -> list[Line]:
    marks = "①②③④"
    said = [Line(f"{marks[i]}{text}", 4 + i) for i, text in enumerate(stage.conditions[:4])]
    return [Line("条件：", 4), *said] if len(said) > 1 else [Line(f"条件：{line.text[1:]}", 4) for line in said]


def _told_first(stage: Stage) -> date | None:
    """The first day to tell: none where the stage's own first day is only where our chain is cut."""
    chief = stage.policies[0]
    is_cut = stage.first != chief.starts and (
        chief.valid_to_derived or (stage.first and chief.starts and stage.first < chief.starts)
    )
    return None if is_cut else stage.first


def _body(topic: Topic, stage: Stage, today: date) -> list[Line]:
    """Everything after the conclusion, in the order people are used to (税务总局《操作指南》)."""
    return [
        Line(f"适用：{topic.who}" if topic.who else "", 2),
        *_conditions(stage),
        Line(f"依据：{basis(stage.policies)}"),
        Line(f"有效期：{validity(_told_first(stage), stage.last, stage.policies[0], today)}"),
        Line(f"怎么办：{stage.how}" if stage.how else "", 1),
        Line(stage.note, 3),
    ]


def compare_sales(sold: sales.Sales | None, day: date) -> str:
    """The sum a person named, against the threshold of that day; empty when there is none of either."""
    threshold = sales.threshold_on(day) if sold else None
    if sold is None or threshold is None:
        return ""
    verdict, limit = sales.compare(sold, threshold), threshold.limit(sold.span)
    if verdict is None or limit is None:
        return ""
    words = {"span": phrases.VERDICT[sold.span], "sum": sales.say_yuan(sold.yuan), "limit": sales.say_yuan(limit)}
    if verdict == "exempt":
        return (phrases.EXEMPT_INCLUSIVE if threshold.inclusive else phrases.EXEMPT).format(**words)
    if threshold.inclusive:
        return (phrases.OVER_2022 if day.year == 2022 else phrases.OVER_INCLUSIVE).format(**words)
    how = "正好达到" if sold.yuan == limit else "达到"
    rate = "" if sold.span == "time" else "；可享受3%减按1%"
    return phrases.REACHED.format(how=how, rate=rate, **words)


def answer(topic: Topic, today: date, about: BusinessPeriod | None, sold: sales.Sales | None) -> Answer:
    """What to say to a question on this topic, for the days it is about."""
    if not topic.stages:
        asked = days_asked_about(about, today)
        if not topic.holds(asked):
            return not_of_these_days(asked, topic.valid)
        return Answer(topic.say + phrases.PERSON_END if topic.person else topic.say, (), topic.valid, topic.person)
    first, last = days_asked_about(about, today)
    stages = topic.on(first, last)
    if not stages:
        return _outside(topic, today, first, last)
    if len(stages) > 1:
        return _several(topic, stages, today, first, last)
    made = _single(topic, stages[0], today, about, sold)
    if topic.person and not made.needs_person:
        return Answer(made.text + phrases.PERSON_END, made.policies, made.valid, needs_person=True)
    return made


def not_of_these_days(asked: Span, valid: Validity) -> Answer:
    """What we know is valid, but not on the days asked about."""
    return Answer(phrases.NO_RULE.format(when=say_span(*asked)), (), valid, needs_person=True)


def _unread(stage: Stage, lead: str, today: date, topic: Topic) -> Answer:
    names = basis(stage.policies)
    text = phrases.NO_TEXT_PERIOD.format(lead=lead, names=names) if lead else phrases.NO_TEXT.format(names=names)
    return Answer("\n".join(filter(None, [text, _now(topic, today, stage)])), stage.policies, (None, None), True)


def _now(topic: Topic, today: date, told: Stage) -> str:
    """The line that says what applies today, beside the answer for another day."""
    current = topic.on(today, today)
    if told in current:
        return ""
    if current and current[0].quotable and current[0].brief:
        return phrases.NOW.format(brief=current[0].brief)
    if not current and topic.gone:
        return phrases.NOW_GONE.format(gone=topic.gone)
    return phrases.ASK_ANEW if current and current[0].quotable else ""


def _single(topic: Topic, stage: Stage, today: date, about: BusinessPeriod | None, sold: sales.Sales | None) -> Answer:
    is_current = stage in topic.on(today, today)
    first, last = days_asked_about(about, today)
    lead = "" if is_current else phrases.ASKED_ABOUT.format(when=say_span(first, last))
    if not stage.quotable:
        return _unread(stage, lead.replace("，按当时的政策：", "，"), today, topic)
    verdict = compare_sales(sold, last if about else today) if topic.compares_sales else ""
    said = f"{verdict}\n规则：{stage.conclusion}" if verdict else stage.conclusion
    lines = [
        Line(lead + said),
        *_body(topic, stage, today),
        Line("" if is_current else _now(topic, today, stage)),
        Line(topic.before if is_current and about is None else "", 6),
        Line(phrases.REMINDER),
    ]
    return Answer(fit(lines), stage.policies, (stage.first, stage.last))


def _several(topic: Topic, stages: Sequence[Stage], today: date, first: date, last: date) -> Answer:
    """A period in which the rule changed: every part with its own days and its own document."""
    lead = phrases.SEVERAL.format(when=say_span(first, last))
    parts = [_part(stage, first, last) for stage in stages]
    current = topic.on(today, today)
    now = "" if any(stage in stages for stage in current) else _now(topic, today, stages[-1])
    while len("\n".join([lead, phrases.EARLIER, *parts, now, phrases.REMINDER]).encode()) > LONGEST_IN_PARTS:
        parts = parts[1:]
    shown = stages[-len(parts) :]
    earlier = phrases.EARLIER if len(shown) < len(stages) else ""
    text = "\n".join(filter(None, [lead, *parts, earlier, now, phrases.REMINDER]))
    told = [stage for stage in shown if stage.quotable]
    policies = tuple(dict.fromkeys(policy for stage in told or shown for policy in stage.policies))
    return Answer(text, policies, (shown[0].first, shown[-1].last), needs_person=not told)


def _part(stage: Stage, first: date, last: date) -> str:
    start, end = max(first, stage.first or first), min(last, stage.last or last)
    said = stage.conclusion if stage.quotable else phrases.PART_UNREAD
    return f"【{say_span(start, end)}】{said}\n依据：{basis(stage.policies)}"


def _outside(topic: Topic, today: date, first: date, last: date) -> Answer:
    """No rule of ours governs those days: it has ended, has not been written yet, or we have not read it."""
    ends = [stage.last for stage in topic.stages]
    ended = max((end for end in ends if end), default=None)
    is_over = all(end is not None and end < first for end in ends)
    if is_over and topic.gone:
        return _gone(topic, today)
    current = topic.on(today, today)
    when = say_span(first, last)
    if is_over and ended and current and current[0].quotable:
        stage = current[0]
        lead = phrases.NOT_YET.format(last=say_date(ended), when=when)
        lines = [Line(f"{lead}\n{stage.conclusion}"), *_body(topic, stage, today), Line(phrases.REMINDER)]
        return Answer(fit(lines), stage.policies, (stage.first, stage.last))
    now = phrases.NOW.format(brief=current[0].brief) if current and current[0].quotable and current[0].brief else ""
    text = "\n".join(filter(None, [phrases.NO_RULE.format(when=when), now]))
    return Answer(text, (), (None, None), needs_person=True)


def _gone(topic: Topic, today: date) -> Answer:
    final = topic.stages[-1]
    lasting = topic.gone_policies or final.policies
    lines = [
        Line(topic.gone),
        Line(f"适用：{topic.who}" if topic.who else "", 2),
        Line(f"依据：{basis(lasting)}"),
    ]
    if topic.gone_policies:
        stage = Stage(lasting, lasting[0].starts, lasting[0].valid_to)
        lines.append(Line(f"有效期：{validity(stage.first, stage.last, lasting[0], today)}"))
    else:
        lines.append(Line(f"有效期：{validity(final.first, final.last, final.policies[0], today)}"))
    lines += [Line(topic.note, 1), Line(phrases.REMINDER)]
    first_policy = lasting[0]
    return Answer(fit(lines), lasting, (first_policy.starts, first_policy.valid_to))


def about_document(policy: Policy, policies: Policies, today: date, rest: Answer | None, note: str = "") -> Answer:
    """What to say to one who cites a document: whether it is in force, since when not, and the rule that applies."""
    words = {"name": policy.name, "doc_no": policy.doc_no}
    if not may_quote(policy):
        said = phrases.DOC_UNREAD.format(**words)
        return Answer(said, (policy,), (None, None), needs_person=True)
    last = policies.last_day(policy)
    if policies.in_force(policy, today):
        since = f"，自{say_date(policy.starts)}起施行" if policy.starts else ""
        said = phrases.DOC_IN_FORCE.format(since=since, **words)
    else:
        said = phrases.DOC_ENDED.format(ended=_ended(policy, last), **words)
    if rest is None:
        return Answer(f"{said}\n{phrases.REMINDER}", (policy,), (policy.starts, last))
    joint = "" if policies.in_force(policy, today) else phrases.DOC_NOW
    text = "\n".join(filter(None, [said, note, joint + rest.text]))
    return Answer(text, rest.policies, rest.valid, rest.needs_person)


def _ended(policy: Policy, last: date | None) -> str:
    if last is None:
        return "已经失效"
    if policy.status in ("repealed", "stopped", "superseded"):
        return f"自{say_date(last + timedelta(days=1))}起{ENDINGS[policy.status]}"
    return (
        f"{say_date(last)}到期" if not policy.valid_to_derived else f"自{say_date(last + timedelta(days=1))}起不再适用"
    )
