"""What both readers of days share: one spelling, Chinese numerals, and what looks like a date and is none.

Offsets matter here: what has been read or refused is overwritten with a filler of the same length.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

LONGEST = 500  # characters; nobody says a day after that, and 64 KB of digits must not cost a second

NOT_A_DATE = "\x01"
READ = "\x02"

DIGITS = "零一二三四五六七八九"
NUMERALS = "0-9〇零一二两三四五六七八九十廿"
FRESH = rf"(?<![{NUMERALS}百千万第.])"
DAY = r"(?:[0-3]?[0-9]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
MONTH = r"(?:[01]?[0-9]|十[一二]?|[一二三四五六七八九元])"
COUNT = r"(?:[0-9]{1,3}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|半)"
YEAR = (
    r"(?:(?:19|20)[0-9]{2}(?=[年的那])年?|(?<![0-9])[0-9]{2}年|(?:一九|二[零〇])[〇零一二三四五六七八九]{2}年"
    r"|(?<![一二三四五六七八九十零〇])(?:二[零〇一二三四五六]|一[五六七八九])年"
    r"|上年(?=[度末])|大前年|去年|前年|今年|本年|明年|后年)度?的?"
)
TO = r"(?:到|至|~|-|—|–|－)"
UNITS = "个万亿元块千百%岁天年倍折平米成口人名户家套笔次辆台张份升L斤吨点:时分刻"

_TRADITIONAL = str.maketrans(
    "週後點號個禮臘農曆歷陰舊閏過這兩兒間時鐘鍾隨幾來裡裏內萬歲預約買賣繳開當從現還筆簽領辦換沒盡儘節國慶準備劃計將業晝們說報註裝發"
    "於額價給讓聽應長門認轉圖書賬購車經頭對緊終參軍",
    "周后点号个礼腊农历历阴旧闰过这两儿间时钟钟随几来里里内万岁预约买卖缴开当从现还笔签领办换没尽尽节国庆准备划计将业昼们说报注装发"
    "于额价给让听应长门认转图书账购车经头对紧终参军",
)

_N = rf"(?:[0-9]{{1,4}}|[{DIGITS}十两]{{1,3}})"
_NO_DATES = re.compile(
    "|".join(
        (
            r"(?<![0-9])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])",  # a phone
            r"(?<![0-9])0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])|(?<![0-9])400-?[0-9]{3}-?[0-9]{4}",
            r"[0-9]{9,}[Xx]?|(?<![0-9])[0-9]{7}(?![0-9])|[0-9]+\.[0-9]+(?=%)",
            r"[A-Za-z]+-?[0-9]{1,6}号?(?![0-9月点:])",  # a ticket, A012
            # document numbers: 〔2016〕52号, 2022年第15号, 公告2026年10号, 财税2016-52, 第746号
            rf"[〔\[(](?:19|20)[0-9]{{2}}[〕\])]第?{_N}号",
            rf"(?:19|20)[0-9]{{2}}年?[^0-9,。;月]{{0,20}}(?:公告|通知|令|文|第)第?{_N}[号条款]",
            rf"(?<![0-9])(?:[12][0-9]|(?:19|20)[0-9]{{2}}|{DIGITS[1:3]}[零〇{DIGITS}]{{3}})年{_N}号",
            r"(?:财税|公告|国发|税总|文号|总局|财政部)[^0-9,。;月]{0,4}"
            rf"(?:19|20)[0-9]{{2}}[年 -]*第?{_N}(?:号|(?![0-9年月]))",
            rf"第{_N}(?:[号条款]|(?=套|个|次|位|项|种|类|年|胎))",
            rf"{FRESH}{_N}号(?=公告|通知|文(?!化)|令|政策|规定|窗|柜|楼|门|大?厅|台|线|店|院|机|岗|桌|位|单元|室|库|棚|摊|铺|"
            r"房(?!产|屋|本|贷)|车(?!管|辆|船|购))",
            rf"(?:叫到|排到|轮到|票号|序号|编号|叫号|排号|取号|我是)[第是:]?{_N}号(?!去|来|上|下|办|约)",
            r"(?:19|20)[0-9]{2}-[0-9]{1,3}号",
            # durations and rates: 10个工作日, 满2年, 1小时, 30日内, 3个点
            rf"{COUNT}个?(?:工作日|自然日|小时|钟头|分钟|学时|课时)(?:[之以]?[内后前])?",
            rf"(?<!月){COUNT}(?:个月|个星期|个礼拜|星期|礼拜|周|天|日|年)(?:之内|以内|内|以上|以下|的?公告期?)",
            rf"(?:公告|公示){COUNT}[天日]",
            rf"(?:满|不足|不到|未满|超过|超|至少|近|最近|过去|连续|累计|交了|缴了|交满|缴满|缴费|买了|卖了|住了|干了|开了|(?<![{DIGITS}0-9年月天周大])前)"
            rf"{COUNT}(?:个月|年|天|周|个季度)(?!前|底|初|[0-9]+月|以?前)",
            rf"{COUNT}个?(?:百分)点",
            # every week, every month: a rule and not a day
            rf"每(?:个|一)?月(?:的)?(?:{DAY}[号日]?)?|每(?:个|一)?(?:周|星期|礼拜)[一二三四五六日天末]?",
            r"每(?:天|年|日)|次年(?:[0-9]+月(?:[0-9]+日)?)?|平均月|按月",
            # a person called 周一鸣
            r"(?:我叫|名叫|姓名|名字)[是为:叫]{0,2}周[\u4e00-\u9fff]{1,2}",
            r"周(?=围|边|期|转|年|岁|折|密|全|到的|旋|知)|赶明儿?个?|今后|后天(?=性|的努力)|改天|先天后天",
        )
    )
)


def spell(text: str) -> str:
    """One spelling: half width, simplified, no spaces beside Chinese, and nothing that is not a date.

    The words that look like a date and are none are overwritten with `NOT_A_DATE`, so the length is kept from here on.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_TRADITIONAL)
    plain = re.sub(r"[\x00-\x20\u200b\ufeff]+", " ", plain).replace("\u25cb", "〇")
    plain = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", plain)
    return _NO_DATES.sub(lambda found: NOT_A_DATE * len(found.group()), plain)


def number(text: str) -> int:
    """廿三 → 23, 初八 → 8, 两 → 2, 二二 → 22, 元 → 1, 12 → 12."""
    text = text.replace("初", "").replace("两", "二").replace("廿", "二十").replace("〇", "零").replace("元", "一")
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, units = text.partition("十")
        return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(units) if units else 0)
    return int("".join(str(DIGITS.index(char)) for char in text))


SPOKEN_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}


def year_of(text: str, today: date) -> int:
    """去年, 2022年, 22年, 二零二二年 → the year."""
    word = text.rstrip("的").rstrip("度")
    if word in SPOKEN_YEARS:
        return today.year + SPOKEN_YEARS[word]
    year = number(word.rstrip("年").replace("〇", "零"))
    return year if year >= 100 else year + (2000 if year < 70 else 1900)


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def months_later(year: int, month: int, steps: int) -> tuple[int, int]:
    """The year and month so many months on; negative steps go back."""
    index = year * 12 + month - 1 + steps
    return index // 12, index % 12 + 1


def part_of_month(year: int, month: int, part: str | None) -> tuple[date, date]:
    """月初 1–5, 月中 13–17, 月底 the last five days, 上旬 中旬 下旬 by tens; without a part the whole month."""
    last = last_of_month(year, month)
    first_day, last_day = {
        "初": (1, 5),
        "中": (13, 17),
        "底": (last.day - 4, last.day),
        "末": (last.day - 4, last.day),
        "上旬": (1, 10),
        "中旬": (11, 20),
        "下旬": (21, last.day),
    }.get(part or "", (1, last.day))
    return last.replace(day=first_day), last.replace(day=last_day)


def said_in(plain: str, spans: Iterable[tuple[int, int]]) -> str:
    """The words of the spans in the order said; neighbours are joined."""
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return " ".join(plain[start:end] for start, end in merged)


_REFUSED_AFTER = re.compile(
    r"[^,。;,\n0-9周]{0,4}?(?:(?<!行)不行|没空|没时间|(?<!便)不方便|去不了|来不了|不能去|不能来|(?<!去)不去|(?<!来)不来|(?<!要)不要|算了|有事|不成|不得空|没号|满了)"
)
_REFUSED_BEFORE = re.compile(r"(?:不要|不是|不想|别约|别|除了|不约)(?:在|约)?$")
_MOVED = re.compile(
    r"改到|改成|改为|改约|换到|换成|挪到|推到|推迟到|延到|提前到|调到|改(?=[0-9今明后大周下这本上中早])|还是(?=[0-9今明后周下])"
)


def refused(plain: str, start: int, end: int) -> bool:
    """Whether the words around say this one is not wanted: 「周三不行」, 「不要周三」."""
    return bool(_REFUSED_AFTER.match(plain, end) or _REFUSED_BEFORE.search(plain, max(0, start - 5), start))


def moved_at(plain: str) -> int:
    """Where 「改到」 stands, behind which the day that counts is said; 0 when nothing is moved."""
    return max((found.end() for found in _MOVED.finditer(plain)), default=0)
