"""The certificate that this kiosk shows on the line: asked for by a PKCS#10 request (RFC 2986), checked when it comes.

The private key is made here and never leaves: the request holds its public half, signed by it, and the kiosk's name.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from flows.prompts import Text
from kiosk.first_boot.steps import StepFailed

Key = ec.EllipticCurvePrivateKey


def new_key() -> Key:
    """On the curve P-256, which every authority signs."""
    return ec.generate_private_key(ec.SECP256R1())


def key_text(key: Key) -> str:
    """In PEM (PKCS#8), without a password: the file's mode and systemd's sealing protect it (docs/keys.md)."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def key_of(text: str) -> Key:
    """The key that ``key_text`` has written.

    Raises:
        StepFailed: it is not one on P-256 without a password.
    """
    try:
        key = serialization.load_pem_private_key(text.encode("ascii"), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise StepFailed(Text("enrol.certificate.strange_key"), Text("enrol.certificate.strange_key.then"))
    return key


def request(key: Key, kiosk: str, hall: str) -> str:
    """The request in PEM: subject ``O=<hall>, CN=<kiosk>``, for a client that signs."""
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    subject = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, hall),
        x509.NameAttribute(NameOID.COMMON_NAME, kiosk),
    ]
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name(subject))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


def requested_by(text: str, key: Key, kiosk: str) -> bool:
    """True if ``text`` is a sound request of ``key`` for ``kiosk``."""
    try:
        made = x509.load_pem_x509_csr(text.encode("ascii"))
    except ValueError:
        return False
    return made.is_signature_valid and _names(made.subject) == [kiosk] and _same(made.public_key(), key)


def certificates(text: str) -> list[x509.Certificate]:
    """The certificate, and those that vouch for it, as they stand in the file.

    Raises:
        StepFailed: there is none.
    """
    try:
        return x509.load_pem_x509_certificates(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        raise StepFailed(Text("enrol.certificate.none")) from None


def belongs(shown: x509.Certificate, key: Key) -> bool:
    """True if the certificate is for this key."""
    return _same(shown.public_key(), key)


def demand_good(
    chain: Sequence[x509.Certificate], authority: Sequence[x509.Certificate], kiosk: str, now: datetime
) -> None:
    """Look at a certificate that came: whose it is, when it is valid, and whether ``authority`` vouches for it.

    Raises:
        StepFailed: what is wrong with it.
    """
    shown = chain[0]
    named = _names(shown.subject)
    if named != [kiosk]:
        raise StepFailed(Text("enrol.certificate.other_name", {"named": ", ".join(named) or "-", "wanted": kiosk}))
    since, until = shown.not_valid_before_utc, shown.not_valid_after_utc
    if now > until:
        raise StepFailed(Text("enrol.certificate.ended", {"until": f"{until:%Y-%m-%d %H:%M}"}))
    if now < since:
        raise StepFailed(
            Text("enrol.certificate.not_yet", {"since": f"{since:%Y-%m-%d %H:%M}"}), Text("enrol.certificate.clock")
        )
    if not _may_show_itself(shown):
        raise StepFailed(Text("enrol.certificate.not_for_clients"))
    try:
        _verify(chain, authority, now)
    except (VerificationError, ValueError):
        raise StepFailed(Text("enrol.certificate.strangers"), Text("enrol.certificate.strangers.then")) from None


def _may_show_itself(shown: x509.Certificate) -> bool:
    try:
        uses = shown.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in uses or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in uses


def _verify(chain: Sequence[x509.Certificate], authority: Iterable[x509.Certificate], now: datetime) -> None:
    """The path to the authority, as OpenSSL will look at it: the web's own rules on names do not concern a client."""
    vouching = ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority)
    builder = PolicyBuilder().store(Store(list(authority))).time(now.astimezone(UTC).replace(tzinfo=None))
    builder = builder.extension_policies(ca_policy=vouching, ee_policy=ExtensionPolicy.permit_all())
    builder.build_client_verifier().verify(chain[0], list(chain[1:]))


def _is_authority(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("vouched for by one that may not")


def _names(subject: x509.Name) -> list[str]:
    return [str(each.value) for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _same(public: object, key: Key) -> bool:
    return (
        isinstance(public, ec.EllipticCurvePublicKey) and public.public_numbers() == key.public_key().public_numbers()
    )
