"""Greetings, menus, and what is said when nothing else fits."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.intents import Intent
from hall.places.model import Hall
from kit.clock import day_of, say_day, say_time

SAMPLE = "（这是示例大厅，数据都是样例，不能真的去办。）"

GREETING = (
    "您好，我是帮办，政务大厅的前台机器人。\n想问什么、想办什么，直接打字或发语音告诉我就行。比如：\n"
    "· 个体户一个月卖9万要交增值税吗\n· 我想下周三上午预约办营业执照\n· 进度（再发办件编号）\n"
    "回复“菜单”看我都能做什么，回复“转人工”找工作人员。"
)
MENU = (
    "我能帮您：\n1 问税费优惠政策\n2 预约办事\n3 我的预约（改约、取消）\n4 查办件进度\n5 取号、看前面几个人\n"
    "6 某件事要带什么材料\n7 找工作人员\n回复数字，或者直接说您的事。"
)
MENU_HINTS = {
    1: "好，您直接问。比如“小规模一个月卖多少免税”“新能源车要交购置税吗”。\n问以前的事请带上年份，比如“2022年那笔”。",
    6: "您想办哪件事？说个名字就行，比如“食品经营许可证要带什么”。",
}
EMPTY = "我没看到文字。您想问什么、想办什么，打字或发语音告诉我；回复“菜单”看我能做什么。"
# 12356 is the national line since 2025 (国家卫生健康委 2024-12-25); the rest are known to everybody.
EMERGENCY = (
    "这是急事，我帮不上手，请马上打电话：\n· 有人病了、受伤了：120\n· 着火、冒烟：119\n· 有人打架、闹事：110\n"
    "人在大厅的，大声叫身边的工作人员和保安。"
)
DESPAIR = (
    "您这么说，我很担心您。请先别一个人扛着，现在就给家人、朋友打个电话，或者让身边的人陪着您。\n"
    "想找人说说话，拨 12356，是全国统一的心理援助热线；撑不住了、身边有危险，马上拨 120 或 110。\n"
    "是大厅的事难住您了，等您缓过来，回复“转人工”，一件一件来，有人帮您。"
)
FORGET = (
    "可以删：小程序“个人”页里点“删除我的数据”，或者取消关注这个公众号，您的姓名、电话和说过的话就都删了。\n"
    "还没到日子的预约和在办的件要留着给您办完；预约过后到了保管的日子，姓名电话也会自动删。"
)
INSURED_AMOUNT = (
    "要缴多少，看当年公布的基数、档次和标准，我这里没有核实的数，不敢乱说。\n"
    "请拨 12345 问，或到窗口查，也可以回复“转人工”。参保登记要带什么、怎么办，可以接着问我。"
)
PRIVACY = (
    "您的姓名、手机号加密存着，只有给您办事的工作人员看得到，平时也只露一部分，谁看过全号都有记录；大屏上不出现姓名。\n"
    "身份证号、银行卡号我不要，请别发。想删掉，回复“删除我的信息”。"
)
MISSED = "过号了不用重新取号：回到大厅后回复“取号”，就给您接着排，排在哪儿按大厅的叫号规则，我会告诉您。"
UPSET = "没帮上您，对不住。您把要办的事说一句就行，我再试试；不想跟我说，回复“转人工”找工作人员。"
ONLY_CHINESE = (
    "Sorry, I only understand Chinese. Please write in Chinese, or reply 人工 to leave a message for the staff.\n"
    "我只听得懂中文。请用中文说您的事，或回复“人工”给工作人员留言。"
)
BOOK_OR_COME = "先约好时间能少等：回复“预约”就行。没约的，办公时间到大厅问一下导办台。"
NUMBER_NOT_NEEDED = "证件号、卡号不用发给我，我这里用不着。"
WITHOUT_NUMBER = (
    f"{NUMBER_NOT_NEEDED}\n要查办件，发“进度 编号 查询码”；问政策、问要带什么，直接说事就行；"
    "要查您本人的账，请带证件到窗口，或回复“转人工”。"
)
LIKED = "谢谢您告诉我，记下了。还有什么要问的，直接说就行。"
DISLIKED = "这次没帮上忙，对不住。已经记下来，工作人员会来改。\n您可以换个说法再问一遍，或者回复“转人工”找工作人员。"
THUMBS = "\n（答得有用回“有用”，没用回“没用”）"
YOU_ARE_WELCOME = "不客气，有事随时找我。"
WHAT_ELSE = "好的。还有什么要问要办的，直接说就行；回复“菜单”看我能做什么。"
NOTHING_TO_LEAVE = "好的，没有正在办的事。想问什么、想办什么，随时告诉我。"
LEFT = "好，先放下了，什么都没有约、没有改。想再办的时候直接说就行。"
UNKNOWN = (
    "这个我没有把握，不敢乱说。\n您可以：\n· 换个说法再问一遍，说清楚办什么事、什么税；\n· 回复“转人工”找工作人员；\n"
    "· 税务的事拨 12366，其他政务的事拨 12345。"
)
NO_PICTURE = (
    "图片、视频和文件我还看不了。请把要问的打成字，或发一条语音；要交材料请带到窗口，回复“转人工”可以找工作人员。"
)
NO_VOICE = "这条语音我没听清。麻烦您再说一遍、慢一点，或者打字给我。"
NO_LOCATION = "位置收到了，不过我还不会按位置指路。想来大厅，回复“预约”先约个时间，不用排队。"
NO_LINK = "链接我打不开。麻烦您把想问的事打成字告诉我。"
CUT_SHORT = "…（其余请到大厅或问人工）"
TOO_LONG = "您发的内容比较长，我先按前面的部分来答。\n\n"
TROUBLE = "系统刚才出了点小状况，这句话我没有办成，也没有给您约上或取消任何东西。请过一会儿再发一次；急事请到大厅窗口。"
RESUME = "——\n"
LATE = "上次您问的，我回得晚了，没能发给您："
GREETED = "您好，我在。"
WAIT = "不急，您慢慢来，想好了接着说就行。"
WAIT_MEANWHILE = "不急，您想好了接着说，刚才说的给您留半个小时；不办了回复“算了”。"
WHICH_NUMBER = "您选哪一个？回复前面的数字就行；都不是，就换个说法。"
HEARD_NOT = "这句我没听明白。要找工作人员回复“转人工”。"
MATTER_FIRST = "要看您办哪件事，先说个名字，我就告诉您。"
LISTENING = "嗯，您说的我听着呢。"
MENU_MEANWHILE = "先把手上的事办完，或者回复“算了”再看菜单；要找工作人员回复“转人工”。"


MENU_WORD = "菜单"
END_TALK = "结束人工"
NO_HALL = "大厅的资料还没有录入，暂时办不了预约和查询。政策问题可以直接问我；急事请拨 12345。"
NO_SUCH_CHOICE_MENU = f"没有这个选项。\n{MENU}"
ERRAND_HINTS = {
    Intent.BOOK: "（这是预约：在对话里说，我会一步步问您事项、时间、姓名和手机号。）",
    Intent.MINE: "（这是查自己的预约：要在对话里问。）",
    Intent.CANCEL: "（这是取消预约：要在对话里办。）",
    Intent.MOVE: "（这是改约：要在对话里办。）",
    Intent.PROGRESS: "（这是查进度：可以用 bangban progress 编号 --code 查询码，或在对话里问。）",
    Intent.TICKET: "（这是取号：要在对话里办。）",
    Intent.PLACE: "（这是看排队：要在对话里问。）",
    Intent.STAND_BY: "（这是排候补：要在对话里办。）",
    Intent.GIVE_UP: "（这是不排队了：要在对话里办。）",
    Intent.STAND_DOWN: "（这是取消候补：要在对话里办。）",
    Intent.RATE: "（这是评价：要在对话里评，先选一档，再说原因。）",
    Intent.PERSON: "（这是转人工：要在对话里办。）",
    Intent.COMPLAINT: "（这是投诉：会转给工作人员。）",
    Intent.CHOICE: "（这是选数字：要先有选项。）",
}


_MINE = "自己的预约和办件在“我的办事”里看，改约、取消也在那里。"
_TAKE = "取号、看前面几个人，在“现场取号”和“我的办事”里。"
_PERSON = "要找工作人员，到公众号里回复“转人工”，或拨 12345，也可以到大厅的“办不成事”反映窗口。"
# For who has buttons instead of a chat: where it is done in the mini program.
ERRANDS_BY_BUTTON = {
    Intent.BOOK: "要预约，到首页的“预约办事”里选事项和时间。",
    Intent.MINE: _MINE,
    Intent.CANCEL: _MINE,
    Intent.MOVE: _MINE,
    Intent.STAND_BY: "约满了的时段，在“预约办事”里排候补。",
    Intent.STAND_DOWN: _MINE,
    Intent.PROGRESS: "查办件到哪一步，在首页的“查进度”里输编号和查询码。",
    Intent.TICKET: _TAKE,
    Intent.PLACE: _TAKE,
    Intent.GIVE_UP: _TAKE,
    Intent.RATE: "评价在首页的“评价服务”里。",
    Intent.PERSON: _PERSON,
    Intent.COMPLAINT: _PERSON,
    Intent.CHOICE: "请把想问的写成一句话。",
}


def short(matter_name: str) -> str:
    """A matter's name without what stands in brackets or behind a stroke."""
    return re.split("[（(/]", matter_name)[0]


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number} {line}" for number, line in enumerate(lines, 1))


def suggestions(questions: Sequence[str]) -> str:
    return f"您是想问下面哪一个？回复数字：\n{numbered(questions)}\n都不是，就换个说法，或回复“转人工”。"


def say_it_fuller(questions: Sequence[str]) -> str:
    """Suggestions without numbers, while numbers stand for something else."""
    return "这个问题我想问得再清楚些，您是不是想问：" + "；".join(questions) + "？把整句话发给我就行。"


def and_then(question: str) -> str:
    return f"您还问了“{question}”，回复“好”我接着说。"


def which(ask: str, lines: Sequence[str]) -> str:
    return f"{ask}\n{numbered(lines)}"


def slot_start(starts_at: datetime) -> str:
    return f"{say_day(day_of(starts_at))}{say_time(starts_at)}"


def sample_note(hall: Hall) -> str:
    """Said under whatever somebody might take for real."""
    return f"\n{SAMPLE}" if hall.is_sample else ""
