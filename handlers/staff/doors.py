"""Every staff page hung on one blueprint: a new module of pages is added here."""

from handlers.staff import (
    account,
    admin,
    admin_notices,
    cases,
    desk,
    hall_floor,
    home,
    knowledge_edit,
    knowledge_files,
    knowledge_list,
    knowledge_morning,
    knowledge_policies,
    knowledge_versions,
    refusals,
    sign_in,
    trail,
)
from handlers.staff.pages import pages

__all__ = [
    "account",
    "admin",
    "admin_notices",
    "cases",
    "desk",
    "hall_floor",
    "home",
    "knowledge_edit",
    "knowledge_files",
    "knowledge_list",
    "knowledge_morning",
    "knowledge_policies",
    "knowledge_versions",
    "pages",
    "refusals",
    "sign_in",
    "trail",
]
