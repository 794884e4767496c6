"""What doors say of themselves becomes schemas; what cannot be told fails when the document is made, not for a caller."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from sanic import HTTPResponse, Request
from sanic.response import json

from handlers import forms, schemas
from handlers.described import Key, described
from handlers.guards import guarded
from kit.errors import NotFound


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Leaf(TypedDict):
    """一片叶子"""

    size: Size
    fell_at: Annotated[schemas.Instant, "落下的时间"]


class Tree(TypedDict):
    name: str | None
    leaves: list[Leaf]
    tallest: Leaf | None
    planted_on: schemas.Day | None
    kind: Literal["oak", "elm"]
    notes: NotRequired[dict[str, int]]


@dataclass(frozen=True)
class Planting:
    name: Annotated[str, forms.text(5), "叫什么"]
    on: Annotated[date | None, forms.day] = None
    size: Annotated[Size, forms.one_of(Size)] = Size.SMALL
    rows: Annotated[tuple[int, ...], forms.several(forms.up_to(9), 3)] = ()


def test_an_answer_becomes_a_schema_and_each_shape_in_it_a_part() -> None:
    parts: dict[str, schemas.Schema] = {}
    assert schemas.of_answer(Tree, parts) == {"$ref": "#/components/schemas/Tree"}
    assert parts["Tree"]["properties"] == {
        "name": {"type": ["string", "null"]},
        "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}},
        "tallest": {"anyOf": [{"$ref": "#/components/schemas/Leaf"}, {"type": "null"}]},
        "planted_on": {"type": ["string", "null"], "format": "date"},
        "kind": {"type": "string", "enum": ["oak", "elm"]},
        "notes": {"type": "object", "additionalProperties": {"type": "integer"}},
    }
    assert parts["Tree"]["required"] == ["kind", "leaves", "name", "planted_on", "tallest"]
    assert parts["Leaf"]["description"] == "一片叶子"
    assert parts["Leaf"]["properties"]["fell_at"] == {
        "type": "string",
        "format": "date-time",
        "description": "落下的时间",
    }


def test_two_shapes_of_one_name_are_refused() -> None:
    parts = {"Leaf": {"x-of": "somewhere.else.Leaf"}}
    with pytest.raises(TypeError, match="two answers are called Leaf"):
        schemas.of_answer(Tree, parts)


@pytest.mark.parametrize("kind", [date, bytes, list, dict[int, str]])
def test_what_json_has_not_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError):
        schemas.of_answer(kind, {})


def test_a_body_tells_what_must_be_there_and_what_may_be_null() -> None:
    assert schemas.of_form(Planting) == {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 5, "description": "叫什么"},
            "on": {"type": ["string", "null"], "format": "date"},
            "size": {"type": ["string", "null"], "enum": ["small", "large", None]},
            "rows": {
                "type": ["array", "null"],
                "items": {"type": "integer", "minimum": 1, "maximum": 9},
                "maxItems": 3,
            },
        },
    }


def test_a_query_becomes_parameters() -> None:
    name, on, *_ = schemas.parameters(Planting)
    shown = {"name": "name", "in": "query", "required": True, "schema": {"type": "string", "maxLength": 5}}
    assert name == shown | {"description": "叫什么"}
    assert on == {"name": "on", "in": "query", "required": False, "schema": {"type": "string", "format": "date"}}


def test_a_reader_that_does_not_say_what_it_reads_is_refused() -> None:
    @dataclass(frozen=True)
    class Secretive:
        odd: Annotated[str, str.strip]

    with pytest.raises(TypeError, match=r"Secretive\.odd"):
        schemas.of_form(Secretive)


@pytest.mark.parametrize("guard", ["public", "citizen"])
def test_what_a_door_says_stands_on_it_whatever_its_guard(guard: str) -> None:
    @guarded(guard)
    @described("种树", body=Planting, answers={201: Tree}, refusals=(NotFound,), key=Key.MUST)
    async def plant(_request: Request[Any, Any]) -> HTTPResponse:
        return json({})

    said = plant.described  # type: ignore[attr-defined]
    assert (said.summary, said.body, said.answers, said.refusals) == ("种树", Planting, {201: Tree}, (NotFound,))


def test_several_are_read_each_and_stand_once() -> None:
    read = forms.several(forms.text(3), 4)
    assert read(["一", "二 ", "一"]) == ("一", "二")


@pytest.mark.parametrize("came", ["一", ["一"] * 5, [1], [None], {"一": 1}])
def test_what_is_no_short_list_is_refused(came: Any) -> None:
    with pytest.raises(forms.Misread):
        forms.several(forms.text(3), 4)(came)
