"""A refusal is a fact with a status, a code and a sentence for the person it concerns."""

from typing import Any, ClassVar


class Problem(Exception):
    """Raised by a verb that cannot do what was asked.

    `status` is the HTTP status a JSON door answers with, `code` a stable name for programs, `sentence` plain Chinese
    that says why and what to do next. Subclasses name the fact (`SlotFull`) and fix the three. Keyword arguments
    become `details`, which programs may show and `sentence` may quote with `{name}`.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    sentence: ClassVar[str] = "这个请求我没看懂，请检查后再试一次。"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _raised, (type(self), self.details)  # an exception travels by its arguments, and ours are named

    @property
    def message(self) -> str:
        """The sentence with its details filled in."""
        return self.sentence.format(**self.details) if self.details else self.sentence

    def as_json(self) -> dict[str, Any]:
        """The one shape every JSON door answers errors in (contract.md)."""
        return {"error": {"code": self.code, "message": self.message, "details": self.details}}


def _raised(fact: type[Problem], details: dict[str, Any]) -> Problem:
    return fact(**details)


class NotFound(Problem):
    status = 404
    code = "not_found"
    sentence = "没有找到您要的内容，请核对后再试。"


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    sentence = "系统正忙，请过一分钟再试；急事请到大厅窗口办理。"
