import pytest

from bot.intents import Intent, read

SAID = {
    Intent.BOOK: "我想下周三上午预约办营业执照|预约|约个号|帮我约明天办社保卡|想约个时间|再约一个|约二手房过户|还有号吗|明天有空位吗|能约周五不|我要约后天",
    Intent.CANCEL: "取消预约|把我的预约取消了|取消那个号|退号|我去不了了|预约不要了|把号退了",
    Intent.MOVE: "改约|改期|换个时间|改个时间|预约改到周五|能不能换到下午的号改个日子|想往后推迟一下预约",
    Intent.MINE: "我的预约|查预约|查一下我的预约|我约的是什么时候|我约了吗|预约成功了吗|看看我有没有预约",
    Intent.PROGRESS: "进度|办理进度|我的执照办好了没|查件|我的件办到哪了|证下来了吗|批下来没|我那个审批结果",
    Intent.TICKET: "取号|取个号|拿号|排个号|我到大厅了|签到|帮我取号",
    Intent.GIVE_UP: "不排了|我不排队了|取消排队|撤号|a012不排了|退出排队|不想排了|排的号撤了吧",
    Intent.PLACE: "前面还有几个|前面多少人|还要等多久|轮到我了吗|叫到几号了|排队人多吗",
    Intent.PERSON: "转人工|人工|人工客服|找个人说|我要跟工作人员说|不想跟机器人说|找真人|给我找个人",
    Intent.COMPLAINT: "我要投诉|窗口态度太差了|你们踢皮球|举报窗口乱收费",
    Intent.HALL: "几点上班|周六上班吗|办公时间|大厅地址|你们大厅在哪|中午开门吗|地址|周末能办事吗",
    Intent.LEAVE: "算了|不办了|不约了|退出|先不办了|拉倒吧|算了吧|不弄了",
    Intent.YES: "好|好的|对|行|可以|嗯|中|没问题|确认|ok|就这样吧|妥了",
    Intent.NO: "不|不对|不行|换一个|错了|都不合适",
    Intent.GREET: "你好|您好|在吗|hi|早上好",
    Intent.THANK: "谢谢|多谢|谢谢你|辛苦了|再见",
    Intent.HELP: "菜单|帮助|怎么用|你能做什么|?|你会啥",
    Intent.CHOICE: "1|2|第三个|选2|三|2号|1。",
    Intent.NOTHING: "|😀|。。。|   |]]>|……",
    Intent.QUESTION: "个体户一个月卖9万要交增值税吗|开饭店要办什么证|居住证多久能办好|取公积金要什么材料|新能源车免购置税吗|小规模和一般纳税人有啥区别|"
    "约定的税率是多少|人工费能抵扣吗|退税多久到账|税务报到流程|2022年那笔还能退吗|怎么查发票真假|营业执照怎么变更|简易注销要20天才办完吗|居住证多久能办下来|执照当天能批下来吗",
}


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, row in SAID.items() for text in row.split("|")]
)
def test_read_finds_the_wish(intent: Intent, text: str) -> None:
    assert read(text).intent is intent


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("进度 st202611170003k bz4567", "ST202611170003K", "BZ4567"),
        ("查一下st202611170003k", "ST202611170003K", ""),
        ("st202611170003k", "ST202611170003K", ""),
        ("取消预约 y261123jx6rt81", "Y261123JX6RT81", ""),
        ("a012", "A012", ""),
        ("st-202611170003k 查询码bz4567", "ST202611170003K", "BZ4567"),
    ],
)
def test_read_finds_numbers_and_codes(text: str, number: str, code: str) -> None:
    wish = read(text)
    assert (wish.number, wish.code) == (number, code)


@pytest.mark.parametrize("text", ["2022年第15号公告", "财税2016年52号", "12366", "13800000000", "9万", "3%"])
def test_read_takes_no_number_where_there_is_none(text: str) -> None:
    assert read(text).number == ""
