"""Certificates as the gateway has them, and as they come out of the printer."""

import cv2
import numpy as np
from sqlalchemy import select

from kiosk import enrolment
from kiosk.certificate_token import Certified
from simulator.gateway.models_certificates import Certificate, CertificateCopy
from simulator.printer.paper import Receipt
from tests.flows.conftest import Stand


def issued(stand: Stand) -> list[tuple[str | None, int, bool]]:
    """Every copy that the gateway has issued: number of the certificate, copy, and whether it is void."""
    with stand.hall.gateway.state.sessions() as session:
        copies = session.execute(
            select(Certificate.number, CertificateCopy.copy, CertificateCopy.voided_at)
            .join(CertificateCopy, CertificateCopy.certificate_id == Certificate.id)
            .order_by(Certificate.id, CertificateCopy.copy)
        )
        return [(number, copy, voided is not None) for number, copy, voided in copies]


def scanned(stand: Stand, paper: Receipt) -> Certified:
    """What a reader without the network finds in the QR code of ``paper``."""
    picture = np.array(paper.picture.convert("L"))
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(picture)
    keys = enrolment.load(stand.settings.data_directory / "keys")
    return keys.certificate_keys.check(text)
