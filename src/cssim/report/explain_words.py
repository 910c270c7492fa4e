"""The words in which the life of a case is told, in Chinese and in English.

And how moments, lengths and pools are written in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cssim.basis.moments import HOUR, MINUTE, SECOND
from cssim.flows import describe, roles
from cssim.flows.describe import Language
from cssim.kpi import spans

WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
CAUSES = {
    "travel": {"en": "on the way", "zh": "路途"},
    "approval": {"en": "approval", "zh": "审批"},
    "supplier": {"en": "with the supplier", "zh": "供应商处理"},
    "working": {"en": "worked on", "zh": "处理中"},
    "part": {"en": "waiting for a part", "zh": "等待备件"},
    "customer": {"en": "waiting for the customer", "zh": "等待客户"},
    "calendar_closed": {"en": "nobody on duty", "zh": "无人值班"},
    "queueing": {"en": "queueing", "zh": "排队"},
}
CLOCKS = {
    "first_response": {"en": "first response", "zh": "首次响应"},
    "resolution": {"en": "resolution", "zh": "解决"},
    "answer": {"en": "answer", "zh": "接听"},
    "on_site": {"en": "arrival on site", "zh": "到达现场"},
    "restore": {"en": "restoring", "zh": "恢复"},
    "update": {"en": "informing the customer", "zh": "客户通报"},
    "tier": {"en": "stay at tier", "zh": "层级处理"},
    "supplier": {"en": "stay with supplier", "zh": "供应商处理"},
}
_WORDS = {
    # what a case is, and what became of it
    "case": {"en": "case {case}", "zh": "个案 {case}"},
    "request": {"en": "a customer's request", "zh": "客户请求"},
    "chaser": {"en": "a contact that asks about case {parent}", "zh": "对个案 {parent} 的催询"},
    "reopened": {"en": "case {parent} once more", "zh": "个案 {parent} 重新开启"},
    "management": {"en": "no customer's case", "zh": "管理流程"},
    "flow": {"en": "flow", "zh": "流程"},
    "region": {"en": "region", "zh": "大区"},
    "contract": {"en": "contract", "zh": "合同"},
    "opened": {"en": "opened", "zh": "开始"},
    "closed": {"en": "closed", "zh": "关闭"},
    "open": {"en": "still open when the run ended, at", "zh": "运行结束时仍未关闭"},
    "elapsed": {"en": "elapsed", "zh": "历时"},
    "solved": {"en": "solved", "zh": "已解决"},
    "declined": {"en": "declined", "zh": "已谢绝"},
    "exchanged": {"en": "exchanged", "zh": "已换货"},
    "unsolved": {"en": "unsolved", "zh": "未解决"},
    "done": {"en": "done", "zh": "已完成"},
    "defect": {"en": "belongs to defect {defect}: {how}", "zh": "属于缺陷 {defect}:{how}"},
    "defect_open": {"en": "not solved yet", "zh": "尚未解决"},
    "defect_by_defect": {"en": "solved with another case", "zh": "随另一个案解决"},
    "defect_deflected": {"en": "its solution was published already", "zh": "解决方案已公布"},
    "defect_solved_it": {"en": "solved by this case", "zh": "由本个案解决"},
    "defect_alone": {
        "en": "solved alone, before the defect was",
        "zh": "在缺陷解决之前单独解决",
    },
    "defect_otherwise": {"en": "ended without a solution", "zh": "未获解决而结束"},
    # its steps
    "taken_over": {
        "en": "{after} takes over from {before}: {why}",
        "zh": "{after} 接替 {before}:{why}",
    },
    "why_handed_over": {"en": "handed over", "zh": "交接"},
    "why_waited": {"en": "waited for too long", "zh": "等待过久"},
    "why_left": {"en": "has left", "zh": "已离职"},
    "why_dedicated": {"en": "the customer's dedicated agent", "zh": "客户的专属客服"},
    "timeline": {
        "en": "Timeline (local time; lengths in h:mm:ss)",
        "zh": "时间线（当地时间；时长为 时:分:秒）",
    },
    "answer": {"en": "answer: {answer} ({by})", "zh": "回答：{answer}（{by}）"},
    "none": {"en": "no choice", "zh": "无选择"},
    "script": {"en": "as scripted", "zh": "脚本"},
    "fact": {"en": "a fact", "zh": "事实"},
    "call": {"en": "what the called flow gave", "zh": "被调用流程的结果"},
    "attribute": {"en": "the case is so", "zh": "个案属性"},
    "clock": {"en": "by the clock", "zh": "按时限"},
    "draw": {"en": "drawn", "zh": "抽样"},
    "not_done": {"en": "not done when the run ended", "zh": "运行结束时未完成"},
    # the sum
    "sum": {"en": "What the time went into (h:mm:ss)", "zh": "时间去向（时:分:秒）"},
    "together": {"en": "together: the elapsed time", "zh": "合计：历时"},
    "since_start": {"en": "together: the time since the run began", "zh": "合计：仿真开始以来"},
    # its clocks
    "clocks": {"en": "Clocks", "zh": "时限"},
    "no_clocks": {"en": "nothing was promised", "zh": "没有承诺"},
    "goes_on": {"en": "goes on with {used} used before", "zh": "接续此前已用 {used}"},
    "changed": {
        "en": "severity changed {at}: target {target} from then on",
        "zh": "严重程度变更 {at}：此后目标 {target}",
    },
    "target": {
        "en": "target {target} of the contract's hours, used {used}",
        "zh": "目标 {target}（合同服务时间内），已用 {used}",
    },
    "pause": {
        "en": "paused  {from_at} – {to_at}  {length}",
        "zh": "暂停  {from_at} – {to_at}  {length}",
    },
    "due": {"en": "due {at}", "zh": "到期 {at}"},
    "not_due": {"en": "not yet due when the run ended", "zh": "运行结束时尚未到期"},
    "kept": {"en": "kept: stopped {at}", "zh": "兑现：停止于 {at}"},
    "broken": {"en": "broken: stopped {at}", "zh": "违约：停止于 {at}"},
    "broken_open": {
        "en": "broken, and still running when the run ended",
        "zh": "违约，运行结束时仍在计时",
    },
    "running": {"en": "still running when the run ended", "zh": "运行结束时仍在计时"},
    "whose": {
        "en": "the breach is of: {cause}, {time} of the target",
        "zh": "违约归因：{cause}，占目标 {time}",
    },
    "whose_pool": {
        "en": "in the hands of: {pool}, {time} of the target",
        "zh": "责任层级：{pool}，占目标 {time}",
    },
    "renewed": {
        "en": "promised anew {at}: {target} of the contract's hours from then on",
        "zh": "重新承诺 {at}：此后 {target}（合同服务时间内）",
    },
}


def say(key: str, lang: Language, **values: object) -> str:
    """A phrase in one language, with its values; a word that nobody has put into words as it is."""
    told = _WORDS.get(key)
    return told[lang].format(**values) if told else key


def length(time: int, exact: bool = False) -> str:
    """A length of time in ms as h:mm:ss, with its milliseconds where it is to be exact.

    Example:
        >>> length(93_784_005), length(93_784_005, exact=True)
        ('26:03:04', '26:03:04.005')
    """
    hours, rest = divmod(int(time), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, rest = divmod(rest, SECOND)
    return f"{hours}:{minutes:02}:{seconds:02}" + (f".{rest:03}" if exact else "")


class Names:
    """Moments and pools of a log, written in one language."""

    def __init__(self, terms: Mapping[str, Any], lang: Language) -> None:
        self.lang = lang
        self._pools = terms["pools"]
        self._epoch = spans.epoch_of(terms)

    def moment(self, at: int) -> str:
        """A moment as weekday, local date and time."""
        local = self._epoch.local(int(at))
        return f"{WEEKDAYS[self.lang][local.weekday()]} {local:%Y-%m-%d %H:%M:%S}"

    def pool(self, number: int) -> str:
        """A pool by its role's title and its region."""
        pool = self._pools[number]
        title = describe.say(roles.title(str(pool["role"])), self.lang)
        return f"{title} {pool['region']}" if pool.get("region") else title


def cause(name: str, lang: Language) -> str:
    """A cause of `timelines.CAUSES` in words."""
    return CAUSES[name][lang]


def clock(name: str, lang: Language) -> str:
    """A word of `eventlog.CLOCKS` in words."""
    return CLOCKS[name][lang]
