"""The kiosk's keys: made once, kept ever after, made anew only when somebody asks for that."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from config.files import replace_text
from config.settings import Settings
from flows.prompts import Text
from kiosk import enrolment
from kiosk.audit.chain import HeadKey, HeadNotGenuine
from kiosk.audit.files import SIGNED, replace
from kiosk.audit.log import directory_of
from kiosk.first_boot.steps import State, Step, StepFailed, StepReport
from kiosk.gateway_keys import GatewayKeys, gateway_keys_file, keep_gateway_keys, load_gateway_keys, read_gateway_keys
from kiosk.key_files import NotEnrolled, read_trusted
from offline_queue import files
from offline_queue.checking import writer
from offline_queue.inspection import Inspection
from offline_queue.suite import Suite, suite_of


def make(settings: Settings, gateway_keys: Path | None, renew_at: datetime | None) -> StepReport:
    """Make the kiosk's keys if it has none, and trust the gateway's; with ``renew_at`` make them anew at that time.

    Raises:
        NotEnrolled: a file of keys is wrong. Nothing is made before the gateway's have been found good.
        StepFailed: these are another kiosk's keys, or renewing them would lose something.
    """
    directory, kiosk = settings.data_directory / "keys", settings.hall.receipt_prefix
    suite = suite_of(settings.security.suite)
    gateway = None if gateway_keys is None else read_gateway_keys(gateway_keys)
    named = enrolment.name_in(directory)
    if named is not None and named != kiosk:
        other = Text("enrol.identity.other", {"named": named, "wanted": kiosk})
        raise StepFailed(other, Text("enrol.identity.other.then"))
    if named is not None and renew_at is None:
        return _kept(directory, gateway)
    if gateway is None and not _trusts(directory):
        return StepReport(
            Step.KEYS, State.OPEN, (Text("enrol.keys.no_gateway"),), (Text("enrol.keys.no_gateway.then"),)
        )
    demand_no_open_rows(settings.data_directory / "queue", kiosk)
    if named is None:
        enrolment.create(directory, kiosk, suite)
        said = "enrol.keys.done"
    else:
        _renew(settings, renew_at or datetime.now().astimezone(), suite)
        said = "enrol.keys.renewed"
    if gateway is not None:
        keep_gateway_keys(directory, gateway)
    return _report(directory, State.DONE, said)


def demand_no_open_rows(directory: Path, kiosk: str) -> None:
    """What waits is signed by the old key; the gateway would not believe it once it has the new one.

    Raises:
        NotEnrolled: something waits, or the queue is another kiosk's.
    """
    if not (directory / files.DATABASE).exists():
        return
    summary = Inspection(directory).summary()
    if summary.kiosk != kiosk:
        raise NotEnrolled(f"{directory}: this is the queue of {summary.kiosk}, not of {kiosk}; move it away first")
    if waiting := sum(count for state, count in summary.states.items() if state.open):
        raise NotEnrolled(
            f"{directory}: {waiting} transactions wait, signed by the key before; put that key back and let them be "
            "delivered first"
        )


def _trusts(directory: Path) -> bool:
    try:
        load_gateway_keys(directory)
    except NotEnrolled:
        return False
    return True


def _kept(directory: Path, gateway: GatewayKeys | None) -> StepReport:
    if _trusts(directory):
        trusted = load_gateway_keys(directory)
        if gateway is not None and gateway.sealing.thumbprint() != trusted.sealing.thumbprint():
            said = Text("enrol.keys.other_gateway", {"file": str(gateway_keys_file(directory))})
            return StepReport(
                Step.KEYS, State.OPEN, (said,), (Text("enrol.keys.other_gateway.then"),), _facts(directory)
            )
    elif gateway is not None:
        keep_gateway_keys(directory, gateway)
        return _report(directory, State.DONE, "enrol.keys.trusted")
    else:
        return StepReport(
            Step.KEYS, State.OPEN, (Text("enrol.keys.no_gateway"),), (Text("enrol.keys.no_gateway.then"),)
        )
    return _report(directory, State.KEPT, "enrol.keys.kept")


def _report(directory: Path, state: State, said: str) -> StepReport:
    facts = _facts(directory)
    then = () if state is State.KEPT else (Text("enrol.keys.then", {"file": facts["public_key"]}),)
    return StepReport(Step.KEYS, state, (Text(said),), then, facts)


def _facts(directory: Path) -> dict[str, str]:
    return {"public_key": str(enrolment.public_key_file(directory))}


def _renew(settings: Settings, at: datetime, suite: Suite) -> None:
    """The signing key alone: the pseudonyms and the list of the staff hang on the other one.

    The old pair stays in a folder beside. Where the audit log begins and ends is signed anew, if the old key had signed
    it.
    """
    directory = settings.data_directory / "keys"
    if (process := writer(settings.data_directory / "queue")) is not None:
        raise StepFailed(Text("enrol.keys.running", {"process": process}), Text("enrol.keys.running.then"))
    if enrolment.signing_key_file(directory).parent != directory:
        raise StepFailed(Text("enrol.keys.credential"), Text("enrol.keys.credential.then"))
    kiosk = settings.hall.receipt_prefix
    old = enrolment.signing_key(directory, suite)
    before = directory / f"before-{at:%Y%m%dT%H%M%S}"
    before.mkdir(mode=0o700)
    for path, mode in ((enrolment.public_key_file(directory), 0o644), (enrolment.signing_key_file(directory), 0o600)):
        replace_text(before / path.name, read_trusted(path), mode)
    new = suite.new_signing_key(kiosk)
    replace_text(enrolment.public_key_file(directory), json.dumps(new.as_dict(private=False)), 0o644)
    replace_text(enrolment.signing_key_file(directory), json.dumps(new.as_dict(private=True)), 0o600)
    _sign_anew(directory_of(settings.data_directory), HeadKey(kiosk, old, suite), HeadKey(kiosk, new, suite))


def _sign_anew(directory: Path, old: HeadKey, new: HeadKey) -> None:
    for name, place in SIGNED.items():
        file = directory / name
        with suppress(FileNotFoundError, HeadNotGenuine):  # it stays as it is, and verification says so
            replace(file, new.sign(old.read(file.read_bytes(), place), place))
