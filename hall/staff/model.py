"""Who works here, as what, and where."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kit.errors import NotFound, Problem

EVERYWHERE = "*"  # in place of a hall's id: a role held at every hall


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


NO_ROLE = "还没有角色"


def names_of(roles: Collection[Role]) -> str:
    """带班领导、系统管理员: in the order of the house."""
    return "、".join(role.chinese for role in Role if role in roles)


def standing(roles: Collection[Role]) -> str:
    """What somebody is at a hall, behind its name: 是窗口人员、导办, or 还没有角色."""
    return f"是{names_of(roles)}" if roles else NO_ROLE


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a hall, or EVERYWHERE."""

    role: Role
    hall_id: str = EVERYWHERE

    def holds_at(self, hall_id: str) -> bool:
        return self.hall_id in (EVERYWHERE, hall_id)


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: int
    name: str
    grants: tuple[Grant, ...]
    must_change: bool  # still has the one-time password
    is_disabled: bool = False
    has_totp: bool = False

    def roles_at(self, hall_id: str) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants if grant.holds_at(hall_id))

    def may(self, roles: Collection[Role], hall_id: str) -> bool:
        """Whether they hold one of these roles at the hall; with EVERYWHERE, at all of them."""
        return not self.roles_at(hall_id).isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Session:
    """Someone signed in, who looks at the hall `hall_id`. `is_proved`: the second step is done, or they have none."""

    mark: str = field(repr=False)  # the token's fingerprint
    member: StaffMember
    hall_id: str
    is_proved: bool
    began_at: datetime
    seen_at: datetime
    device: str

    @property
    def roles(self) -> frozenset[Role]:
        """At the hall they look at."""
        return self.member.roles_at(self.hall_id)


class NameTaken(Problem):
    status = 409
    code = "name_taken"
    sentence = "已经有叫“{name}”的工作人员了，请换一个名字，比如加上科室。"


class UnknownRole(Problem):
    code = "unknown_role"
    sentence = "没有“{role}”这个角色，可选的有：{roles}。"


class StaffUnknown(NotFound):
    status = 403
    code = "staff_unknown"
    sentence = "没有叫“{name}”的工作人员：请核对姓名，或先用 bangban staff add 添加。"


class StaffDisabled(Problem):
    status = 403
    code = "staff_disabled"
    sentence = "“{name}”的账号已经停用。要恢复请找系统管理员。"


class NotYourRole(Problem):
    status = 403
    code = "not_your_role"
    sentence = "这件事要{wanted}来做，{name}在这个大厅{roles}。需要的话请找系统管理员加上角色。"


class StaffNotHere(NotFound):
    code = "staff_not_here"
    sentence = "这个大厅没有这位工作人员，请回到人员名单里找。"


class NotYoursToSteer(Problem):
    status = 403
    code = "not_yours_to_steer"
    sentence = "{name}在别的大厅也有角色，这件事要全部大厅的系统管理员来做。"


class NotYoursToGrant(Problem):
    status = 403
    code = "not_yours_to_grant"
    sentence = "您只能给自己管的这个大厅的角色。别的大厅请找全部大厅的系统管理员。"


class LastAdmin(Problem):
    status = 409
    code = "last_admin"
    sentence = "这样一来就没有全部大厅的系统管理员了。请先给另一位加上这个角色。"


class WrongSignIn(Problem):
    status = 401
    code = "wrong_sign_in"
    sentence = "姓名或密码不对，请再核对一下。忘了密码请找系统管理员重设。"


class WrongCode(Problem):
    status = 401
    code = "wrong_code"
    sentence = "动态码不对。请看手机上最新的6位数字再输一次；手机不在身边可以用恢复码。"


class TooManyTries(Problem):
    """`retry_after_seconds` in the details, and the same in words. Never says whether the name exists."""

    status = 429
    code = "too_many_tries"
    sentence = "试错太多次了，还要等{wait}才能再试。忘了密码请找系统管理员重设。"


class WeakPassword(Problem):
    status = 422
    code = "weak_password"
    sentence = "{why}"
