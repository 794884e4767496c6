"""A page with what it needs: one html file filled in, scripts and styles served beside it, nothing from elsewhere."""

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import file
from sanic.response import html as page

from handlers.errors import NoSuchPage
from handlers.screens.simulator import HEADERS

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"


@dataclass(frozen=True, slots=True)
class Screen:
    """`edition`: a screen that has been on for months loads the page anew when this is another."""

    template: Template
    assets: Mapping[str, Path]
    edition: str

    @classmethod
    def of(cls, name: str, *assets: str) -> "Screen":
        paths = {asset: STATIC / asset for asset in assets}
        source = HERE / f"{name}.html"
        parts = b"".join(path.read_bytes() for path in (source, *paths.values()))
        return cls(Template(source.read_text("utf-8")), paths, hashlib.sha256(parts).hexdigest()[:12])

    def show(self, **values: str) -> HTTPResponse:
        """The page, with values that need not be safe."""
        safe = {name: html.escape(value) for name, value in values.items()}
        return page(self.template.substitute(safe, edition=self.edition), headers=HEADERS)

    async def asset(self, request: Request[Any, Any], name: str) -> HTTPResponse:
        """Raises NoSuchPage."""
        if (path := self.assets.get(name)) is None:
            raise NoSuchPage()
        return await file(path, headers=HEADERS, request_headers=request.headers)
