"""Who works here, and as what."""

from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Problem


class Role(StrEnum):
    CLERK = "clerk"  # 窗口人员
    GUIDE = "guide"  # 导办
    EDITOR = "editor"  # 知识维护
    LEAD = "lead"  # 带班领导
    ADMIN = "admin"  # 系统管理

    @property
    def chinese(self) -> str:
        return ROLE_NAMES[self]


ROLE_NAMES = {
    Role.CLERK: "窗口人员",
    Role.GUIDE: "导办",
    Role.EDITOR: "知识维护",
    Role.LEAD: "带班领导",
    Role.ADMIN: "系统管理员",
}


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: int
    name: str
    role: Role
    must_change: bool  # still has the one-time password


class NameTaken(Problem):
    status = 409
    code = "name_taken"
    sentence = "已经有叫“{name}”的工作人员了，请换一个名字，比如加上科室。"


class UnknownRole(Problem):
    code = "unknown_role"
    sentence = "没有“{role}”这个角色，可选的有：{roles}。"
