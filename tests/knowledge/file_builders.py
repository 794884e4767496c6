"""Files of entries and policies as somebody may have filled them in, and what we ship."""

import tomllib
from pathlib import Path

from kit import excel
from knowledge.content import Content, Kind, tidy
from knowledge.exchange import Item, Offered, read_file

DATA = Path(__file__).parents[2] / "knowledge" / "data"
FILES = [*sorted((DATA / "entries").glob("*.toml")), *sorted((DATA / "topics").glob("*.toml")), DATA / "policies.toml"]
CATEGORIES = tomllib.loads((DATA / "policies.toml").read_text("utf-8"))["meta"]["taxpayer_categories"]
PARKING = {"标准问": "大厅停车要钱吗？", "答案": "不要钱，停车场在大厅东侧。"}
POLICY_ROW = {
    "编号": "p-1",
    "文件名称": "关于停车的公告",
    "发文机关": "财政部",
    "优惠内容": "免费",
    "时效": "现行有效",
    "可信度": "已核实",
}


def shipped() -> list[tuple[Kind, str, Content]]:
    found: list[tuple[Kind, str, Content]] = []
    for path in FILES:
        for table, rows in tomllib.loads(path.read_text("utf-8")).items():
            for row in rows if table != "meta" else ():
                named = {("answer" if key == "say" else key): value for key, value in row.items()}
                found.append(("policy" if table == "policy" else "entry", row["id"], tidy(named)))
    return found


def taken(offered: list[Offered]) -> list[Item]:
    assert [(each.where, each.reasons) for each in offered if each.reasons] == []
    return [(each.kind, each.id, each.state, each.content or {}) for each in offered]


def in_sheets(path: Path, **sheets: list[dict[str, str]]) -> list[Offered]:
    """What is read from a spreadsheet that somebody filled in."""
    excel.write(path / "填好的.xlsx", sheets)
    return read_file(path / "填好的.xlsx")


def in_toml(path: Path, text: str) -> list[Offered]:
    (path / "写好的.toml").write_text(text, "utf-8")
    return read_file(path / "写好的.toml")


def reasons(offered: list[Offered]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.where, each.reasons) for each in offered if each.content is None]
