"""Where Chinese may be broken so that it reads well: between words, and not beside a small word that leans on another.

Words come from BudouX (its model for simplified Chinese); it knows no word of this office, so those are listed here.
Pure, and fast enough to be asked for each sentence anew: what is shown of a person is kept nowhere.
"""

import re
from collections.abc import Iterator

import budoux

_PARSER = budoux.load_default_simplified_chinese_parser()

IN_WORD = 0.6  # cost of a break inside a listed word, against 1 for a line more
_IN_CHUNK = 0.5
_LEANING = 0.35
_IN_DATE = 2.0  # rather a line more
_IN_COUNT = 3.0

# Words a reader stumbles over when a line ends inside them.
_WORDS = """
社会保障卡 社会保障 社保卡 身份证 工作人员 回执编号 一体机 读卡区 密码 凭条 网络 银行
服务大厅 电话 摄像头 证件 芯片 姓名 启用 生效 办理 恢复 自动 上传 窗口 挂失 本机
马上 现在 工作 需要 可以 不能 没有 打印 机器 屏幕 面容 照片 核验 本人 再来 重新
稍后 请您 功能 信息 系统 短信 结果 时间 咨询 帮助 帮忙 准备 触摸 开始 您的 暂时
自治区 自治州 自治县 行政区 特别 维吾尔 证书 养老 保险 审核 作废 护照 手机 哪个 一次 这张
完成 取走 页面 插入 放上 出来 中断 连接 任何 选择 同意 保存 删除 比对 离开 退出
领取 证明 缴费 养老金 失业 保险金 补助金 补贴 技能 提升 待遇 转入 转移 注销 解除 指南 事项
参保 登记 权益 记录 资格 认证 单位 企业 机关 职工 申请 申领 自助 解放东路 站前街 事业
这张卡 这一件 这件事 这台机器 读卡器 储蓄卡 缴过费 出生年份 综合窗口 补换卡 发卡银行 不用 不对
解挂 社保 新卡 已经 受理 本机会 上一份 问一问 查一查 这一项 才能 办事的人 这期间 这一次 这次 找不到
内蒙古 机构 医保部门 有效 真正 以前 以后 没有打完整 什么 查看 待送出 再输错一次
社会 工伤 指定 编号 证明编号 只办到 一次性 花名册 居留证 居住证 变更单 稳岗返还
"""
WHOLE_WORDS = tuple(_WORDS.split())

# Made of the words above: if one of these has to be divided, then between them.
_COMPOUNDS = (
    "社会保险",
    "养老保险",
    "失业保险",
    "失业保险金",
    "失业补助金",
    "工伤保险",
    "社保机构",
    "指定窗口",
)

# A count or a date is read in one breath: it stays whole wherever a line has room for it.
_COUNT = re.compile("[0-9]+ ?个?(?:小时|工作日|[天年月日次位张件分秒步页项元份笔])")
_DATE = re.compile("[0-9]+ ?年 ?[0-9]+ ?月(?: ?[0-9]+ ?日)?|[0-9]+ ?月 ?[0-9]+ ?日")

# After a pause, and after the wide blank between things said for themselves, a line may end whatever the model thinks.
_APART = re.compile("[\u3000，。；？！]")

# Small words that lean on the one before (particles, measure words) or on the one after (prepositions, "not").
_LEANS_BACK = frozenset("的地得了着过吗吧呢们里上下前后内外时个张次件项位条台份天年月日元种样卡家点页步")
_LEANS_ON = frozenset(
    "这那每哪不没未请在从到把被让给和或与跟对为是要能会可您我他您本该再就才只都也已还先最很太刚第一两几"
)


def break_costs(text: str) -> dict[int, float]:
    """What it costs to end a line before each character of ``text``, over and above any other place; 0 is left out."""
    costs: dict[int, float] = {}
    _add_chunks(text, costs)
    for words, cost in ((_COMPOUNDS, _IN_CHUNK), (WHOLE_WORDS, IN_WORD)):
        for start, end in _places(text, words):
            costs.update(dict.fromkeys(range(start + 1, end), cost))
    for shape, cost in ((_DATE, _IN_DATE), (_COUNT, _IN_COUNT)):
        for found in shape.finditer(text):
            costs.update(dict.fromkeys(range(found.start() + 1, found.end()), cost))
    for found in _APART.finditer(text):
        costs.pop(found.end(), None)
    return costs


def counts_and_dates(text: str) -> list[str]:
    """What of ``text`` is read in one breath, "12 个月" or "2026年11月23日"; a count in a date comes twice."""
    return [found.group() for shape in (_COUNT, _DATE) for found in shape.finditer(text)]


def _places(text: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """From where to where each of ``words`` stands in ``text``."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + 1)


def _add_chunks(text: str, costs: dict[int, float]) -> None:
    at, before, paused = 0, "", True  # the chunk before, and whether a pause or nothing stands in front of it
    for chunk in _PARSER.parse(text):
        begins = len(before) == 1 and (paused or before in _LEANS_ON)
        if before and (begins or (chunk[0] in _LEANS_BACK and _is_small(chunk))):
            costs[at] = _LEANING
        costs.update(dict.fromkeys(range(at + 1, at + len(chunk)), _IN_CHUNK))
        at += len(chunk)
        paused = not before or not before[-1].isalnum()
        before = chunk


def _is_small(chunk: str) -> bool:
    """One character, with or without the punctuation that closes it."""
    return len(chunk) == 1 or not chunk[1].isalnum()
