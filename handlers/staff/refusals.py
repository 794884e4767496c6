"""What a refusal looks like on the staff pages: a page, or under htmx a notice above what was typed, which stays."""

from typing import Any
from urllib.parse import quote

from sanic import HTTPResponse, Request
from sanic.response import redirect

from hall.staff.model import Session
from handlers.gate import SignInNeeded, StepsLeft
from handlers.staff.pages import HEADERS, bare, is_part, pages
from kit.errors import Problem

NOTICE = {"HX-Reswap": "innerHTML", "HX-Push-Url": "false", "HX-Replace-Url": "false"}
SIGN_IN = "/staff/sign-in"


@pages.exception(Problem)  # type: ignore[untyped-decorator]
async def refuse(request: Request[Any, Any], problem: Problem) -> HTTPResponse:
    if not is_part(request) and isinstance(problem, SignInNeeded):
        to = f"?to={quote(request.path)}" if request.method == "GET" else ""
        return redirect(SIGN_IN + to, headers=dict(HEADERS))
    if not is_part(request) and isinstance(problem, StepsLeft):
        return redirect(problem.details["page"], headers=dict(HEADERS))
    name = "notice.html" if is_part(request) else "refused.html"
    session: Session | None = getattr(request.ctx, "session", None)
    # 401 under htmx says one thing only: the session is over. A wrong password is a form not filled in right.
    status = 422 if problem.status == 401 and not isinstance(problem, SignInNeeded) else problem.status
    response = bare(request, name, status, problem=problem, session=session)
    if is_part(request):
        response.headers.extend(
            NOTICE | {"HX-Retarget": "#panel-notice" if "x-panel" in request.headers else "#notice"}
        )
    if (seconds := problem.details.get("retry_after_seconds")) is not None:
        response.headers["Retry-After"] = str(seconds)
    return response
