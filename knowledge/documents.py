"""Documents by number. The issuer is part of the number: several share 2022年第17号 (facts.md T5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.policies import Policies, Policy

ISSUER = re.compile(
    r"(财政部|财税|国家税务总局|税务总局|国税总局|税总|总局|税务局|人力资源社会保障部|人社部|国务院|国发|科技部|工业和信息化部|工信部|住房城乡建设部|"
    r"住建部|退役军人事务部|农业农村部|教育部)"
)
FAMILIES = {
    "财政": "财政部 财税",
    "税务": "国家税务总局 税务总局 国税总局 税总 总局 税务局",
    "人社": "人力资源社会保障部 人社部",
    "国务院": "国务院 国发",
    "科技": "科技部",
    "工信": "工业和信息化部 工信部",
    "住建": "住房城乡建设部 住建部",
    "退役": "退役军人事务部",
    "农业": "农业农村部",
    "教育": "教育部",
}
FAMILY = {name: family for family, names in FAMILIES.items() for name in names.split()}
YEAR = r"(?P<year>20[0-3]\d|[12]\d)"
CITED = re.compile(
    rf"[〔\[\(（【]\s*{YEAR}\s*[〕\]\)）】]\s*第?\s*(?P<number>\d{{1,3}})\s*号?"
    rf"|(?<!\d){YEAR.replace('year', 'year2')}\s*年?\s*的?(?:财税|税总)?(?:公告)?\s*第?\s*"
    r"(?P<number2>\d{1,3})\s*号(?!窗|柜|楼|线)"
)
BARE = re.compile(r"(?<![\d月年])第?(?P<number>\d{1,3})\s*号\s*(?P<kind>公告|文件?)(?!件?柜)")
ORDER = re.compile(r"(?:国务院令|国令)第?\s*(?P<number>\d{3})\s*号?|主席令第?(?P<word>四十一|41)号?")
# Where somebody read or heard it: not who issued it.
SOURCE = re.compile(r"(?:国家)?(?:税务总局|税务局|总局)的?(?:官方)?(?:网站|官网|网页|页面|公众号|网上|人员|的人|说)")
SPELT = re.compile(r"第?(?P<tens>十|二十|三十)?(?P<ones>[一二三四五六七八九])?号(?=公告|文)")
LEADING = 48


@dataclass(frozen=True)
class Citation:
    """A document number as said: families of issuers named before it, in order, and where it stands in the text."""

    year: int | None
    number: int
    issuers: tuple[str, ...]
    span: tuple[int, int]
    said: str


@dataclass(frozen=True)
class Cited:
    """The policies a citation fits, first articles first. `shared` when different issuers gave out that number."""

    citation: Citation
    policies: tuple[Policy, ...]

    @property
    def doc_nos(self) -> tuple[str, ...]:
        """The different documents among them."""
        return tuple(dict.fromkeys(policy.doc_no for policy in self.policies))

    @property
    def shared(self) -> bool:
        return len(self.doc_nos) > 1


def in_digits(text: str) -> str:
    """十号公告 as 10号公告, so that spoken numbers are read too."""

    def digits(match: re.Match[str]) -> str:
        tens, ones = match["tens"], match["ones"]
        number = 10 * " 十二三".index(tens[0]) if tens else 0
        return f"{number + (' 一二三四五六七八九'.index(ones) if ones else 0)}号" if tens or ones else match.group()

    return SPELT.sub(digits, text)


def _families(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(FAMILY[name] for name in ISSUER.findall(text)))


def _full_year(year: str | None) -> int | None:
    if not year:
        return None
    return int(year) if len(year) == 4 else 2000 + int(year)


def read_citations(text: str) -> list[Citation]:
    """Document numbers in a plain text: 财政部税务总局公告2022年第17号, 国发(2022)8号, 23年19号文, 19号公告."""
    found = []
    for match in CITED.finditer(text):
        year = match["year"] or match["year2"]
        number = int(match["number"] or match["number2"])
        found.append(_citation(text, match.span(), _full_year(year), number))
    if not found:
        found += [_citation(text, match.span(), None, int(match["number"])) for match in BARE.finditer(text)]
    return found


def _citation(text: str, span: tuple[int, int], year: int | None, number: int) -> Citation:
    start, end = span
    before = SOURCE.sub("", text[max(0, start - LEADING) : start])
    inside = text[start:end]
    after = text[end : end + 3] if "财税" not in before else ""
    families = _families(before) or _families(inside) or _families(after)
    return Citation(year, number, families, span, text[start:end])


def _keys(policy: Policy) -> tuple[int, int, tuple[str, ...]] | None:
    match = re.search(r"[〔]?(\d{4})[〕年]第?(\d+)号", policy.doc_no)
    if not match:
        return None
    families = _families(policy.doc_no[: match.start()]) or _families(" ".join(policy.issuers))
    return int(match[1]), int(match[2]), families


def _same_issuer(said: tuple[str, ...], policy: tuple[str, ...]) -> bool:
    """The first issuer decides: 财政部 税务总局 and 国家税务总局 财政部 are two series of numbers."""
    return not said or (said[0] == policy[0] and set(said) <= set(policy))


def find_by_doc_no(policies: Policies, text: str, year: int | None = None) -> list[Cited]:
    """Each document number in a plain text with the policies it fits: none, one, or several of different issuers.

    `year` stands in where the number is said without one ("19号公告" when 2023 is spoken of). A bare number without
    any year fits nothing.
    """
    return [Cited(each, tuple(_matching(policies, each, year))) for each in read_citations(text)] + _orders(
        policies, text
    )


def _matching(policies: Policies, citation: Citation, year: int | None) -> Iterable[Policy]:
    wanted = citation.year or year
    for policy in policies.by_id.values():
        keys = _keys(policy)
        if keys and keys[:2] == (wanted, citation.number) and _same_issuer(citation.issuers, keys[2]):
            yield policy


def _orders(policies: Policies, text: str) -> list[Cited]:
    found = []
    for match in ORDER.finditer(text):
        number = match["number"]
        wanted = f"国务院令第{number}号" if number else "主席令第四十一号"
        hits = tuple(p for p in policies.by_id.values() if p.doc_no.endswith(wanted))
        if hits:
            found.append(Cited(Citation(None, int(number or 41), (), match.span(), match.group()), hits))
    return found


def same_number(policies: Policies, citation: Citation) -> tuple[str, ...]:
    """The documents we hold under a cited year and number, whoever issued them."""
    anyone = Citation(citation.year, citation.number, (), citation.span, citation.said)
    return Cited(anyone, tuple(_matching(policies, anyone, None))).doc_nos


def with_number(policies: Iterable[Policy], citation: Citation) -> tuple[Policy, ...]:
    """Those of the policies that carry a number cited without its year."""
    keyed = ((policy, _keys(policy)) for policy in policies)
    return tuple(
        policy
        for policy, keys in keyed
        if keys and keys[1] == citation.number and _same_issuer(citation.issuers, keys[2])
    )
