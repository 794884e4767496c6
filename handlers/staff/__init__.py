"""The pages of the staff: server-rendered, each page's .html beside its .py. docs/decisions/0023 says why so.

A new page is a module with its template, a line in `menu.SECTIONS`, and its name in `doors`:

    from handlers.staff.acts import act, saw
    from handlers.staff.pages import pages, show, went

    CLOSE = Deed("closure.new", "停办", "closure", closures.plain, key_of=lambda made: made.id)

    @dataclass(frozen=True, slots=True)
    class Closing:
        reason: Annotated[str, forms.text(100), "原因"]

    @pages.get("/closures")
    @guarded("staff: lead admin")                            # who, at the hall they look at
    async def closures_page(request):
        hall_id = request.ctx.session.hall_id                # every row that is read or written belongs to it
        return await show(request, "closures.html", closures=await gate.db.consult(closures.of, hall_id))

    @pages.post("/closures")
    @guarded("staff: lead admin")
    async def close(request):
        form = forms.posted(request, Closing)                # a bad field is told beside it, what was typed stays
        await act(request, CLOSE, None, closures.shut, request.ctx.session.hall_id, form.reason)
        return went(request, "/staff/closures", CLOSED)               # and the page says so at its top

The template extends "layout.html" and takes its forms, fields, tables and pages from "parts.html":

    {% extends "layout.html" %}{% from "parts.html" import form, field, table, older %}
    {% block title %}停办{% endblock %}
    {% block body %}{% call form("/staff/closures", csrf) %}{{ field("reason", "原因") }}…{% endcall %}{% endblock %}

Words people read stand in the template, in a Problem, or in a constant of the module, never inside a function. A page
that shows a person's data says so first: `await saw(request, "appointment", number)`. No inline script or style.
A Problem raised by a verb is shown as a notice above the form; `g` and `?` are the keys of the house (static/staff.js).
"""
