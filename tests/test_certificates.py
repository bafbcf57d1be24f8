"""Certificates on paper: what they say, that their code is read from it, and that only the true one is believed."""

import base64
import io
import json
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey
from PIL import Image, ImageOps

from config import fonts
from config.clock import CHINA
from config.fonts import FontSet
from config.settings import Hall
from drivers.printer.blocks import BigNumber, Qr, Rows, SlipDocument, Stamp, Table
from drivers.printer.slip import render
from flows.certificates import Certificate, CertificateKind
from flows.records import ContributionSpan
from kiosk import cli
from kiosk.certificate_answer import read_certificate
from kiosk.certificate_token import CertificateKeys, Flaw, NotGenuine
from kiosk.certificate_verdict import verify
from kiosk.certificates import compose
from kiosk.contract import ContractBroken
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.people import BY_KEY
from tests.issuing import Authority, asked_for, order_for

HALL = Hall(name="济南市政务服务大厅", kiosk="03", receipt_prefix="JN03")
PRINTED = datetime(2026, 11, 23, 14, 26, tzinfo=CHINA)
OUTPUT = Path(__file__).parent / "output" / "certificates"
AUTHORITY = Authority()
CHINESE = Catalogue.load("zh_CN", raise_missing)


@pytest.fixture(scope="module")
def font_set(tmp_path_factory: pytest.TempPathFactory) -> FontSet:
    directory: Path = tmp_path_factory.mktemp("fonts")
    fonts.prepare(directory)
    return FontSet.load(directory)


def certificate(
    key: str = "zhang_ling", kind: CertificateKind = CertificateKind.CONTRIBUTIONS, agent: str = ""
) -> Certificate:
    return Authority(AUTHORITY.key).certificate(order_for(key, kind, agent))


def words(document: SlipDocument) -> str:
    """All that stands on the paper."""
    said: list[str] = []
    for block in document.blocks:
        match block:
            case Rows(pairs):
                said += [f"{label} {value}" for label, value in pairs]
            case Table(heading, total, rows):
                said += [f"{heading} {total}", *(f"{r.title} {r.detail} {r.amount} {r.remark}" for r in rows)]
            case BigNumber(label, number):
                said.append(f"{label} {number}")
            case Stamp(text, beneath):
                said += [text, beneath]
            case _:
                said.append(getattr(block, "text", ""))
    return "\n".join(said)


def on_paper(one: Certificate, language: str = "zh_CN") -> str:
    return words(compose(one, HALL, Catalogue.load(language, raise_missing), PRINTED))


def drawn(font_set: FontSet, one: Certificate, language: str = "zh_CN", width: int = 576) -> Image.Image:
    return render(compose(one, HALL, Catalogue.load(language, raise_missing), PRINTED), font_set, width)


def scanned(picture: Image.Image) -> str:
    """What a reader gets from the printed picture, which has white margins of 5 mm on the paper."""
    paper = ImageOps.expand(picture.convert("L"), border=40, fill=255)
    paper = paper.crop((0, paper.height - 1500, paper.width, paper.height))
    content, *_ = cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(paper))
    return str(content)


def test_everything_certified_stands_on_the_paper() -> None:
    said = on_paper(certificate("gulimire", agent="zhao_qi"))
    for key in ("gulimire", "zhao_qi"):
        assert BY_KEY[key].name in said
        assert BY_KEY[key].number in said
    for part in (
        "个人参保缴费证明",
        "证明编号 JN-20261123-000042",
        "2015年1月 至\n2026年10月",
        "养老保险 共 135 个月",
        "失业保险 共 137 个月",
        "工伤保险 共 60 个月",
        "济南泉水示例纺织有限公司 2015年3月 至 2020年2月 58 个月 还有 2 个月没缴，不算",
        "有 7 个月没有缴费或没有缴全",
        "只证明实际缴费的月份",
        "打印地点 济南市政务服务大厅",
        "自助机 03 号",
        "开具时间 2026-11-23 14:25",
        "打印时间 2026-11-23 14:26",
        "验证码 7KQM-2X9D",
        "12333",
    ):
        assert part in said
    assert "作废" not in said
    assert "次打印" not in said


def test_without_arrears_only_the_rule_is_said() -> None:
    assert "没有缴费" not in on_paper(replace(certificate(), arrears=0))
    assert "只证明实际缴费的月份" in on_paper(replace(certificate(), arrears=0))


def test_a_pension_says_its_amount() -> None:
    said = on_paper(certificate("li_xiuying", CertificateKind.PENSION))
    for part in ("职工养老待遇领取证明", "企业职工基本养老金", "2003年3月", "2026年11月", "现在每月领取 3,286.50 元"):
        assert part in said


def test_the_entitlement_record_has_a_title_of_its_own() -> None:
    assert "社会保险个人权益记录单" in on_paper(certificate(kind=CertificateKind.ENTITLEMENT_RECORD))


def test_a_reprint_is_marked_and_names_what_is_void() -> None:
    third = replace(certificate(), copy=3, voided=(1, 2))
    said = on_paper(third)
    assert "第 3 次打印" in said
    assert "第 1、2 次没有打完整，已经作废" in said
    assert "Copies" not in on_paper(third, "en")
    assert "COPY 3" in on_paper(third, "en")
    assert "JN-20261123-000042" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize(
    ("name", "key", "kind", "agent"),
    [
        ("own", "zhang_ling", CertificateKind.CONTRIBUTIONS, ""),
        ("by_agent", "gulimire", CertificateKind.CONTRIBUTIONS, "zhao_qi"),
        ("longest_names", "gulimire", CertificateKind.ENTITLEMENT_RECORD, "berg"),
        ("pension", "li_xiuying", CertificateKind.PENSION, ""),
    ],
)
def test_the_code_on_the_paper_passes_the_check(
    font_set: FontSet, name: str, key: str, kind: CertificateKind, agent: str, width: int, language: str
) -> None:
    one = certificate(key, kind, agent)
    picture = drawn(font_set, replace(one, copy=2, voided=(1,)), language, width)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    picture.save(OUTPUT / f"{name}-{width}-{language}.png")
    assert picture.width == width
    assert scanned(picture) == one.token
    verdict = verify(scanned(picture), AUTHORITY.keys, CHINESE)
    assert verdict.genuine
    assert BY_KEY[key].number in "".join(verdict.lines)


def test_modules_are_four_dots_at_least(font_set: FontSet) -> None:
    for width in (576, 384):
        one = certificate("gulimire", CertificateKind.ENTITLEMENT_RECORD, "gulimire")
        dots = np.asarray(render(SlipDocument((Qr(one.token, size=_qr_of(one)),)), font_set, width))
        row = np.flatnonzero(~dots[np.flatnonzero(~dots.all(axis=1))[0]])
        run = np.split(row, np.flatnonzero(np.diff(row) > 1) + 1)[0]
        assert len(run) >= 7 * 4  # the edge of a finder pattern is seven modules


def _qr_of(one: Certificate) -> Any:
    return next(block.size for block in compose(one, HALL, CHINESE, PRINTED).blocks if isinstance(block, Qr))


def test_a_long_certificate_is_drawn_in_time(font_set: FontSet) -> None:
    """Forty spans, half a metre of paper and more; drawn beside the event loop."""
    one = certificate()
    spans: tuple[ContributionSpan, ...] = one.spans * 8
    started = time.perf_counter()
    picture = drawn(font_set, replace(one, spans=spans))
    assert time.perf_counter() - started < 10
    assert picture.height > 6000
    assert scanned(picture) == one.token


def test_verify_prints_what_is_certified_in_plain_lines() -> None:
    verdict = verify(certificate("gulimire", agent="zhao_qi").token + "\n", AUTHORITY.keys, CHINESE)
    assert verdict.lines == (
        "这份证明是真的，由社会保险业务系统签名。",
        "证明名称: 个人参保缴费证明",
        "证明编号: JN-20261123-000042",
        "打印次数: 第 1 次",
        "姓名: 古丽米热·阿卜杜热合曼",
        f"社会保障号: {BY_KEY['gulimire'].number}",
        f"代办人: {BY_KEY['zhao_qi'].name}",
        f"代办人号码: {BY_KEY['zhao_qi'].number}",
        "证明期间: 2015年1月 至 2026年10月",
        "养老保险: 135 个月",
        "失业保险: 137 个月",
        "工伤保险: 60 个月",
        "开具时间: 2026-11-23 14:25",
        "电子签名: hall-gateway",
        "验证码: 7KQM-2X9D",
        "请和纸上写的逐项核对。",
    )
    pension = verify(certificate(kind=CertificateKind.PENSION).token, AUTHORITY.keys, CHINESE)
    assert "现在每月领取: 3,286.50 元" in pension.lines


def content_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return content


def encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, ensure_ascii=False).encode()).rstrip(b"=").decode()


def with_the_hash_as_key(token: str) -> str:
    """The classic forgery: the public key used as if it were a shared secret."""
    secret = OctKey.import_key(json.dumps(AUTHORITY.key.as_dict(private=False)))
    header = {"alg": "HS256", "typ": "kiosk-certificate+jws", "kid": AUTHORITY.key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(content_of(token)).encode(), secret, algorithms=["HS256"])


FORGERIES = {
    "nothing": (lambda _: "", Flaw.MALFORMED),
    "words": (lambda _: "这是真的", Flaw.MALFORMED),
    "an address": (lambda _: "https://example.cn/verify?n=1", Flaw.MALFORMED),
    "cut short": (lambda token: token[:-22], Flaw.MALFORMED),
    "two parts": (lambda token: token.rpartition(".")[0], Flaw.MALFORMED),
    "four parts": (lambda token: token + ".AA", Flaw.MALFORMED),
    "endless": (lambda token: token + "A" * 5000, Flaw.MALFORMED),
    "other spelling of the same bytes": (lambda token: token[:-1] + chr(ord(token[-1]) + 1), Flaw.MALFORMED),
    "unsigned": (
        lambda token: f"{encoded({'alg': 'none', 'typ': 'kiosk-certificate+jws'})}.{token.split('.')[1]}.",
        Flaw.OTHER_TYPE,
    ),
    "public key as secret": (with_the_hash_as_key, Flaw.OTHER_TYPE),
    "a request's signature": (lambda token: AUTHORITY.sign(content_of(token), "kiosk-request+jws"), Flaw.OTHER_TYPE),
    "signed, but not as the contract says": (lambda _: AUTHORITY.sign({"n": "1"}), Flaw.OTHER_TYPE),
    "another key": (lambda token: Authority().sign(content_of(token)), Flaw.OTHER_KEY),
    "more months": (
        lambda token: ".".join(
            (token.split(".")[0], encoded(content_of(token) | {"m": {"pension": 480}}), token.split(".")[2])
        ),
        Flaw.ALTERED,
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_not_genuine_is_said_so(forgery: str) -> None:
    forge, flaw = FORGERIES[forgery]
    text = forge(certificate().token)
    with pytest.raises(NotGenuine) as caught:
        AUTHORITY.keys.check(text)
    assert caught.value.flaw is flaw
    verdict = verify(text, AUTHORITY.keys, CHINESE)
    assert not verdict.genuine
    assert verdict.lines[0] == "这不是真的证明。"
    assert len(verdict.lines) == 2


def test_no_single_character_can_be_changed() -> None:
    token = certificate().token
    for place, char in enumerate(token):
        other = "A" if char != "A" else "B"
        with pytest.raises(NotGenuine):
            AUTHORITY.keys.check(token[:place] + other + token[place + 1 :])


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another person": ({"person": {"number": BY_KEY["chan"].number, "name": "陈颖欣"}}, "not as ordered: person"),
    "another kind": ({"kind": "entitlement_record"}, "not as ordered: kind"),
    "an agent": ({"agent": {"number": BY_KEY["chan"].number, "name": "陈颖欣"}}, "not as ordered: agent"),
    "another period": ({"first": "2016-01"}, "not as ordered: period, spans"),
    "no period": ({"first": None, "last": None}, "not as ordered: period, spans"),
    "a pension too": ({"pension": {"kind": "enterprise"}}, "pension"),
    "no number": ({"number": ""}, "number"),
    "copy nought": ({"copy": 0}, "copy"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_was_ordered_is_taken(change: str) -> None:
    changes, complaint = CHANGES[change]
    order = order_for()
    authority = Authority()
    answer = authority.issue(asked_for(order))
    answer |= changes
    with pytest.raises(ContractBroken, match=complaint):
        read_certificate(json.dumps(answer).encode(), order, authority.keys)


ALTERED: dict[str, tuple[dict[str, Any], str]] = {
    "number": ({"number": "JN-1"}, "signed otherwise: number, content_hash"),
    "copy": ({"copy": 9}, "signed otherwise: copy, content_hash"),
    "code": ({"verification_code": "AAAA"}, "signed otherwise: verification_code, content_hash"),
    "time": ({"issued_at": "2026-11-22T14:25:40+08:00"}, "signed otherwise: issued_at, content_hash"),
    "name": ({"person": {"number": BY_KEY["zhang_ling"].number, "name": "章玲"}}, "signed otherwise: person"),
    "months": ({"spans": []}, "signed otherwise: months, content_hash"),
    "arrears": ({"arrears": 0}, "signed otherwise: content_hash"),
    "something new": ({"remark": "x"}, "signed otherwise: content_hash"),
    "token": ({"token": "x"}, "token: malformed"),
    "another key": ({"token": Authority().certificate(order_for()).token}, "token: other_key"),
}


@pytest.mark.parametrize("field", ALTERED)
def test_what_differs_from_the_signature_is_not_believed(field: str) -> None:
    changes, complaint = ALTERED[field]
    order = order_for()
    authority = Authority()
    answer = authority.issue(asked_for(order)) | changes
    with pytest.raises(ContractBroken, match=complaint) as caught:
        read_certificate(json.dumps(answer).encode(), order, authority.keys)
    assert not any(secret in str(caught.value) for secret in ("玲", BY_KEY["zhang_ling"].number))


def test_void_copies_are_not_signed_over() -> None:
    """They are known only later; the paper of the next copy names them."""
    authority = Authority(voided=[1])
    assert authority.certificate(order_for()).voided == (1,)


def test_without_the_gateways_keys_nothing_is_believed() -> None:
    with pytest.raises(NotGenuine):
        CertificateKeys().check(certificate().token)


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "gateway-public.jwks"
    sealing = OKPKey.generate_key("X25519", {"use": "enc"}).as_dict(private=False)
    signing = AUTHORITY.key.as_dict(private=False) | {"kid": AUTHORITY.key.thumbprint()}
    path.write_text(json.dumps({"keys": [sealing, signing]}), "ascii")
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kiosk", *arguments])
    return cli.main()


def test_kiosk_verify_needs_only_the_public_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys_file: Path, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    token = certificate().token
    assert run(monkeypatch, "verify", "--keys", str(keys_file), token) == 0
    assert "姓名: 张玲" in capsys.readouterr().out
    assert run(monkeypatch, "verify", "--keys", str(keys_file), "--language", "en", token[:-8] + "AAAAAAAA") == 1
    assert "Not genuine." in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO(token + "\n"))
    assert run(monkeypatch, "verify", "--keys", str(keys_file), "-") == 0
    assert run(monkeypatch, "verify", "--keys", str(tmp_path / "none"), token) == 2


def test_a_kiosk_verifies_with_the_keys_it_was_enrolled_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys_file: Path, tmp_path: Path
) -> None:
    configuration = tmp_path / "kiosk.toml"
    configuration.write_text(f'data_directory = "{tmp_path}"\n', "utf-8")
    enrolled = ("--config", str(configuration), "enroll", "--gateway-keys", str(keys_file))
    assert run(monkeypatch, *enrolled) == 0
    assert Path(capsys.readouterr().out.strip()).name == "kiosk.jwk"
    assert run(monkeypatch, "--config", str(configuration), "verify", certificate().token) == 0
    assert run(monkeypatch, "--config", str(configuration), "verify", Authority().certificate(order_for()).token) == 1
    assert "不是已知的社保公钥" in capsys.readouterr().out
