"""Which wish a sentence carries. Rules a person can read, in the order they are tried; what no rule catches is a question.

`text` is plain (knowledge.words.Words.plain and .mend): NFKC, lower case, simplified characters.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    NOTHING = "nothing"  # no word in it: emoji, punctuation, blanks
    EMERGENCY = "emergency"  # somebody is ill or hurt, a fire, violence
    DESPAIR = "despair"  # somebody speaks of not wanting to live
    UPSET = "upset"  # abuse with nothing asked
    GREET = "greet"
    THANK = "thank"
    HELP = "help"
    LEAVE = "leave"
    WAIT = "wait"  # not now: what is under way stays as it is
    YES = "yes"
    NO = "no"
    CHOICE = "choice"  # a bare number: one of what was offered
    BOOK = "book"
    MINE = "my_appointments"
    CANCEL = "cancel"
    MOVE = "reschedule"
    PROGRESS = "progress"
    TICKET = "ticket"
    PLACE = "place_in_queue"
    GIVE_UP = "leave_queue"
    STAND_BY = "waiting_list"
    STAND_DOWN = "leave_waiting_list"
    RATE = "rate"
    PERSON = "hand_over"
    COMPLAINT = "complaint"
    LIKE = "like"
    DISLIKE = "dislike"
    FORGET = "forget"  # their data deleted
    PRIVACY = "privacy"  # who sees it
    MISSED = "missed"  # what becomes of who was called and not there
    HALL = "hall"  # opening hours, address, telephone
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Wish:
    """`number` is the case, appointment or ticket number said, `code` a query code beside it, `choice` a bare number."""

    intent: Intent
    number: str = ""
    code: str = ""
    choice: int = 0


# ST, eight digits of the date, four of the day's count and two check digits, as read off a receipt in groups.
CASE = re.compile(r"(?<![a-z0-9])st(?:[\s-]*[0-9]){14}(?![a-z0-9])|(?<![a-z0-9])st[0-9]{8,16}[0-9a-z]?(?![a-z0-9])")
APPOINTMENT = re.compile(r"(?<![a-z0-9])y[0-9]{6}[0-9a-z]{4,7}(?![a-z0-9])")
TICKET_NUMBER = re.compile(r"(?<![a-z0-9])[a-h][0-9]{3,4}(?![a-z0-9])")
CODE = re.compile(r"(?<![a-z0-9])[a-hj-km-np-z2-9]{6}(?![a-z0-9])")

CHINESE_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
CHOICE = re.compile(
    r"^(?:那|就|我|还是)*(?:选择?|要|回复?|挑)?\s*第?\s*(-?[0-9]{1,3}|[一二两三四五六七八九十])\s*(?:个|项|号|条|种)?(?:时间)?\s*[吧呗呀啊的。.、!]*$"
)
INTERROGATIVE = re.compile(
    r"[?吗么呢]|怎么|什么|多少|哪|几(?:天|个|点|号)|咋|啥|能不能|要不要|是不是|可不可以|有没有|多久|为何|谁|行不|成不|中不|可不"
)
# 没啥事, 哪天都行, 那啥: words of asking in a sentence that asks nothing.
ASKS_NOTHING = re.compile(
    r"没(?:什么|啥|谁)|(?:什么|啥)(?:时候|的)?(?:都|也)|哪(?:天|个|儿|里)?(?:都|也)|几点(?:都|也)|随便(?:哪|什么|啥|几点)|怎么(?:都|也)|咋(?:都|也)|谁(?:都|也)|那(?:个)?啥"
)
# What people begin with before they say it: 啊 那就第二个吧, 嗯 行.
LEAD = re.compile(
    r"^(?:(?:啊|嗯+|恩+|哦+|噢|呃+|额|唉|哎|诶|那啥|那个啥?|我说|小?同志|姑娘|小伙子|闺女|老师|您好|你好|喂)[,，。!、\s]*)+"
)
WORDLESS = re.compile(r"[0-9a-z\u4e00-\u9fff]")

END = r"[吧呗啊呀哈了的嘛啦哦~。.!?,、\s\ufe0f\u2600-\u27bf\U0001f300-\U0001faff]*"  # signs like 😀 too
THUMBS: tuple[tuple[Intent, str], ...] = (  # how an answer was taken; WeChat sends its own signs as [强] or /:strong
    (Intent.LIKE, r"(?:(?:👍[\U0001f3fb-\U0001f3ff]?|\[强\]|/:strong|\[赞\])+|很?有用|很?有帮助|(?:回答|答|说)得?(?:很|真)?(?:好|对|明白|清楚)|点赞)"),
    (Intent.DISLIKE, r"(?:(?:👎[\U0001f3fb-\U0001f3ff]?|\[弱\]|/:weak)+|没(?:有)?(?:什么|啥)?用|没(?:有)?帮助|答非所问|文不对题|(?:你|您)?(?:回答|答)(?:得|的)?(?:不对|错了?)|不是我(?:想|要)?问的|我问的不是这个)"),
)  # fmt: skip
BARE: tuple[tuple[Intent, str], ...] = (  # the whole sentence is this
    (Intent.RATE, r"(?:(?:我|俺)?(?:要|想|来)?(?:给|对|打)?(?:你们?|您|窗口|大厅|刚才|今天|这次|服务|办事|的)*(?:做个?|个|来个)?(?:评价|打分|打个分|评分|评个分|评一评|好评|中评|差评)(?:一?下)?(?:刚才|今天|这次|服务|办事|窗口|的)*"
                  r"|(?:我|给|打|评|选)*[一二两三四五1-5]颗?[星分](?:好评|差评)?|(?:我|我们)?(?:对.{1,8})?(?:非常|很|太|十分|特别|最|基本|比较|还算|不太|不怎么|不大)?(?:的|地|上)?不?满意)"),
    (Intent.WAIT, r"(?:(?:你|您)?(?:再|先|稍)?等(?:等|一?下|会儿?|一会儿?|着)?(?:再(?:说|约|办|聊))?|我(?:再|得)?(?:想想|考虑考?虑?|考虑一下|寻思寻?思?|合计合?计?|琢磨琢?磨?|看看再说)"
                  r"|我(?:先|得|去)*问问(?:我|俺)?(?:家里?人?|孩子|儿子|姑娘|闺女|老伴|媳妇|老公|老婆|领导|老板|会计|他们?|她))"),
    (Intent.LEAVE, r"(?:那?(?:还是)?)(?:算了|不(?:办|约|弄|整|问|搞|想约|想办)了?|不用了?|退出|返回|结束|停|停止|先不(?:办|约|弄)?了?|拉倒|取消|再说|以后再说"
                   r"|下次再?(?:说|来|约|办)?|回头再?(?:说|约)|改天再?(?:说|约|来)|结束人工|退出人工|回主菜单|算了不约|算了不办)"),
    (Intent.YES, r"(?:好+[的嘞滴哒]?|对+的?|是+的?|嗯[呐哪]|(?:行|可以|中){2,}|那?[行好中]|没意见|办吧|那?就(?:这么|这样)(?:着|定|办)?|(?:好|行|可以|那|中)?[,，\s]*就?(?:约这个|[这那]个(?:时间|点))|那?就约|那?约吧|嗯+|恩+|可以|行+|中|成|没错|没问题|ok|okay|yes|y|确认|确定|约|就这样|就这个|就它|就约这个|要|要的|妥|妥了|好使"
                 r"|确认(?:预约|取消|改约|无误)|对的?没错|是的?没错|好的?谢谢|没毛病|得嘞|嗯那|约上|麻烦了|同意|收到|1是|帮我约)"),
    (Intent.NO, r"(?:(?:不|别|先不|不想|不用|不要)取消(?:预约|了)*|不|不是|不对|不行|错了?|不好|不要|否|no|n|换一?个|重选|重来|重新选|都不行|都不合适|没有合适|另选|不对不对|先别|别)"),
    (Intent.GREET, r"(?:你好|您好|你好呀|您好啊|在吗|在不在|有人吗|有人么|hi|hello|嗨|哈喽|喂|早上好|上午好|中午好|下午好|晚上好|早|同志你好|你是谁|你是(?:不是)?(?:机器人|真人|人工|人)(?:还是(?:机器人|真人|人工|人))?(?:吗|么)?|你叫什么)"),
    (Intent.THANK, r"(?:谢+|(?:好的?[,，\s]*)?谢谢+(?:你|您|啊|呀|了|[,，\s])*(?:你|您)?(?:真好|真棒|太好|辛苦)?|多谢|感谢|辛苦|麻烦你|再见|拜拜|bye|好的谢谢|知道|明白|懂|了解|太好|真好|不错|厉害|嗯嗯)"),
    (Intent.HELP, r"(?:帮助|菜单|功能|主菜单|help|menu|怎么用|怎么使用|你能(?:做|干)(?:什么|啥)|你会(?:什么|啥)|都?能办(?:什么|啥)|使用说明|目录|首页|\?+|指南|都有(?:什么|啥)功能)"),
)  # fmt: skip

ANYWHERE: tuple[tuple[Intent, str], ...] = (  # in order
    (Intent.EMERGENCY, r"救命(?!钱|恩|稻草)|救护车|(?:晕|昏|病|摔)倒(?!闭)|昏迷|抽(?:过去|风)了|没(?:有)?(?:呼吸|气儿?)了|心脏病(?:犯|发作)|(?:叫|喊)不醒|(?:流|出)了?(?:好多|很多)血"
                       r"|(?:着|起|失)火了|冒(?:浓)?烟了|煤气泄漏|打起来了|有人.{0,6}(?:打架|打人|持刀|拿刀|动刀|抢劫|闹事)|(?:持|拿|动)刀.{0,4}(?:砍|捅)|砍人|捅人"),
    (Intent.DESPAIR, r"(?:不想|不愿意?)(?:再)?活(?!动)|活着没(?:啥|什么)?意思|想死(?!你)|自杀(?!式)|轻生|寻短见|(?:跳|要跳)楼(?!价|机)|喝农药|一了百了"),
    (Intent.PERSON, r"转人工|人工(?:服务|客服|窗口|座席|坐席)?$|^(?:要|找|叫)?人工(?!费|成本|智能|湖|授精)|找(?:个|一个)?(?:真|活)?人(?:工|说|聊|问|来|吧|$)|真人|(?:跟|和|找)(?:个)?(?:人|工作人员)(?:说|聊|谈|联系|对话)"
                    r"|工作人员(?:在吗|联系|回复)|在线客服|^客服|接(?:人工|客服)|不想(?:跟|和)机器人|给我(?:找|叫|派)(?:个)?(?:人|工作人员)|留言"),
    (Intent.FORGET, r"(?:删除?掉?|清空|清除|抹掉|别留).{0,4}(?:我|俺|本人)(?:的|在这儿?的)?(?:个人)?(?:信息|资料|数据|记录|聊天记录|电话|手机号|姓名)|把?(?:我|俺)的?(?:个人)?(?:信息|资料|电话|手机号|名字|姓名|聊天记录).{0,3}(?:删|清空|抹)"),
    (Intent.PRIVACY, r"(?:谁|别人|外人|哪些人).{0,4}(?:看得?到|看得?见|能看|知道|查到).{0,4}(?:我|俺)的?(?:电话|手机号?|信息|名字|姓名|资料|隐私)|(?:会不会|会|不会|别).{0,6}(?:泄[露漏]|外传|卖|告诉别人).{0,4}(?:我|俺)?的?(?:电话|手机号?|信息|资料|隐私)|(?:会不会|会|别)把(?:我|俺)的?(?:电话|手机号?|信息|资料|隐私)"),
    (Intent.MISSED, r"过号.{0,4}(?:咋|怎么|还能|用不用|要不要|要重新|作废|算)|(?:叫|喊)(?:到|过)(?:了)?(?:我|俺)?.{0,3}(?:没在|不在|没听|没看).{0,4}(?:咋|怎么|还能)"),
    (Intent.COMPLAINT, r"(?:见|找)(?:你们|一下|个)?(?:领导|主任|负责人|管事的)(?!签字|签|盖章|批)|(?:跟|管|找|向)?(?:我|俺)(?:要|收)(?:了|的)?.{0,4}(?:红包|好处费?|加急费?)|(?:窗口|工作人员|大厅|你们)(?:的人)?.{0,6}(?:收|要)(?:了)?(?:我|俺).{0,4}(?:[0-9百千]+(?:块|元)|钱)|我要投诉|投诉(?:你们|他|她|窗口|工作人员|一下)|举报(?!虚开|电话)|态度(?:太|很|真|特别)?(?:不好|差|恶劣)|服务(?:太)?差|太差(?:劲|了)|刁难|推诿|踢皮球|乱收费|不给(?:我|俺|咱)?办|给差评|什么破|要个说法|曝光你们"),
    (Intent.WAIT, r"(?:你|您)等(?:会儿?|一?下|一会儿?)啊?$"),
    (Intent.STAND_DOWN, r"(?:取消|退出|停止|不想?要?|别|先不).{0,3}候补|候补.{0,4}(?:取消|退|不要|不排|算了|不等)|不等(?:退号|空号|号)了"),
    (Intent.STAND_BY, r"候补|(?:退|取消|空|有|放|出)(?:了|掉|出来)?(?:空|退)?(?:的?号|预约|位置?|名额|来)(?:了|的)?.{0,6}(?:告诉|通知|叫|喊|提醒|说)(?:一?声|一下)?(?:我|俺|咱)|(?:帮|给)我(?:排|等)(?:着|个|一下)?(?:空|退)号"),
    (Intent.GIVE_UP, r"不(?:想|用)?排(?:队|号)?了|(?:取消|退出|不要)(?:我的?)?(?:排队|排号|票号)|撤(?:了|掉)?(?:我的?)?(?:排|票)?号|(?:票号|排的号|排队)(?:撤|取消|退)(?:了|掉)"),
    (Intent.MOVE, r"约(?:错|岔)了|约成(?!了?[吗没]|功|了$)|改约|改期|改(?:个|一下|下)?(?:预约|时间|日子)|(?:换|调)(?:个|一下|下)?(?:时间|日子|日期)|(?:预约|号).{0,6}(?:改到|改成|挪到|换到|推到|推迟|提前)|(?:往后|往前|推迟|提前).{0,4}(?:预约|号)"),
    (Intent.CANCEL, r"取消.{0,8}(?:预约|号|那个|约)|(?:预约|y[0-9]{6}).{0,8}(?:取消|退(?:了|掉|吧|$))|(?:预约|号)退(?:了|掉|吧|$)|^(?:那|我|俺|咱|先|帮我|给我|麻烦|想|要|把)*取消(?!了?吗|.{0,10}(?:政策|优惠|税|资格|怎么|吗|么))|退号|把(?:那个|这个|它)(?:给)?退(?:了|掉)|退(?:掉)?预约|(?:去|来)不(?:了|成).{0,6}(?:预约|取消)?$|不去办?了|不来了|预约的?不要了"),
    (Intent.MINE, r"(?:忘|丢|找不[着到]|不记得|记不[住得清]).{0,6}预约(?:号|码)|预约(?:号|码).{0,4}(?:忘|丢|找不|不记得|记不|是(?:多少|几|啥|什么))|我的预约|(?:查|看|问).{0,4}预约(?:记录|信息|情况|号|时间)?$|我(?:都)?(?:约|预约)(?:了|的).{0,6}(?:什么|啥|几点|哪天|时候|吗|没|号)|预约(?:成功|上)了?(?:吗|没)|约上了?(?:吗|没)|查一?下?我?的?预约|^(?:是)?(?:我)?(?:约的?)?(?:是)?(?:几[点号]|哪天|什么时候|啥时候)来着|我(?:有|约)(?:没有|没)?.{0,3}预约"),
    (Intent.PLACE, r"(?:前面|前边|前头).{0,4}(?:还有|有|剩)?(?:几|多少)|还(?:要|得)?(?:等|排)(?:多久|多长|几)|(?:叫|排|轮)到(?:几|多少|哪|我)|轮到我|排(?:到|队)?(?:多久|多少|几号|情况)|(?:啥|什么|多会儿?)(?:时候)?(?:才|能)*(?:轮|叫|排)?到(?:我|俺)(?!们)|我的(?:票号|排号|号码|号)(?:是|几|呢|多少|$)|我是几号|排队(?:人)?多(?:吗|不)|人多(?:吗|不多|不)"),
    (Intent.TICKET, r"取(?:个|一个|一张)?号(?!码)|拿(?:个|一个)?号|排(?:个|一个)?号|领(?:个)?号|取票|挂(?:个)?号|我到(?:了|大厅)|(?:^|我|俺|刚才?|刚刚)过号了$|(?:签|报)到(?!.*(?:税务|怎么|流程))"),
    (Intent.PROGRESS, r"(?:办理?|审批|审核|案件|办件|申请|受理).{0,4}(?:进度|进展|到哪|状态|结果)|进度|(?:办|批|审)(?:到哪|得?怎么?样|好了?(?:没|吗)|下来(?:没|吗|了)|完了?(?:没|吗))|查(?:一下|下)?(?:我的?)?(?:办件|件|案子|结果)|我的(?:办件|件|案子|证|执照).{0,6}(?:好|下|批|办)(?:了|下来|完|好)?(?:没|吗)"
                      r"|(?:能|帮|给|替)(?:不能|我|俺)*催(?:一?下|一催|催|办)|催(?:一?下|一催|催)?(?:我的?)?(?:办件|件|进度)|^(?:那|我的?|俺的?)*(?:啥|什么|多会儿?)(?:时候)?(?:才?能)(?:好|下来|办好|办完|批下来)[呢啊呀?]*$"
                      r"|(?:证|执照|件)(?:下来|批下来|办好|办下来)了?(?:没|吗)|^查件|办件查询|查询码"),
    (Intent.UPSET, r"^(?:(?:你|您)(?:是不是|就是|真是|他妈|个|这|们|真|是)*)?(?:他妈的?)?(?:傻[逼比b叉子瓜]|sb|智障|废物|垃圾|混蛋|王八蛋|有病|脑残|白痴|弱智|滚(?:蛋|犊子|开|远点)?|去死|放屁|扯淡|瞎扯|闭嘴|啥(?:也|都)不是)(?:吗|么|玩意儿?|东西|机器人)*[吧呗啊呀了的!。.?,\s]*$"),
    (Intent.HALL, r"(?:几|啥时候|什么时候|多会儿)点?(?:上班|下班|开门|关门|开始办公)|(?:上|下)班(?:时间|点)|(?:办公|工作|营业|开放|服务|上班)时间|(?:周六|周日|周末|礼拜天|礼拜六|星期六|星期天|节假日|中午|今天|明天|后天|双休日?|(?:周|星期|礼拜)[一二三四五]|[0-9]{1,2}[日号](?![窗楼线])|元旦|春节|过年|除夕|国庆节?|十一|五一|劳动节|端午节?|中秋节?|清明节?).{0,5}(?:上班|开门|休息|放(?:不放)?假|放几天|办公|能办(?:事|理)?吗|办不办公|开不开)"
                  r"|(?:元旦|春节|过年|国庆节?|五一|劳动节|端午节?|中秋节?|清明节?).{0,4}放(?:不放|几天|多少天)?假"
                  r"|^(?:你们|大厅|政务大厅)?(?:哪几?天|什么时候|啥时候|几号)放假"
                  r"|(?:大厅|你们|政务(?:中心|大厅)|税务大厅|办税(?:服务)?厅)(?:的)?.{0,3}(?:地址|位置|在哪|电话|怎么走|咋走|怎么去|几楼)|^(?:地址|电话|位置|联系方式|联系电话|咨询电话|怎么走|坐几路车)$"),
    (Intent.BOOK, r"预约|号.{0,4}还有(?:吗|没|么)|预定|^(?:我|俺|咱)?(?:再|还)?(?:想|要)?(?:再)?约(?![束定等莫谈])|(?:哪天|什么时候|啥时候|几点|几号|还|明天|后天|下午|上午).{0,3}(?:有|能排)(?:没有)?空?(?:号|位|空)|约(?:个|一个|一下|下)(?:号|时间|日子|办)?|想约|要约|帮我约|(?:帮|给|替)(?:我|俺)?.{1,5}约(?![束定等莫谈])|能约|可以约|约号|订个(?:号|时间)|(?:约|定)(?:在)?(?:今天|明天|后天|大后天|周|星期|礼拜|下周|下礼拜|上午|下午|[0-9]+[号日月])"),
)  # fmt: skip

# "预约" inside a question about booking is a question, but one that starting to book answers best; these are not.
ABOUT_BOOKING = re.compile(
    r"(?:不|没|没有|不用|要不要|需要|必须|得不得|是不是要|用不用)(?:先)?预约.{0,4}(?:吗|么|能|可以|行|就|$)|预约.{0,6}(?:爽约|几次|黑名单|迟到)|银行预约|开户预约"
    r"|(?:要|用|得)(?:提前|先)?预约(?:吗|么|不(?!上|了|到)|嘛)"
    r"|预约.*(?:(?:带|拿)(?:什么|啥|哪|点啥)|什么材料|哪些材料|什么手续|需要.{1,8}吗)"
)

# 店里着火了能减税吗, 救护车的钱能报吗: it is over, and something is asked about it.
AFTERWARDS = re.compile(
    r"税|减免|补[贴助偿]|赔|保险|报销|证明|登记|材料|手续|办理|申请|认定|抚恤|低保|注销|停业|歇业|能报|发票|(?:咋|怎么|要)补|补办|重办"
)
OWN_WORK = re.compile(
    r"(?:我|俺|咱)(?![^,。?]{0,8}(?:去|来|你们|大厅))[^,。?]{0,8}(?:上班|休息|放假)"
)  # 我周一到周五上班，周六能约吗

HOW_LONG = re.compile(
    r"多久|多长|几天|几个工作日|[0-9一二三四五六七八九十]+(?:天|日|个工作日|个月)|当天|才能?|一般|需要|条件|怎么(?:查|办)理?结果"
)

_THUMBS = tuple((intent, re.compile(f"^{pattern}{END}$")) for intent, pattern in THUMBS)
_BARE = tuple((intent, re.compile(f"^{pattern}{END}$")) for intent, pattern in BARE)
_ANYWHERE = tuple((intent, re.compile(pattern)) for intent, pattern in ANYWHERE)


def read(text: str) -> Wish:
    """The wish of one plain sentence. Never raises."""
    text = text.strip()
    for intent, pattern in _THUMBS:
        if pattern.match(text):
            return Wish(intent)
    if not WORDLESS.search(text) and "?" not in text:
        return Wish(Intent.NOTHING)
    bare = LEAD.sub("", text) or text
    if choice := CHOICE.match(bare):
        said = choice.group(1)
        return Wish(Intent.CHOICE, choice=CHINESE_DIGITS[said] if said in CHINESE_DIGITS else int(said))
    number = _number(text)
    for intent, pattern in _BARE:
        if pattern.match(text) or pattern.match(bare):
            return Wish(intent, number)
    for intent, pattern in _ANYWHERE:
        if pattern.search(text) and not _only_asks(intent, text, number):
            return Wish(intent, number, _code(text, number))
    if number:
        return Wish(Intent.PROGRESS, number, _code(text, number))
    return Wish(Intent.QUESTION)


def asks(text: str) -> bool:
    """Whether a sentence asks something."""
    return bool(INTERROGATIVE.search(ASKS_NOTHING.sub("", text)))


def _only_asks(intent: Intent, text: str, number: str) -> bool:
    """A question about booking or about how long things take is no wish to book, nor to hear of one's own case; one
    about tax after a fire is no cry for help, and one's own working days are not the hall's."""
    if intent is Intent.PROGRESS:
        return not number and bool(HOW_LONG.search(text))
    if intent in (Intent.EMERGENCY, Intent.DESPAIR):
        return bool(AFTERWARDS.search(text))
    if intent is Intent.HALL:
        return bool(OWN_WORK.search(text))
    return intent is Intent.BOOK and bool(ABOUT_BOOKING.search(text))


def _number(text: str) -> str:
    for pattern in (CASE, APPOINTMENT, TICKET_NUMBER):
        if found := pattern.search(text.replace("-", "")):
            return re.sub(r"\s", "", found.group()).upper()
    return ""


def _code(text: str, number: str) -> str:
    rest = CASE.sub(" ", APPOINTMENT.sub(" ", text.replace("-", ""))) if number else text
    found = CODE.search(rest)
    return found.group().upper() if found else ""
