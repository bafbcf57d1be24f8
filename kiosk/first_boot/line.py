"""The files of mutual TLS at enrolment: the authority that is believed, the request, the certificate when it comes.

A kiosk that has a certificate goes on with it until the next one is there: a new key waits beside it, as
``line-next.key``, and takes its place together with its certificate.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from config.files import replace_text
from config.settings import Settings
from flows.prompts import Text
from kiosk.first_boot.line_request import (
    Key,
    belongs,
    certificates,
    demand_good,
    key_of,
    key_text,
    new_key,
    request,
    requested_by,
)
from kiosk.first_boot.steps import State, Step, StepFailed, StepReport
from kiosk.key_files import credentials_directory, place_of, read_public, read_secret, read_trusted


@dataclass(frozen=True)
class LinePlaces:
    """Where the files of the line are, as the settings name them; ``next_key`` and ``request`` beside the key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def of(cls, settings: Settings) -> "LinePlaces | None":
        """None where the gateway is not asked over TLS, or the settings name no files."""
        endpoint = settings.gateway
        if not endpoint.url.startswith("https://") or not (endpoint.ca_file and endpoint.client_key):
            return None
        return cls(Path(endpoint.ca_file), Path(endpoint.client_certificate), Path(endpoint.client_key))

    @property
    def next_key(self) -> Path:
        """The key of the next certificate, while it waits for that."""
        return self.key.with_name(f"{self.key.stem}-next{self.key.suffix}")

    def request(self, kiosk: str) -> Path:
        """The request that is taken to the authority; its name says whose it is."""
        return self.key.with_name(f"{kiosk}.csr")


def trust(places: LinePlaces | None, file: Path | None, *, renew: bool) -> StepReport:
    """Pin the authority in ``file``; without one, say whether one is pinned.

    Raises:
        NotEnrolled, StepFailed: the file is not readable or holds no certificate.
    """
    if places is None:
        return StepReport(Step.AUTHORITY, State.KEPT, (Text("enrol.authority.not_needed"),))
    here = place_of(places.authority.parent, places.authority.name)
    facts = {"authority": str(here)}
    if file is None:
        if here.exists():
            certificates(read_trusted(here))
            return StepReport(Step.AUTHORITY, State.KEPT, (Text("enrol.authority.kept"),), facts=facts)
        return StepReport(
            Step.AUTHORITY, State.OPEN, (Text("enrol.authority.none"),), (Text("enrol.authority.none.then"),)
        )
    text = read_public(file)
    certificates(text)
    if here.exists():
        if read_trusted(here) == text:
            return StepReport(Step.AUTHORITY, State.KEPT, (Text("enrol.authority.kept"),), facts=facts)
        if not renew:
            raise StepFailed(Text("enrol.authority.other", {"file": str(here)}), Text("enrol.authority.other.then"))
    _make_folder(places.authority.parent)
    replace_text(places.authority, text, 0o644)
    return StepReport(Step.AUTHORITY, State.DONE, (Text("enrol.authority.done"),), facts=facts)


def ask_for_certificate(settings: Settings, places: LinePlaces | None, *, renew: bool) -> StepReport:
    """Make the key and the request for it, where there is no certificate, or with ``renew`` for the next one.

    Raises:
        NotEnrolled, StepFailed: a key that is there cannot be used.
    """
    if places is None:
        return StepReport(Step.CERTIFICATE, State.KEPT, (Text("enrol.certificate.not_needed"),))
    shown = place_of(places.certificate.parent, places.certificate.name)
    if shown.exists() and not renew and not places.next_key.exists():
        until = certificates(read_trusted(shown))[0].not_valid_after_utc
        said = Text("enrol.certificate.kept", {"until": f"{until:%Y-%m-%d}"})
        return StepReport(Step.CERTIFICATE, State.KEPT, (said,), facts={"certificate": str(shown)})
    _make_folder(places.key.parent)
    place, key, made = _key_to_certify(places, has_certificate=shown.exists())
    kiosk = settings.hall.receipt_prefix
    file = places.request(kiosk)
    if made or not file.exists() or not requested_by(read_public(file), key, kiosk):
        replace_text(file, request(key, kiosk, settings.hall.name), 0o644)
        made = True
    facts = {"request": str(file), "key": str(place)}
    said = Text("enrol.certificate.asked" if made else "enrol.certificate.asked_before", {"file": str(file)})
    return StepReport(Step.CERTIFICATE, State.OPEN, (said,), (Text("enrol.certificate.asked.then"),), facts)


def take_certificate(settings: Settings, places: LinePlaces | None, file: Path, now: datetime) -> StepReport:
    """Put a certificate in force that the authority has issued for our request.

    Raises:
        NotEnrolled: a file cannot be read.
        StepFailed: it is not for our key, not ours, not valid now, or not of the authority that is pinned.
    """
    if places is None:
        raise StepFailed(Text("enrol.certificate.not_needed"))
    text = read_public(file)
    chain = certificates(text)
    place = _key_of_certificate(places, chain[0])
    authority = place_of(places.authority.parent, places.authority.name)
    if not authority.exists():
        raise StepFailed(Text("enrol.authority.none"), Text("enrol.authority.none.then"))
    demand_good(chain, certificates(read_trusted(authority)), settings.hall.receipt_prefix, now.astimezone(UTC))
    until = Text("enrol.certificate.kept", {"until": f"{chain[0].not_valid_after_utc:%Y-%m-%d}"})
    facts = {"certificate": str(places.certificate)}
    if places.certificate.exists() and read_trusted(places.certificate) == text:
        return StepReport(Step.CERTIFICATE, State.KEPT, (until,), facts=facts)
    if place == places.next_key:
        replace_text(places.key, read_secret(place), 0o600)
    replace_text(places.certificate, text, 0o644)
    places.next_key.unlink(missing_ok=True)
    return StepReport(Step.CERTIFICATE, State.DONE, (Text("enrol.certificate.done"), until), facts=facts)


def _key_to_certify(places: LinePlaces, *, has_certificate: bool) -> tuple[Path, Key, bool]:
    """The key of the request, and whether it is new. One that a certificate in force needs is never touched."""
    present = place_of(places.key.parent, places.key.name)
    if not has_certificate:
        if present.exists():
            return present, key_of(read_secret(present)), False
        place = places.key
    else:
        if present.parent == credentials_directory():
            raise StepFailed(Text("enrol.certificate.credential"), Text("enrol.certificate.credential.then"))
        place = places.next_key
        if place.exists():
            return place, key_of(read_secret(place)), False
    key = new_key()
    replace_text(place, key_text(key).strip(), 0o600)
    return place, key, True


def _key_of_certificate(places: LinePlaces, shown: x509.Certificate) -> Path:
    """The one of our keys that the certificate is for."""
    found = [places.next_key, place_of(places.key.parent, places.key.name)]
    there = [path for path in found if path.exists()]
    if not there:
        raise StepFailed(Text("enrol.certificate.no_key"), Text("enrol.certificate.no_key.then"))
    for path in there:
        if belongs(shown, key_of(read_secret(path))):
            return path
    raise StepFailed(Text("enrol.certificate.other_key"), Text("enrol.certificate.other_key.then"))


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
