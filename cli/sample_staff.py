"""The sample hall's staff, one of each role: in the demo only. A production database never has them.

Their one-time passwords are made anew at each filling, and printed, until somebody has signed in and chosen another.
"""

from datetime import datetime

from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role
from kit.db import Tx

PEOPLE = {
    Role.CLERK: "示例窗口",
    Role.GUIDE: "示例导办",
    Role.EDITOR: "示例编辑",
    Role.LEAD: "示例领导",
    Role.ADMIN: "示例管理员",
}


async def sign_ins(tx: Tx, hall_id: str, now: datetime) -> list[str]:
    """Lines with name and one-time password of each."""
    said = ["示例工作人员（只在演示里有），到 /staff/ 登录，第一次会要求改密码："]
    for role, name in PEOPLE.items():
        there = await staff.known(tx, name)
        if there is None:
            password = await staff.add(tx, name, role, now, EVERYWHERE if role is Role.ADMIN else hall_id)
        elif there.must_change:
            password = await staff.reset_password(tx, there.id)
        else:
            said.append(f"  {role.chinese}：{name}，已经改过密码")
            continue
        said.append(f"  {role.chinese}：{name}，一次性密码 {password}")
    return said
