"""``kiosk keys``: show whose the keys are that ``kiosk enroll`` has made, trust other keys of the gateway."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from config.clock import CHINA
from config.settings import Settings
from kiosk import enrolment
from kiosk.audit.acts import note_act
from kiosk.audit.log import Act
from kiosk.gateway_keys import GatewayKeys, gateway_keys_file, keep_gateway_keys, load_gateway_keys, read_gateway_keys
from kiosk.key_files import NotEnrolled
from kiosk.line_certificates import CertificateUnusable, LineFiles


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``keys`` to the command line; its functions take settings and arguments."""
    keys = commands.add_parser("keys", help="show the keys' names, or trust other keys of the gateway")
    ways = keys.add_subparsers(required=True, metavar="WAY")
    show = ways.add_parser("show", help="names, versions and files of the keys; never a secret")
    show.set_defaults(command=_show)
    trust = ways.add_parser("trust", help="take the gateway's public keys from a file, in place of those before")
    trust.add_argument("file", type=Path, help="JWK Set, brought here by a way that can be trusted")
    trust.set_defaults(command=_trust)


def _show(settings: Settings, _arguments: argparse.Namespace) -> None:
    directory = settings.data_directory / "keys"
    keys = enrolment.load(directory)
    gateway = load_gateway_keys(directory)
    _say(f"kiosk           {keys.kiosk}")
    _say(f"signs with      {keys.signing_key.thumbprint()}  {enrolment.signing_key_file(directory)}")
    _say(f"pseudonyms      {enrolment.subject_key_file(directory)}")
    _say(f"gateway's keys  {_origin(gateway)}  {gateway_keys_file(directory)}")
    _say(f"  sealed to     {gateway.sealing.thumbprint()}")
    for thumbprint in gateway.signing:
        _say(f"  signed by     {thumbprint}")
    _show_line(LineFiles.of(settings.gateway))


def _show_line(files: LineFiles) -> None:
    """The certificates of the line, and how long they last; what is wrong with one is said in its place."""
    try:
        files.demand_usable()
        ends = files.first_end()
    except CertificateUnusable as error:
        _say(f"line            {error}")
        return
    _say(f"line            the first certificate ends {_in_china(ends)}" if ends else "line            no certificates")
    for role, path in (("shown by us", files.certificate), ("believed", files.authority)):
        if path is not None:
            _say(f"  {role:<13} {path}")


def _origin(gateway: GatewayKeys) -> str:
    if gateway.issued_at is None:
        return f"version {gateway.version}, put here by hand"
    return f"version {gateway.version}, issued {_in_china(gateway.issued_at)}"


def _in_china(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _trust(settings: Settings, arguments: argparse.Namespace) -> None:
    directory = settings.data_directory / "keys"
    gateway = read_gateway_keys(arguments.file)
    try:
        keep_gateway_keys(directory, gateway)
    except OSError as error:
        raise NotEnrolled(f"{directory}: {error.strerror}") from None
    _say(f"gateway's keys  {_origin(gateway)}  {gateway_keys_file(directory)}")
    _say(f"  sealed to     {gateway.sealing.thumbprint()}")
    if enrolment.signing_key_file(directory).exists() and not note_act(settings.data_directory, Act.KEYS_TRUSTED):
        sys.stderr.write("kiosk: this could not be written into the audit log\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
