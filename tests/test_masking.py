import pytest

from config.masking import mask_account, mask_mobile, mask_name, mask_number

RARE = "\U0002c386"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张*丰"),
        ("张玲", "张*"),
        ("欧阳修文", "欧**文"),
        ("娜", "*"),
        ("", ""),
        (" 张三丰 ", "张*丰"),
        (f"赵{RARE}", "赵*"),
        (f"赵{RARE}一", "赵*一"),
        (f"{RARE}一{RARE}", f"{RARE}*{RARE}"),
        ("葛\U000e0100城市", "葛\U000e0100*市"),  # a selector belongs to its character
        ("古丽米热·阿卜杜热合曼", "古***·阿***"),
        ("安娜·贝尔格", "安*·贝**"),
        ("BERG, ANNA MARIA", "B***, A*** M***"),
        ("Jean-Luc O", "J***-L** O"),
        ("Madonna", "M***"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("37010219990101123X", "370102********123X"),
        ("810000198805050006", "810000********0006"),  # residence permit, Hong Kong
        ("D21435692", "D21****92"),
        ("H00000001", "H00****01"),  # permit of a Hong Kong resident
        ("NOR110108070401", "NOR110******401"),
        ("13800000021", "138****0021"),
        ("1234567890123456789", "1234*************89"),
        ("12345", "1****"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_numbers(number: str, masked: str) -> None:
    assert mask_number(number) == masked
    assert len(mask_number(number)) == len(number)


def test_mobile_numbers() -> None:
    assert mask_mobile("13800000021") == "138****0021"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("6222021234567890123", "***0123"),
        ("1234567890123456", "***3456"),
        ("12345", "***2345"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_accounts(number: str, masked: str) -> None:
    assert mask_account(number) == masked
