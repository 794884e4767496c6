"""For whom somebody books: themselves, family, or a company, and what the company is called."""

import re

from hall.appointments.model import Relation
from hall.appointments.rules import COMPANY_LIMIT

_WHOM = (
    r"妈妈?|爸爸?|母亲|父亲|爹|娘|爷爷|奶奶|姥姥|姥爷|外公|外婆|老伴儿?|爱人|老公|老婆|媳妇儿?|丈夫|妻子|对象|儿子|女儿|闺女|姑娘"
    r"|孩子|娃|(?:哥哥?|姐姐?|弟弟?|妹妹?)|家人|家里人?|老人|岳父|岳母|公公|婆婆|孙子|孙女|叔叔?|姑姑?|舅舅?|姨|亲戚"
)
FAMILY = re.compile(rf"(?:帮|给|替|为|代)(?:我|俺|咱)?们?家?的?(?:{_WHOM})")
COMPANY = re.compile(
    r"(?:帮|给|替|为|代表?)(?:我们|俺们|咱们?|我)?(?:公司|单位|企业)(?:约|预约|办|来|申请)"
    r"|(?:我们|俺们|咱们?|我)?(?:公司|单位|企业)(?:要|想|来|需要)+(?:预)?约"
)
ONESELF = re.compile(r"(?:给|是|就)?(?:我|俺)自己(?:约|办|来|去|用)|给自己|不是(?:给|帮|替).{1,5}是(?:我|俺)自?己?")
COMPANY_NAME = re.compile(
    r"(?:公司|单位|企业)(?:的?(?:名字?|名称|全称))?(?:叫做?|是|:|：)\s*(?P<name>[^\s,，。;；!！?？]{2,60})"
)
LEAD = re.compile(
    r"^(?:(?:我们|俺们|咱们?)?(?:公司|单位|企业)(?:的?(?:名字?|名称|全称))?|就?叫做?|是|名字?叫?)+[\s:：]*"
)
CLAUSE = re.compile(r"[\s,，。;；!！]+")


def read_relation(text: str) -> Relation | None:
    """None: the sentence does not say."""
    if ONESELF.search(text):
        return Relation.SELF
    if FAMILY.search(text):
        return Relation.FAMILY
    return Relation.COMPANY if COMPANY.search(text) else None


def read_company(text: str, was_asked: bool) -> str:
    """The company's name, or "": said in so many words, or in answer to the question for it."""
    if found := COMPANY_NAME.search(text):
        return found["name"][:COMPANY_LIMIT]
    if not was_asked:
        return ""
    first = CLAUSE.split(LEAD.sub("", text.strip()), maxsplit=1)[0]
    return first if 2 <= len(first) <= COMPANY_LIMIT and not first.isdecimal() else ""
