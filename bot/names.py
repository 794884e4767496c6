"""A person's name in what they write. Careful: a wrong name on an appointment is worse than asking once more."""

import re

# The hundred and fifty commonest surnames; a rarer one is understood when the name was asked for.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
    "钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "宇文",
    "长孙",
    "慕容",
    "司徒",
    "夏侯",
)
HAN = "\u4e00-\u9fff"
INTRODUCED = re.compile(
    rf"(?:我叫|名字(?:是|叫|改成|换成)?|姓名(?:是|为|改成|换成|写)?|我是|本人|办事人(?:是|叫)?|叫做?|给我?(?:妈|爸|老伴|爱人|媳妇|孩子)?)[\s::，,]*(?P<name>[{HAN}]{{1,6}}(?:·[{HAN}]{{1,8}})*)"
)
MINORITY = re.compile(rf"^[{HAN}]{{2,8}}(?:·[{HAN}]{{1,8}})+$")
CLAUSES = re.compile(r"[\s,.;!?:、。，；！？：]+")
HEAD = re.compile(r"^(?:就?是|叫|写|改成|改为|换成|那就)")
TAIL = re.compile(r"(?:先生|女士|同志|师傅|大爷|大妈|老师|的|吧|呀|啊|了|哈|呢)+$")
NOT_NAMES = re.compile(
    r"办|约|证|执照|登记|上午|下午|明天|后天|今天|周|星期|礼拜|号|点|电话|手机|公司|个体|纳税|窗口|材料|吗|呢|什么|怎么|咋|啥|哪|谁|多少|几|钱|税|好的|可以|取消|改|换|不|没|要|有|是|在|和|时间|那个|这个|随便|都行|时|天|末"
)
# Everyday words that begin with a surname; said alone they answer something else.
NOT_PEOPLE = frozenset(
    [
        "方便",
        "马上",
        "高兴",
        "明白",
        "安排",
        "包括",
        "成功",
        "成了",
        "万一",
        "于是",
        "尽快",
        "常见",
        "白天",
        "全部",
        "和谐",
        "应该",
        "时候",
        "任何",
        "任意",
        "单位",
        "当然",
        "安静",
        "平时",
        "项目",
        "连续",
        "强烈",
        "常常",
        "从来",
        "计划",
        "路上",
        "毛病",
        "江湖",
        "田地",
        "古代",
        "甘愿",
        "温馨",
        "金额",
        "石头",
        "龙头",
        "梅花",
        "柳树",
        "高中",
        "方式",
        "方法",
        "程序",
        "文件",
        "文化",
        "华丽",
        "安全",
        "包含",
        "车辆",
        "房屋",
        "房产",
        "房子",
        "商量",
        "商店",
        "米饭",
        "简单",
        "简易",
        "经营",
        "成立",
        "施工",
        "易懂",
        "席位",
        "全家",
        "家里",
        "关于",
        "关门",
        "解决",
        "利润",
        "管理",
        "通过",
        "向前",
        "单独",
        "范围",
        "严重",
        "段落",
        "任务",
        "孔子",
        "季度",
        "郎君",
        "池塘",
        "年前",
    ]
)


def _is_common(name: str) -> bool:
    long = 4 if name[:2] in COMPOUND else 3
    return (
        2 <= len(name) <= long
        and (name[0] in SURNAMES or name[:2] in COMPOUND)
        and not NOT_NAMES.search(name[1:])
        and name[:2] not in NOT_PEOPLE
    )


def read_name(text: str, was_asked: bool) -> str:
    """The name said, or "". `was_asked`: the sentence answers the question for the name, so a bare rare one counts."""
    for found in INTRODUCED.finditer(text):
        name = TAIL.sub("", found.group("name"))
        if _is_common(name) or MINORITY.match(name):
            return name
    clauses = [HEAD.sub("", TAIL.sub("", clause)) for clause in CLAUSES.split(text) if clause]
    for clause in clauses:
        if _is_common(clause) or MINORITY.match(clause):
            return clause
    if (
        was_asked
        and len(clauses) == 1
        and re.fullmatch(f"[{HAN}]{{2,4}}", clauses[0])
        and not NOT_NAMES.search(clauses[0])
    ):
        return clauses[0]
    return ""
