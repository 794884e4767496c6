"""A body or a query becomes a checked form: a frozen dataclass whose fields say how each is read, all errors at once.

    @dataclass(frozen=True, slots=True)
    class Moving:
        slot_id: Annotated[int, forms.whole, "要改到的号源"]
        note: Annotated[str | None, forms.text(50)] = None  # a default: it may be left out, be null or empty

    form = forms.body(request, Moving)

A reader takes what came and returns what it means, or raises Misread (or any Problem) whose sentence goes beside the
field; its schema and the words after it are what /docs tells of it. Nothing a caller sends ends in a failure of ours:
numbers beyond 64 bits, half a surrogate pair, ten thousand brackets are refused here.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from sanic import Request

from handlers.errors import TooLarge
from kit.errors import Problem

Form = TypeVar("Form")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a field is read, and what a caller is told of it: a JSON schema."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any] = field(compare=False)

    def __call__(self, came: Any) -> Any:
        return self.read(came)


def reading(**schema: Any) -> Callable[[Callable[[Any], Any]], Reader]:
    """Makes a reader of a function: @forms.reading(type="string", maxLength=8)."""
    return lambda read: Reader(read, schema)


BODY_BYTES = 16 * 1024
MOST_UNKNOWN = 10  # names of unknown fields told back, each cut to NAME_SHOWN characters
NAME_SHOWN = 40
LARGEST = 2**63 - 1  # a column's
BAD_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

MISSING = "这一项必须填。"
UNKNOWN = "没有这一项，请去掉。"
NOT_TEXT = "这一项要填文字。"
TOO_LONG = "这一项太长了，最多{most}个字。"
BAD_SIGNS = "这一项里有不能用的符号，请重新填写。"
NOT_WHOLE = "这一项要填一个正整数。"
NOT_DAY = "日期请写成 2026-11-25 这样。"
NOT_A_CHOICE = "这一项只能是：{choices}。"
NOT_A_LIST = "这一项要填一个列表。"
TOO_MANY = "这一项太多了，最多{most}个。"
TOO_MUCH = "这一项最大是{most}。"
NOT_BETWEEN = "这一项要填{least}到{most}的整数。"
NOT_YES_OR_NO = "这一项要填 true 或 false。"


class BadForm(Problem):
    """`fields` in the details: a sentence for each field that cannot be taken."""

    status = 422
    code = "bad_form"
    sentence = "有几项没填对，请改好再提交。"


class BadBody(Problem):
    code = "bad_body"
    sentence = "提交的内容不是 JSON。请把请求头 Content-Type 设为 application/json，内容写成一个 JSON 对象。"


class Misread(ValueError):
    """What came cannot be that field; the text is for the person."""


def body(request: Request[Any, Any], kind: type[Form]) -> Form:
    """The JSON body as a form. Raises TooLarge, BadBody, BadForm."""
    return _filled(_object(request), kind, refuse_unknown=True)


def query(request: Request[Any, Any], kind: type[Form]) -> Form:
    """The query as a form, the last of each name; names it does not know are left alone. Raises BadForm."""
    given = {name: values[-1] for name, values in request.get_args(keep_blank_values=True).items()}
    return _filled(given, kind, refuse_unknown=False)


def posted(request: Request[Any, Any], kind: type[Form], most_bytes: int = BODY_BYTES) -> Form:
    """The form of a page as a form; names it does not know are left alone. Raises TooLarge, BadForm."""
    if len(request.body) > most_bytes:
        raise TooLarge()
    lists = {name for name, (read, _) in _readers(cast(Any, kind)).items() if _is_list(read)}
    came: Mapping[str, list[Any]] = request.get_form(keep_blank_values=True) or {}
    given = {name: values if name in lists else values[-1] for name, values in came.items()}
    return _filled(given, kind, refuse_unknown=False)


def typed(request: Request[Any, Any], most_bytes: int) -> dict[str, str]:
    """Every field of a page's form as it was typed, line breaks and all, for a form whose fields differ by what it
    shows. Raises TooLarge, BadForm.
    """
    if len(request.body) > most_bytes:
        raise TooLarge()
    came: Mapping[str, list[str]] = request.get_form(keep_blank_values=True) or {}
    if wrong := [name for name, values in came.items() if BAD_IN_LINES.search(values[-1])]:
        raise BadForm(fields={_shown(name): BAD_SIGNS for name in wrong[:MOST_UNKNOWN]})
    return {name: values[-1] for name, values in came.items()}


def _is_list(read: Callable[[Any], Any]) -> bool:
    return isinstance(read, Reader) and read.schema.get("type") == "array"


def _object(request: Request[Any, Any]) -> dict[str, Any]:
    if len(request.body) > BODY_BYTES:
        raise TooLarge()
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise BadBody()
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):  # ValueError: not UTF-8 either, or a number of thousands of digits
        raise BadBody() from None
    if not isinstance(found, dict):
        raise BadBody()
    return found


def _filled(given: Mapping[str, Any], kind: type[Form], *, refuse_unknown: bool) -> Form:
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    known = _readers(cast(Any, kind))
    for name, (read, is_wanted) in known.items():
        came = given.get(name)
        if came is None or (isinstance(came, str) and not came.strip()):
            if is_wanted:
                errors[name] = MISSING
            continue
        try:
            values[name] = read(came)
        except Misread as error:
            errors[name] = str(error)
        except Problem as problem:
            errors[name] = problem.message
    if refuse_unknown:
        strangers = [name for name in given if name not in known][:MOST_UNKNOWN]
        errors |= {_shown(name): UNKNOWN for name in strangers}
    if errors:
        raise BadForm(fields=errors)
    return kind(**values)


@cache
def _readers(kind: Any) -> dict[str, tuple[Callable[[Any], Any], bool]]:
    """How each field is read, and whether it must be there."""
    hints = get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    return {f.name: (hints[f.name].__metadata__[0], f.default is dataclasses.MISSING) for f in fields}


def _shown(name: str) -> str:
    return name[:NAME_SHOWN].encode("utf-8", "replace").decode()


def text(most: int, meaning: Callable[[str], Any] = str) -> Reader:
    """Words of at most `most` characters, white space around them taken off; `meaning` then reads them further."""

    @reading(type="string", maxLength=most)
    def read(came: Any) -> Any:
        if not isinstance(came, str):
            raise Misread(NOT_TEXT)
        tidy = came.strip()
        if len(tidy) > most:
            raise Misread(TOO_LONG.format(most=most))
        if any(ord(sign) < 32 or 0xD800 <= ord(sign) <= 0xDFFF or ord(sign) == 127 for sign in tidy):
            raise Misread(BAD_SIGNS)
        return meaning(tidy)

    return read


@reading(type="integer", minimum=1, maximum=LARGEST)
def whole(came: Any) -> int:
    """A number from 1 on that a row can have; digits do too, since a query has nothing else."""
    if isinstance(came, str) and came.isascii() and came.isdigit() and len(came) < 20:
        came = int(came)
    if not isinstance(came, int) or isinstance(came, bool) or not 0 < came <= LARGEST:
        raise Misread(NOT_WHOLE)
    return came


@reading(type="string", format="date")
def day(came: Any) -> date:
    """A day as 2026-11-25."""
    if not isinstance(came, str) or not DAY.fullmatch(came.strip()):
        raise Misread(NOT_DAY)
    try:
        return date.fromisoformat(came.strip())
    except ValueError:
        raise Misread(NOT_DAY) from None


def one_of(kind: type[Choice]) -> Reader:
    @reading(type="string", enum=[choice.value for choice in kind])
    def read(came: Any) -> Choice:
        try:
            return kind(came)
        except (ValueError, TypeError):
            raise Misread(NOT_A_CHOICE.format(choices="、".join(kind))) from None

    return read


@reading(type="boolean")
def yes_or_no(came: Any) -> bool:
    """true or false; in a query 1 or 0 do too."""
    found = came if isinstance(came, bool) else {"1": True, "true": True, "0": False, "false": False}.get(str(came))
    if found is None:
        raise Misread(NOT_YES_OR_NO)
    return found


def up_to(most: int) -> Reader:
    """A whole number from 1 to `most`."""

    @reading(type="integer", minimum=1, maximum=most)
    def read(came: Any) -> int:
        found: int = whole(came)
        if found > most:
            raise Misread(TOO_MUCH.format(most=most))
        return found

    return read


def between(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`, 0 and digits too."""

    @reading(type="integer", minimum=least, maximum=most)
    def read(came: Any) -> int:
        if isinstance(came, str) and came.strip().isascii() and came.strip().isdigit() and len(came) < 20:
            came = int(came)
        if not isinstance(came, int) or isinstance(came, bool) or not least <= came <= most:
            raise Misread(NOT_BETWEEN.format(least=least, most=most))
        return came

    return read


def several(each: Reader, most: int) -> Reader:
    """A list of at most `most` things, each read as `each`; in what is made of it a thing stands once."""

    @reading(type="array", items=dict(each.schema), maxItems=most)
    def read(came: Any) -> tuple[Any, ...]:
        if not isinstance(came, list):
            raise Misread(NOT_A_LIST)
        if len(came) > most:
            raise Misread(TOO_MANY.format(most=most))
        return tuple(dict.fromkeys(each(one) for one in came))

    return read
