"""A report, and the rows behind a figure, as sheets: text under headers, the definitions on a sheet of their own."""

from collections.abc import Mapping

from hall.performance.model import FIGURES_BY, Asked, Definition, Figure, Report, Rows

Sheets = Mapping[str, list[dict[str, str]]]
HOW, NO_ROWS = "怎么算的", "没有"


def of_report(report: Report) -> Sheets:
    """The whole hall's figures beside those they are compared with, each group's, and the definitions."""
    wanted = report.wanted
    now, before = wanted.span.text, f"对比：{wanted.earlier.text}"
    whole = [
        {
            "指标": one.told.name,
            now: report.values[one].text,
            "背后": report.values[one].behind,
            before: report.before[one].text,
        }
        for one in Figure
    ]
    first, shown = wanted.by.chinese, FIGURES_BY[wanted.by]
    groups = [{first: group.name} | {one.told.name: group.values[one].text for one in shown} for group in report.groups]
    return {"全厅": whole, f"按{first}": groups, HOW: [_how(one.told) for one in Figure]}


def of_rows(asked: Asked, rows: Rows) -> Sheets:
    """Every row, and what the figure counts."""
    told = asked.figure.told
    lines = rows.lines or ((NO_ROWS, *[""] * (len(rows.headers) - 1)),)
    return {
        f"{told.name}明细": [dict(zip(rows.headers, line, strict=True)) for line in lines],
        HOW: [{"日子": asked.wanted.span.text} | _how(told)],
    }


def _how(told: Definition) -> dict[str, str]:
    return {
        "指标": told.name,
        "单位": told.unit,
        "是什么": told.about,
        "分子": told.part,
        "分母（算哪些）": told.whole,
        "不算的": told.left_out,
    }
