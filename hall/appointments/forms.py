"""The form of a booking, part by part: what a person wrote becomes its plain shape, or is refused. Pure.

The parts are public so that a door can say at once all that is wrong.
"""

import unicodedata

from hall.appointments.model import NAME_LIMIT, Form, Relation
from hall.appointments.refusals import BadCreditCode, BadIdNumber, BadName, BadPhone, NeedsCompany
from hall.appointments.rules import COMPANY_LIMIT
from kit.ids import read_credit_code, read_id_number, read_phone


def tidy(form: Form) -> Form:
    """The form with every part in its plain shape.

    Raises BadName, BadPhone, BadIdNumber, BadCreditCode, NeedsCompany.
    """
    return Form(
        good_name(form.name),
        good_phone(form.phone),
        form.relation,
        good_id_number(form.id_number) if form.id_number else None,
        good_company(form.company, form.relation),
        good_credit_code(form.credit_code) if form.credit_code else None,
    )


def good_name(text: str) -> str:
    """Raises BadName."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name or len(name) > NAME_LIMIT or not all(c.isalpha() or c in " ·.'-" for c in name):
        raise BadName(most=NAME_LIMIT)
    return name


def good_phone(text: str) -> str:
    """Raises BadPhone."""
    phone = read_phone(text)
    if phone is None:
        raise BadPhone()
    return phone


def good_id_number(text: str) -> str:
    """Raises BadIdNumber."""
    number = read_id_number(text)
    if number is None:
        raise BadIdNumber()
    return number


def good_credit_code(text: str) -> str:
    """Raises BadCreditCode."""
    code = read_credit_code(text)
    if code is None:
        raise BadCreditCode()
    return code


def good_company(text: str | None, relation: Relation) -> str | None:
    """Raises NeedsCompany when it is too long, or missing on a company's errand."""
    company = " ".join((text or "").split()) or None
    if (company is None and relation is Relation.COMPANY) or len(company or "") > COMPANY_LIMIT:
        raise NeedsCompany(most=COMPANY_LIMIT)
    return company
