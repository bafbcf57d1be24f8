"""The words of the hall's page, in Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum

from simulator.gateway.fleet_schemas import DeviceState, Paper
from simulator.gateway.hall_standing import Standing, Trouble


class Language(StrEnum):
    """Of the page."""

    CHINESE = "zh"
    ENGLISH = "en"


Pair = tuple[str, str]  # Chinese, English

STANDINGS: Mapping[Standing, tuple[str, Pair]] = {  # with a sign
    Standing.STOPPED: ("✕", ("停用", "Stopped")),
    Standing.SILENT: ("?", ("没有消息", "Silent")),
    Standing.LOOK: ("!", ("请去看看", "Please look")),
    Standing.GOOD: ("✓", ("正常", "Working")),
    Standing.NEW: ("–", ("还没开过", "Never started")),
}
TROUBLES: Mapping[Trouble, Pair] = {
    Trouble.QUEUE_FULL: ("不再收新的办理：离线队列已停", "Takes nothing new: its queue is closed"),
    Trouble.QUEUE_HIGH: ("待发的快满了", "Queue nearly full"),
    Trouble.AUDIT: ("审计日志写不进去", "Audit log cannot be written"),
    Trouble.DIRECTIVES_REFUSED: ("下发的指令没有通过检查", "Does not believe its directives"),
    Trouble.DIRECTIVES_NOT_TAKEN: ("下发的指令还没有采用", "Has not taken its directives"),
    Trouble.CONFIGURATION: ("配置版本不是要求的", "Not the wanted configuration"),
    Trouble.CLOCK: ("时钟不准", "Clock is wrong"),
    Trouble.DISK: ("磁盘快满了", "Disk nearly full"),
    Trouble.CERTIFICATE: ("证书快到期", "Certificate expires soon"),
}
PAPERS: Mapping[Paper, Pair] = {
    Paper.ENOUGH: ("够用", "enough"),
    Paper.LOW: ("快用完", "low"),
    Paper.OUT: ("没纸了", "none left"),
    Paper.UNKNOWN: ("不清楚", "not known"),
}
DEVICES: Mapping[str, Pair] = {
    "card_reader": ("读卡器", "Card reader"),
    "psam": ("安全模块", "Security module"),
    "id_scanner": ("身份证阅读器", "ID reader"),
    "camera": ("摄像头", "Camera"),
    "face": ("人脸核对", "Face check"),
    "printer": ("打印机", "Printer"),
}
_STATES: Mapping[DeviceState, Pair] = {
    DeviceState.STARTING: ("正在启动", "starting"),
    DeviceState.ONLINE: ("可用", "working"),
    DeviceState.OFFLINE: ("不能用", "does not work"),
    DeviceState.BUSY: ("正忙", "busy"),
    DeviceState.USER_ERROR: ("要人处理", "wants a hand"),
    DeviceState.HARDWARE_ERROR: ("坏了", "broken"),
    DeviceState.NO_DEVICE: ("没连上", "not connected"),
}
_FAULTS: Mapping[str, Pair] = {
    "PRN_PAPER_OUT": ("没纸了", "out of paper"),
    "PRN_COVER_OPEN": ("盖子开着", "cover is open"),
    "PRN_CUTTER": ("切刀卡住", "cutter is stuck"),
    "PRN_HEAD_HOT": ("太热，等一会儿", "too hot, wait"),
    "PRN_SILENT": ("没有回应", "does not answer"),
    "CARD_SERVICE_DOWN": ("读卡服务没有运行", "its service is down"),
    "ID_READER_SILENT": ("没有回应", "does not answer"),
    "FACE_CAMERA_FROZEN": ("画面不动", "picture stands still"),
    "DEV_STUCK": ("卡住了", "is stuck"),
}
SERVICES: Mapping[str, Pair] = {
    "contribution_certificate": ("参保缴费证明", "Contribution certificate"),
    "entitlement_record": ("权益记录单", "Entitlement record"),
    "transfer_enterprise_across": ("企业养老关系转入", "Enterprise pension transfer-in"),
    "transfer_between_across": ("城乡居民转企业", "Transfer between schemes"),
    "transfer_between_within": ("区内制度间转移", "Transfer within the area"),
    "transfer_government_within": ("机关养老关系转入", "Government pension transfer-in"),
    "activation": ("社保卡启用", "Card activation"),
    "loss_report": ("临时挂失", "Temporary loss report"),
    "reinstatement": ("解挂", "Reinstatement"),
    "cancellation": ("社保卡注销", "Card cancellation"),
    "unemployment_benefit": ("失业保险金", "Unemployment benefit"),
    "unemployment_allowance": ("失业补助金", "Unemployment allowance"),
    "skill_subsidy": ("技能提升补贴", "Skill subsidy"),
    "entitlement_review": ("资格认证", "Entitlement review"),
    "pension_certificate": ("待遇领取证明", "Pension certificate"),
}
TESTS: Mapping[str, Pair] = {  # beside those that are named as their device is
    "configuration": ("设置", "settings"),
    "keys": ("密钥", "keys"),
    "fonts": ("字体", "fonts"),
    "versions": ("版本", "versions"),
    "disk": ("磁盘", "disk"),
    "queue": ("离线队列", "queue"),
    "audit": ("审计日志", "audit log"),
    "network": ("网络连接", "network link"),
    "dns": ("网关名称", "gateway name"),
    "certificate": ("网关证书", "certificate"),
    "gateway": ("网关", "gateway"),
    "screen": ("屏幕", "screen"),
    "loudspeaker": ("语音", "voice"),
    "memory": ("内存", "memory"),
    "temperature": ("温度", "temperature"),
    "ups": ("备用电源", "backup power"),
    "watchdog": ("看门狗", "watchdog"),
    "read_card": ("试读社保卡", "reading a card"),
    "read_id": ("试读身份证", "reading an ID"),
    "print_page": ("试打", "test page"),
    "touch": ("试触摸", "touch screen"),
    "drag": ("划线测试", "drawing on the screen"),
    "calibration": ("触摸校准", "touch calibration"),
    "picture": ("画面", "camera picture"),
    "sound": ("提示音", "sound"),
    "comparison": ("比对人脸", "face comparison"),
}
LABELS: Mapping[str, Pair] = {
    "title": ("本厅一体机", "Kiosks of this hall"),
    "other_language": ("English", "中文"),
    "paper": ("打印纸", "Paper"),
    "queue": ("待发送", "To be sent"),
    "last_visit": ("上次有人用", "Last used"),
    "heard": ("最近消息", "Last heard"),
    "tested": ("全部测试", "Full test"),
    "ready": ("{time} 可以服务", "{time}, ready"),
    "not_ready": ("{time} 不能服务", "{time}, not ready"),
    "failed": ("没通过", "Failed"),
    "since": ("{time} 起没有消息", "Not heard from since {time}"),
    "never": ("登记后还没有收到过消息", "Registered, and not heard from yet"),
    "nothing_waits": ("没有", "nothing"),
    "waits": ("{count} 笔", "{count}"),
    "oldest": ("，最久 {age}", ", oldest {age}"),
    "seconds": ("不到 1 分钟", "under 1 min"),
    "minutes": ("{count} 分钟", "{count} min"),
    "hours": ("{count} 小时", "{count} h"),
    "days": ("{count} 天", "{count} days"),
    "ago": ("{age}前", "{age} ago"),
    "just_now": ("刚刚", "just now"),
    "about": ("{time} 前后", "about {time}"),
    "not_used": ("开机后还没有", "not since its start"),
    "everything_closed": ("现在什么都不能办", "Nothing can be done here now"),
    "stopped_by_order": ("已按指令停用", "Out of service by order"),
    "closed": ("不能办：{names}", "Not offered: {names}"),
    "and_more": ("等 {count} 项", " and others, {count} in all"),
    "comma": ("、", ", "),
    "empty": ("还没有登记一体机。", "No kiosk is registered yet."),
    "at": ("{time} 的情况，每 15 秒更新", "As at {time}, renewed every 15 seconds"),
}


class Words:
    """Says everything in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._side = list(Language).index(language)

    def say(self, label: str, **values: object) -> str:
        """A sentence of the page."""
        return self.of(LABELS[label]).format(**values)

    def of(self, pair: Pair) -> str:
        """The half in this language."""
        return pair[self._side]

    def device(self, device: str, state: DeviceState, fault: str | None) -> str:
        """A device, and what is the matter with it."""
        name = self.of(DEVICES.get(device, (device, device)))
        what = self.of(_FAULTS.get(fault or "", _STATES[state]))
        return f"{name}{what}" if self.language is Language.CHINESE else f"{name} {what}"

    def test(self, name: str) -> str:
        """A test, in few words; one of a later release by its name."""
        return self.of(TESTS.get(name) or DEVICES.get(name) or (name, name))

    def services(self, names: list[str], most: int) -> str:
        """Some of the services by name, and how many they are when not all are named."""
        told = self.say("comma").join(self.of(SERVICES.get(name, (name, name))) for name in names[:most])
        return told if len(names) <= most else told + self.say("and_more", count=len(names))
