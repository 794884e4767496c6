"""The menu on the left, in sections: a line for a page, with who sees it and the key that leads there after `g`.

A page adds its line here. Who may open it is the page's own guard: the menu only spares people what they may not see.
"""

from collections.abc import Collection
from dataclasses import dataclass

from hall.staff.model import Role

HOME = "/staff/home"
EVERY_HALL = "全部大厅"
EVERYBODY = frozenset(Role)
EDITORS = frozenset({Role.EDITOR, Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    name: str
    key: str  # after g
    roles: frozenset[Role]
    about: str  # on the home page
    is_for_all: bool = False  # for who has no role at this hall too


@dataclass(frozen=True, slots=True)
class Section:
    name: str  # "" stands without a heading
    lines: tuple[Line, ...]


CLERKS = frozenset({Role.CLERK, Role.LEAD})
GUIDES = frozenset({Role.GUIDE, Role.LEAD})
OVERSEERS = frozenset({Role.LEAD, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

AT_THE_HALL = (
    Line("/staff/desk", "窗口叫号", "d", CLERKS, "叫号、收件、受理，一直到办结，都在这一页。"),
    Line("/staff/cases", "办件", "c", CLERKS, "快到期、过期的先看；按编号、状态找一个，接着办。"),
    Line("/staff/floor", "导办台", "f", GUIDES, "替人取号，预约的人签到，电话里代约，过号的人回来。"),
    Line("/staff/appointments", "预约", "a", CLERKS | GUIDES, "看哪天约了谁，按预约号或手机号查，改时间，取消。"),
    Line("/staff/waiting", "候补", "o", GUIDES, "谁在等号，给谁留了号，替打电话来的人排上。"),
    Line("/staff/closures", "停办", "i", GUIDES, "哪段时间不办，约好的人挪到哪，都告诉了没有。"),
    Line("/staff/performance", "效能", "l", OVERSEERS, "取号、等候、办结、按时、满意：各是多少，怎么算的，是哪些。"),
    Line("/staff/admin/bans", "停约和申诉", "n", GUIDES, "谁因为爽约停约了，为什么，申诉怎么答复。"),
)

KNOWLEDGE = (
    Line("/staff/knowledge/morning", "今早看看", "w", EDITORS, "没答好的提问、等着审核的、快到期的、同事改了什么。"),
    Line("/staff/knowledge/entries", "知识条目", "e", EDITORS, "机器人会答什么：找、改、审核、发布。"),
    Line("/staff/knowledge/policies", "政策", "z", EDITORS, "哪个文件替代了哪个，各管到哪天。"),
    Line("/staff/knowledge/files", "导入导出", "x", EDITORS, "用 Excel 成批地改，逐行看结果。"),
)

SETTINGS = (
    Line("/staff/admin/notices", "通知", "t", OVERSEERS, "主动告诉群众的话：什么时候说，怎么说，换成本厅的话。"),
    Line("/staff/admin/halls", "大厅", "b", ADMINS, "名称、地址、电话、开放时间，是不是示例。"),
    Line("/staff/admin/counters", "窗口", "u", OVERSEERS, "每个窗口办什么，新设、改、撤；哪些事没有窗口办。"),
    Line("/staff/admin/queue", "叫号规则", "q", OVERSEERS, "业务组和字母，谁优先、让多久、过号怎么办。"),
    Line("/staff/admin/devices", "自助机和评价器", "v", OVERSEERS, "登记一台、停用一台。"),
    Line(
        "/staff/admin/rules",
        "预约规则",
        "y",
        OVERSEERS,
        "能约哪几天、最多约几个、爽约几次停约；试一试某个人约不约得上。",
    ),
    Line("/staff/admin/matters", "事项", "s", OVERSEERS, "办事指南里的事项、材料、空白表，一件事和部门，导入导出。"),
    Line(
        "/staff/admin/plans", "放号计划", "1", OVERSEERS, "每一组一段时间放几个号，留几个；改之前看会多几个、少几个。"
    ),
    Line("/staff/admin/calendar", "日历", "r", OVERSEERS, "哪天上班、几点开门，单独改一天，录入明年的放假安排。"),
)

ADMINISTRATION = (
    Line("/staff/admin/staff", "人员和角色", "p", ADMINS, "添加工作人员，给角色，重设密码，停用账号。"),
    Line("/staff/admin/audit", "操作记录", "j", OVERSEERS, "谁在什么时候做了什么，改前改后是什么。"),
    Line("/staff/admin/seen", "谁看过", "k", OVERSEERS, "按预约号或办件编号，查谁看过这个人的信息。"),
)

SECTIONS = (
    Section("", (Line(HOME, "首页", "h", EVERYBODY, "", is_for_all=True),)),
    Section("大厅", AT_THE_HALL),
    Section("知识库", KNOWLEDGE),
    Section("设置", SETTINGS),
    Section("管理", ADMINISTRATION),
    Section(
        "我",
        (
            Line(
                "/staff/account",
                "我的账号",
                "m",
                EVERYBODY,
                "改密码，开动态码，看看在哪些设备上登录着。",
                is_for_all=True,
            ),
        ),
    ),
)


def of(roles: Collection[Role]) -> list[Section]:
    """The sections somebody with these roles sees, none without a line."""
    seen = [Section(one.name, tuple(line for line in one.lines if _is_for(line, roles))) for one in SECTIONS]
    return [section for section in seen if section.lines]


def _is_for(line: Line, roles: Collection[Role]) -> bool:
    return line.is_for_all or not line.roles.isdisjoint(roles)
