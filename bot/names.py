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
    rf"(?:我叫|(?:我|本人)是(?:会计|出纳|经办人?|办事员|财务|代办|店主|老板|法人|法定代表人|负责人)|名字(?:是|叫|改成|换成)?|姓名(?:是|为|改成|换成|写)?|我是|本人|办事人(?:是|叫)?|叫做?|给我?(?:妈|爸|老伴|爱人|媳妇|孩子)?)[\s::，,]*(?P<name>[{HAN}]{{1,6}}(?:·[{HAN}]{{1,8}})*)"
)
MINORITY = re.compile(rf"^[{HAN}]{{2,8}}(?:·[{HAN}]{{1,8}})+$")
CLAUSES = re.compile(r"[\s,.;!?:、。，；！？：]+")
# 公司叫宏达商贸, 我是王秀英的儿子: names in these are not of the person who comes.
OF_OTHERS = re.compile(
    rf"(?:公司|店铺?|厂|企业|饭馆|饭店|超市|铺子|单位|字号|商号)(?:的?名字?)?(?:叫做?|是)[^,，。;\s]*|是[{HAN}]{{2,4}}的(?:儿子|女儿|闺女|姑娘|孙子|孙女|媳妇|女婿|爱人|老伴|家属|妈妈?|爸爸?|母亲|父亲|奶奶|爷爷|会计|员工|朋友)"
)
TITLES = re.compile(
    r"^.(?:大?[姐哥嫂叔婶姨舅]|[姐哥]{2}|阿姨|大?[爷娘妈]|奶奶|会计|经理|总|主任|医生|大夫|老板|同学|某某?|先生|女士|师傅)$"
)
PHONE_FOLLOWS = re.compile(r"(?=电话|手机)")
RARE = re.compile(
    rf"(?:我叫|名字(?:是|叫)|姓名(?:是|为)?)[\s::，,]*(?P<name>[{HAN}]{{2,4}})(?=$|[\s,.;!。，；！、0-9])"
)
HEAD = re.compile(r"^(?:(?:还|应该|其实)?就?是|叫|写|改成|改为|换成|那就)")
TAIL = re.compile(r"(?:先生|女士|同志|师傅|大爷|大妈|老师|的|吧|呀|啊|了|哈|呢)+$")
NOT_NAMES = re.compile(
    r"办|约|证|执照|登记|上午|下午|明天|后天|今天|周|星期|礼拜|号|点|电话|手机|公司|个体|纳税|窗口|材料|吗|呢|什么|怎么|咋|啥|哪|谁|多少|几|钱|税|好的|可以|取消|改|换|不|没|要|有|是|在|和|时间|那个|这个|随便|都行|时|天|末|等|问|说|忘|啊|哦|嗯|喂|着|还|妈|爸|爷|奶|俩|咱|您|你|我|他|她|它"
)
SOFT = re.compile("[天有在和时周钱约点证]")  # of those, what given names are made of as well
# Everyday words that begin with a surname; said alone they answer something else.
EVERYDAY = (
    "方便 马上 高兴 明白 安排 包括 成功 成了 万一 于是 尽快 常见 白天 全部 和谐 应该 时候 任何 任意 单位 当然 安静 平时 项目 连续 强烈 常常 从来 计划 路上 毛病 江湖 田地 古代 "
    "甘愿 温馨 金额 石头 龙头 梅花 柳树 高中 方式 方法 程序 文件 文化 华丽 安全 包含 车辆 房屋 房产 房子 商量 商店 米饭 简单 简易 经营 成立 施工 易懂 席位 全家 家里 关于 关门 "
    "解决 利润 管理 通过 向前 单独 范围 严重 段落 任务 孔子 季度 郎君 池塘 年前 时间 时段 时髦 全天 全年 和您 项链 文书 方位 万元 应当 应付 包工 包子 单子 安装 金牌 石油 阳光 "
    "温暖 白跑 方正 高龄 高铁 江边 路远 路过 车多 车票 毛巾 成绩 成本 成人 成员 连着 连忙 史上 顾客 顾不 毕业 毕竟 党员 党委 关系 关心 古怪 向来 向您 向着 甘心 农村 农民 明早 "
    "明晚 明年 明儿 明显 查询 查下 查看 易错 宁可 宁愿 许可 许多 许久 尚未 尚可 符合 曲折 左边 左右 雷同 于此 牛奶 牛肉 牛年 马年 龙年 米线 麦子 苗木 苗圃 林地 林业 林权 田间 "
    "池子 沙发 沙子 金融 石材 钱包 钱款 钟头 钟点 钟表 童装 章程 章子 管道 管片 柴油 盛大 盛产 游客 游泳 丁点 汤圆 康复 康健 施救 施行 温度 文明 文字 文员 武器 孔雀 白班 白本 "
    "白纸 兰州 辛苦 阮囊 纪律 纪念 梅雨 童年 单人 单方 单身 裴多 江北 江南 "
)
NOT_PEOPLE = frozenset(EVERYDAY.split())


def _is_common(name: str, is_alone: bool = False, is_introduced: bool = False) -> bool:
    """`is_alone`, answering the question for it, or introduced, a name may hold what else would be a word: 王有才, 高铁军."""
    long = 4 if name[:2] in COMPOUND else 3
    return (
        2 <= len(name) <= long
        and (name[0] in SURNAMES or name[:2] in COMPOUND)
        and not NOT_NAMES.search(SOFT.sub("", name[1:]) if is_alone or is_introduced else name[1:])
        and ((is_introduced and len(name) > 2) or name[:2] not in NOT_PEOPLE)
        and not TITLES.match(name)
    )


def read_name(text: str, was_asked: bool) -> str:
    """The name said, or "". `was_asked`: the sentence answers the question for the name, so "我叫" makes a rare one count."""
    text = PHONE_FOLLOWS.sub(" ", of_oneself(text))
    for found in INTRODUCED.finditer(text):
        name = TAIL.sub("", found.group("name"))
        if _is_common(name, is_introduced=True) or MINORITY.match(name):
            return name
    clauses = _clauses(text)
    for clause in clauses:
        if _is_common(clause, is_alone=was_asked and len(clauses) == 1) or MINORITY.match(clause):
            return clause
    rare = RARE.search(text) if was_asked else None
    return rare.group("name") if rare and not NOT_NAMES.search(SOFT.sub("", rare.group("name"))) else ""


def is_only_a_name(text: str) -> bool:
    """Whether there is nothing but a name in what was said."""
    clauses = _clauses(text)
    return len(clauses) == 1 and (_is_common(clauses[0]) or bool(MINORITY.match(clauses[0])))


def of_oneself(text: str) -> str:
    """The text without what other people, or a company, are called."""
    return OF_OTHERS.sub(" ", text)


def is_introduced(text: str) -> bool:
    """Whether somebody says in so many words that this is a name: 我叫, 名字改成."""
    return bool(INTRODUCED.search(of_oneself(text)))


def _clauses(text: str) -> list[str]:
    return [HEAD.sub("", TAIL.sub("", clause)) for clause in CLAUSES.split(text) if clause]
