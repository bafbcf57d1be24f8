"""National codes that social security cards and ID cards share: sex, and ethnic group (hardware.md 1.4, 2.4)."""

from enum import StrEnum


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSPECIFIED = "9"


# GB/T 3304, and below the two codes that ID cards add.
_IN_ORDER_FROM_01 = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)

NATIONS = {f"{code:02d}": name for code, name in enumerate(_IN_ORDER_FROM_01.split(), start=1)} | {
    "97": "其他",
    "98": "外国血统中国籍人士",
}


def nation_name(code: str) -> str:
    """The ethnic group (民族) of a two-digit code. Clients disagree beyond 56: an unknown code is its own name."""
    return NATIONS.get(code, code)
