"""What an entry or a policy consists of, as it is kept, imported and exported: plain values that JSON can hold. Pure.

An entry has `question`, `variants` and one of three answers: `answer` (plain words), `stages` (a rule for each
span of days, tied to policies, whose validity it takes), or only `matter` (the hall's own catalogue answers). The
rest is optional: see ENTRY and STAGE. Dates are ISO text. A policy has the fields of data/policies.toml.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["entry", "policy"]
Content: TypeAlias = dict[str, Any]

TEXT = ("question", "answer", "search", "matter", "who", "before", "gone", "note", "valid_from", "valid_to", "compares")
LISTS = ("variants", "taxpayers", "avoid", "known_by", "history", "gone_policies")
ENTRY = {*TEXT, *LISTS, "need", "person", "stages"}
STAGE = {"policies", "from", "to", "conclusion", "conditions", "how", "note", "brief"}
POLICY = {
    "title", "doc_no", "issuers", "issued", "valid_from", "valid_to", "valid_to_derived", "status", "status_note",
    "taxpayers", "taxes", "relief", "conditions", "handling", "how_to", "deadline", "supersedes", "superseded_by",
    "confidence", "body_read", "source", "verified_scope", "unsure", "materials", "superseded_scope", "related",
    "retained_until_2027", "retained_no_end",
}  # fmt: skip
NEEDED_OF_POLICY = ("title", "issuers", "status", "relief", "confidence")
STATUSES = {"in_force", "expired", "repealed", "superseded", "stopped", "reference", "unverified"}
CONFIDENCES = {"verified", "recalled"}
UNWRITTEN = "（待写答案）"  # what stands for the answer of a draft made from questions
LONGEST_QUESTION, LONGEST_ANSWER, MOST_VARIANTS = 200, 600, 400


def tidy(row: Mapping[str, Any]) -> Content:
    """The same without what is empty, texts trimmed, variants once each, dates as ISO text, `stage` read as
    `stages`.
    """
    found = {
        ("stages" if key == "stage" else key): _plain(value)
        for key, value in row.items()
        if key not in ("id", "from_facts")
    }
    if isinstance(found.get("variants"), str):
        found["variants"] = found["variants"].splitlines()
    if isinstance(found.get("variants"), list):
        lines = (str(line).strip() for line in found["variants"])
        found["variants"] = [line for line in dict.fromkeys(lines) if line and line != found.get("question")]
    if "stages" in found:
        found["stages"] = [
            {key: value for key, value in stage.items() if value not in ("", [], None)} for stage in found["stages"]
        ]
    return {key: value for key, value in found.items() if value not in ("", [], None, False)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def title(kind: Kind, content: Mapping[str, Any]) -> str:
    """What it is called in a list."""
    return str(content.get("question" if kind == "entry" else "title", ""))[:255]


def problems(kind: Kind, content: Mapping[str, Any], policies: Container[str] | None = None) -> list[str]:
    """What keeps this content from being kept, each as a sentence for whoever wrote it; empty when it is fine.

    With `policies` the ids a stage may name.
    """
    return list(_of_policy(content) if kind == "policy" else _of_entry(content, policies))


def _of_entry(content: Mapping[str, Any], policies: Container[str] | None) -> Iterable[str]:
    yield from (f"没有“{key}”这一栏，请检查拼写" for key in content if key not in ENTRY)
    question, answer = content.get("question", ""), content.get("answer", "")
    if not isinstance(question, str) or not question.strip():
        yield "标准问是空的，请写一句完整的问题"
    elif len(question) > LONGEST_QUESTION:
        yield f"标准问太长了，请写在{LONGEST_QUESTION}字以内"
    if len(str(answer)) > LONGEST_ANSWER:
        yield f"答案太长，手机上看不完，请写在{LONGEST_ANSWER}字以内"
    if not (answer or content.get("stages") or content.get("matter")):
        yield "没有答案：请写答案，或写分段口径，或写明是哪个事项"
    if answer and content.get("stages"):
        yield "答案和分段口径只能写一样：跟着政策走的写分段口径，别的写答案"
    for key in LISTS:
        if not _is_list_of_text(content.get(key, [])):
            yield f"“{key}”要写成一行一个"
    if len(content.get("variants", [])) > MOST_VARIANTS:
        yield f"相似问太多了，最多{MOST_VARIANTS}个"
    yield from _of_days(content.get("valid_from"), content.get("valid_to"))
    if not all(_is_list_of_text(group) for group in content.get("need", [])):
        yield "“need”要写成一组一行，组里的词用空格隔开"
    for stage in content.get("stages", []):
        yield from _of_stage(stage, policies)
    if policies is not None:
        yield from (
            f"没有编号为“{each}”的政策"
            for each in (*content.get("history", []), *content.get("gone_policies", []))
            if each not in policies
        )


def _of_stage(stage: Mapping[str, Any], policies: Container[str] | None) -> Iterable[str]:
    yield from (f"分段口径没有“{key}”这一栏，请检查拼写" for key in stage if key not in STAGE)
    named = stage.get("policies", [])
    if not named or not _is_list_of_text(named):
        yield "分段口径没有写依据哪个政策"
    elif policies is not None:
        yield from (f"没有编号为“{each}”的政策，请先导入这个政策" for each in named if each not in policies)
    yield from _of_days(stage.get("from"), stage.get("to"))


def _of_policy(content: Mapping[str, Any]) -> Iterable[str]:
    yield from (f"政策没有“{key}”这一栏，请检查拼写" for key in content if key not in POLICY)
    yield from (f"政策缺“{key}”这一栏" for key in NEEDED_OF_POLICY if not content.get(key))
    if content.get("status") and content["status"] not in STATUSES:
        yield f"时效“{content['status']}”不认识，可选：{'、'.join(sorted(STATUSES))}"
    if content.get("confidence") and content["confidence"] not in CONFIDENCES:
        yield f"可信度“{content['confidence']}”不认识，可选：{'、'.join(sorted(CONFIDENCES))}"
    yield from _of_days(content.get("valid_from"), content.get("valid_to"))
    yield from _of_days(content.get("issued"), None)


def _of_days(first: Any, last: Any) -> Iterable[str]:
    days = []
    for said in (first, last):
        try:
            days.append(date.fromisoformat(said) if said else None)
        except (TypeError, ValueError):
            days.append(None)
            yield f"日期“{said}”不对，要写成 2026-01-31 这样"
    if days[0] and days[1] and days[0] > days[1]:
        yield f"起始日{first}比截止日{last}还晚"


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
