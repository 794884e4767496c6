"""WeChat's XML in and out: a strict, small reader without document types, and text that is safe inside CDATA."""

import re
from typing import Any, NoReturn
from xml.parsers import expat

DEPTH = 8  # WeChat's deepest message (pictures from a menu button) has 5
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# What nearly every message looks like: one level of fields, nothing that needs XML's rules about characters.
PLAIN = r"\]\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
FIELD = re.compile(rf"<([A-Za-z]\w*)>(?:<!\[CDATA\[([^{PLAIN}]*)\]\]>|([^<&{PLAIN}]*))</\1>[ \n]*", re.ASCII)
START, END = "<xml>", "</xml>"

Fields = dict[str, Any]


class Malformed(Exception):
    """Not the XML WeChat sends. The message is for the log and quotes nothing of the input."""


def parse(text: str) -> Fields:
    """Children of the root `<xml>` by name: text (stripped, "" when empty), nested fields, or a list when repeated.

    Raises Malformed for anything that is not well-formed, has another root, nests deeper than DEPTH, or declares a
    document type: without one there are no entities to expand and no file or address to fetch.
    """
    return _flat(text) or _strict(text)


def _flat(text: str) -> Fields | None:
    """The fields of an ordinary message, in a third of the time; None for what the strict reader has to judge."""
    if not (text.startswith(START) and text.endswith(END)):
        return None
    fields: Fields = {}
    at, end = len(START), len(text) - len(END)
    while at < end:
        field = FIELD.match(text, at, end)
        if field is None or field[1] in fields:
            return None
        fields[field[1]] = (field[2] or field[3] or "").strip()
        at = field.end()
    return fields


def _strict(text: str) -> Fields:
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.open
    parser.EndElementHandler = reading.close
    parser.CharacterDataHandler = reading.texts.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError) as error:  # ValueError: lone surrogates
        raise Malformed(f"not well-formed: {type(error).__name__}") from error
    root = reading.top.get("xml")
    if not isinstance(root, dict):
        raise Malformed("the root is not <xml> with fields in it")
    return root


def cdata(text: str) -> str:
    """The text as it may stand between `<![CDATA[` and `]]>`: no way out, no character XML forbids."""
    return UNSPEAKABLE.sub("", text).replace("]]>", "]]]]><![CDATA[>")


class _Reading:
    """What has been read so far: the open elements' fields, innermost last."""

    def __init__(self) -> None:
        self.top: Fields = {}
        self.stack: list[Fields] = [self.top]
        self.texts: list[str] = []

    def open(self, _name: str, _attributes: dict[str, str]) -> None:
        if len(self.stack) > DEPTH:
            raise Malformed("nested too deep")
        self.stack.append({})
        self.texts.clear()

    def close(self, name: str) -> None:
        fields, parent = self.stack.pop(), self.stack[-1]
        value = fields or "".join(self.texts).strip()
        self.texts.clear()
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise Malformed("a document type is declared")
