"""JSON schemas of what the doors read and write: of forms, and of TypedDicts.

    class AgencyList(TypedDict):
        \"\"\"办事机构\"\"\"

        agencies: list[Agency]

    class Agency(TypedDict):
        id: str
        phone: Annotated[str | None, "还没有登记时是 null"]
        changed_at: Instant

A string beside a type is told to the caller, a Format is the schema's format.
"""

import dataclasses
from enum import StrEnum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from typing import is_typeddict as is_typed

from handlers.forms import Reader

Schema: TypeAlias = dict[str, Any]
HERE = "#/components/schemas/"
PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


class Format(str):
    """A format of JSON schema: date, date-time."""

    __slots__ = ()


Instant = Annotated[str, Format("date-time")]
Day = Annotated[str, Format("date")]


def of_answer(kind: Any, parts: dict[str, Schema]) -> Schema:
    """The schema of a type; of each TypedDict in it, a part of its name. Raises TypeError for what JSON has not."""
    if is_typed(kind):
        return _part(kind, parts)
    origin, given = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return of_answer(given[0], parts) | _said(kind.__metadata__)
    if origin in (Required, NotRequired):
        return of_answer(given[0], parts)
    if origin is list:
        return {"type": "array", "items": of_answer(given[0], parts)}
    if origin is dict and given[0] is str:
        return {"type": "object", "additionalProperties": of_answer(given[1], parts)}
    if origin in (Union, UnionType):
        return _one_of([of_answer(each, parts) for each in given])
    if origin is Literal:
        return {"type": PLAIN[type(given[0])], "enum": list(given)}
    if kind in PLAIN:
        return {"type": PLAIN[kind]}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [each.value for each in kind]}
    if kind is Any:
        return {}
    raise TypeError(f"{kind} cannot stand in an answer")


def _part(kind: Any, parts: dict[str, Schema]) -> Schema:
    """TypedDicts of one name are one shape: two that differ would be told as one."""
    name, of = kind.__name__, f"{kind.__module__}.{kind.__name__}"
    made = parts.setdefault(name, {"x-of": of})
    if made["x-of"] != of:
        raise TypeError(f"two answers are called {name}: {made['x-of']} and {of}")
    if "properties" not in made:
        made |= {"type": "object", "properties": {}, "required": sorted(kind.__required_keys__)}
        made |= {"description": kind.__doc__} if kind.__doc__ else {}
        fields = get_type_hints(kind, include_extras=True)  # one of them may be of this kind again
        made["properties"] |= {field: of_answer(hint, parts) for field, hint in fields.items()}
    return {"$ref": HERE + name}


def _one_of(each: list[Schema]) -> Schema:
    """Plain types make one list of types; what else can be null says so."""
    if all(set(one) == {"type"} for one in each):
        return {"type": [one["type"] for one in each]}
    others = [one for one in each if one != {"type": "null"}]
    if len(others) == 1 and "type" in others[0] and "enum" not in others[0]:
        return others[0] | {"type": [others[0]["type"], "null"]}
    return {"anyOf": each}


def _said(beside: tuple[Any, ...]) -> Schema:
    formats = [str(each) for each in beside if isinstance(each, Format)]
    words = [each for each in beside if isinstance(each, str) and not isinstance(each, Format)]
    return ({"format": formats[0]} if formats else {}) | ({"description": words[0]} if words else {})


# ------------------------------------------------------------------------------------------------ forms


def of_form(kind: Any) -> Schema:
    """The schema of a body; what has a default may be left out, be null or empty."""
    fields = {name: one for name, (one, _) in _fields(kind).items()}
    wanted = [name for name, (_, is_wanted) in _fields(kind).items() if is_wanted]
    shown = {name: one if name in wanted else _or_null(one) for name, one in fields.items()}
    return {"type": "object", "properties": shown, "required": wanted, "additionalProperties": False}


def parameters(kind: Any) -> list[Schema]:
    """The schemas of a query."""
    return [_parameter(name, one, is_wanted) for name, (one, is_wanted) in _fields(kind).items()]


def _parameter(name: str, schema: Schema, is_wanted: bool) -> Schema:
    words = schema.pop("description", None)
    said = {"name": name, "in": "query", "required": is_wanted, "schema": schema}
    return said | ({"description": words} if words else {})


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def _fields(kind: Any) -> dict[str, tuple[Schema, bool]]:
    """By name: the schema, and whether it must be there. Raises TypeError where a reader does not say what it reads."""
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for field in dataclasses.fields(kind):
        reader, *beside = hints[field.name].__metadata__
        if not isinstance(reader, Reader):
            raise TypeError(f"{kind.__name__}.{field.name}: make its reader by @forms.reading(type=…)")
        found[field.name] = (dict(reader.schema) | _said(tuple(beside)), field.default is dataclasses.MISSING)
    return found
