"""Every sentence the library says by itself. The rules' own sentences stand in data/topics/."""

REMINDER = "提醒：以主管税务机关核定为准，可拨12366。"
THIN = "您想问什么事？说得稍微具体一点，比如“个体户一个月卖9万要交增值税吗”“办营业执照要带什么”。"
NO_TEXT = "这件事要看{names}。正文我还没有核实，数额和期限不敢乱说。\n请回复“转人工”找工作人员，或拨12366核对。"
NO_TEXT_PERIOD = "{lead}要看{names}。正文我还没有核实，数额和期限不敢乱说，请回复“转人工”或拨12366核对。"
NO_RULE = "您问的是{when}的事。那时的规定我手头没有核实过的文件，不敢乱说，请回复“转人工”或拨12366核对。"
NOT_YET = "文件目前只写到{last}，{when}怎么规定，还没有看到新文件。现行规定是这样的："
ASKED_ABOUT = "您问的是{when}的业务，按当时的政策："
SEVERAL = "您问的是{when}的业务，中间政策变过，分段说："
EARLIER = "更早的请单独问我，写明年份。"
PART_UNREAD = "正文我还没有核实，数额和期限不敢乱说，请拨12366核对。"
NOW = "现在的规定：{brief}。"
NOW_GONE = "现在：{gone}"
ASK_ANEW = "现在的规定不一样，要问现在的请说“现在”。"
CASE_FIRST = "具体金额要由税务人员按您的实际情况核算，我只能先把规则告诉您：\n"
CASE_END = "\n要算具体金额，请回复“转人工”。"
PERSON_END = "\n请回复“转人工”找工作人员，也可拨12366。"
DOC_IN_FORCE = "{name}（{doc_no}）现行有效{since}。"
DOC_ENDED = "{name}（{doc_no}）{ended}，现在不能再用。"
DOC_NOW = "现在的规定："
DOC_UNREAD = "{name}（{doc_no}）的正文我还没有核实，数额和期限不敢乱说。请回复“转人工”找工作人员，或拨12366核对。"
DOC_UNKNOWN = (
    "您说的“{said}”，我这里没有收录核实过的原文，不敢乱说。请核对发文机关、年份和文号，或拨12366、回复“转人工”。"
)
DOC_OTHER_ISSUER = "我收录的是{doc_no}，和您说的不是同一个机关发的。"
DOC_NO_YEAR = "“{said}”是哪一年、哪个机关发的？请说全一点，比如“财政部 税务总局公告2026年第10号”。同一个号每年都有。"
DOC_WHICH_YEAR = "“{said}”每年都可能有一份。您问的是哪一份？回复数字："
DOC_NONE_OF_THESE = "都不是（请人工帮您查）"
DOC_SHARED = "{said}有不止一份，是不同机关发的。您问的是哪一份？回复数字："
FAQ_TYPICAL = "{answer}\n这是通常的规定，各厅可能有出入，办之前请向窗口确认。"
VERDICT = {
    "month": "每月",
    "quarter": "每季度",
    "time": "每次（日）",
}
EXEMPT = "您说的{span}{sum}，没有达到{limit}的起征点，免征增值税。"
EXEMPT_INCLUSIVE = "您说的{span}{sum}，没有超过当时的{limit}（含本数），免征增值税。"
REACHED = "您说的{span}{sum}，{how}了{limit}的起征点，要就全部销售额缴增值税，不是只缴超出的部分{rate}。"
OVER_2022 = "您说的{span}{sum}，超过了当时的{limit}；但2022年4月至12月适用3%征收率的销售收入照样免征增值税。"
OVER_INCLUSIVE = "您说的{span}{sum}，超过了当时的{limit}，要就全部销售额缴增值税，3%征收率的减按1%。"
CASE_PERSON = (
    "这件事要由工作人员看您的实际情况办。请回复“转人工”，也可拨12366或到窗口；请不要在聊天里发身份证号、银行卡号。"
)
