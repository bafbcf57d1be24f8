"""What the product and its tests are made of: a bill of materials in CycloneDX, and the list of licences.

python -m tests.security.materials BOM LICENCES, run by `make sbom`. Both come from the lock and from what is installed.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from license_expression import get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
SCHEMA = SchemaVersion.V1_6

_BY_CLASSIFIER = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Looked up in the package's own licence file, because its metadata says nothing or several things.
_LOOKED_UP = {
    "atheris": "Apache-2.0",
    "dlib-bin": "BSL-1.0",
    "docutils": "BSD-2-Clause AND LicenseRef-public-domain AND GPL-3.0-or-later",
    "litequeue": "MIT",
    "python-dotenv": "BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
}


class LicenceUnknownError(Exception):
    """The licence of a package is not known: look it up and name it in this file."""


@dataclass(frozen=True)
class Material:
    """One package of the lock. ``hashes``: SHA-256 of each archive it may come as; ``shipped``: runs at a kiosk."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    shipped: bool


def locked(text: str) -> Iterator[tuple[Requirement, tuple[str, ...]]]:
    """The packages of the lock with their hashes."""
    for entry in text.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.startswith("#"):
            pinned, *hashes = entry.split("--hash=")
            yield Requirement(pinned), tuple(each.strip().removeprefix("sha256:") for each in hashes)


def materials() -> list[Material]:
    """All packages of the lock for this platform. Raises ``PackageNotFoundError``, ``LicenceUnknownError``."""
    shipped = _closure("hall-kiosk")
    found = []
    for pinned, hashes in locked(LOCK.read_text("utf-8")):
        if pinned.marker is None or pinned.marker.evaluate():
            name = str(canonicalize_name(pinned.name))
            here = metadata.distribution(name)
            found.append(Material(name, here.version, hashes, licence_of(name, here.metadata), name in shipped))
    return found


def licence_of(name: str, told: metadata.PackageMetadata | Mapping[str, str]) -> str:
    """The licence as an SPDX expression. Raises ``LicenceUnknownError``."""
    fields = told if isinstance(told, Mapping) else dict(told.items())
    classifiers = [] if isinstance(told, Mapping) else told.get_all("Classifier") or []
    by_classifier = {_BY_CLASSIFIER.get(each.rpartition(" :: ")[2]) for each in classifiers if "License ::" in each}
    candidates = [_LOOKED_UP.get(name), fields.get("License-Expression"), fields.get("License")]
    for candidate in (*candidates, *(by_classifier if len(by_classifier) == 1 else ())):
        if candidate and _is_expression(candidate):
            return candidate
    raise LicenceUnknownError(name)


def _is_expression(text: str) -> bool:
    parts = re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", text)
    known = get_spdx_licensing().known_symbols
    return all(part in known or part.startswith("LicenseRef-") for part in map(str.strip, parts) if part)


def _closure(root: str) -> set[str]:
    """The names of what ``root`` needs to run, directly or not."""
    found: set[str] = set()
    waiting = [(root, "")]
    while waiting:
        name, extra = waiting.pop()
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # left out by an override of the lock (docs/decisions/0003)
            continue
        for each in map(Requirement, needed):
            other = str(canonicalize_name(each.name))
            if (each.marker is None or each.marker.evaluate({"extra": extra})) and other not in found:
                found.add(other)
                waiting += [(other, extra) for extra in (each.extras or {""})]
    return found


def bill(found: list[Material]) -> str:
    """The bill of materials as CycloneDX JSON. Packages that only develop and test are marked as excluded."""
    bom = Bom()
    bom.metadata.component = Component(
        name="hall-kiosk", version=metadata.version("hall-kiosk"), type=ComponentType.APPLICATION, bom_ref="hall-kiosk"
    )
    parts = [_component(each) for each in found]
    bom.components.update(parts)
    shipped = [part for part in parts if part.scope is ComponentScope.REQUIRED]
    bom.register_dependency(bom.metadata.component, shipped)
    return str(make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)) + "\n"


def _component(each: Material) -> Component:
    purl = PackageURL("pypi", name=each.name, version=each.version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in each.hashes]
    archive = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(purl)), hashes=hashes)
    return Component(
        name=each.name,
        version=each.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        scope=ComponentScope.REQUIRED if each.shipped else ComponentScope.EXCLUDED,
        licenses=[LicenseExpression(each.licence)],
        external_references=[archive],
    )


def licences(found: list[Material]) -> str:
    """The page of the licences."""
    lines = [
        "# Licences",
        "",
        "Written by `make sbom` from the lock and the packages' own metadata; do not change it by hand.",
        "Debian's packages (`debian-packages.txt`) have theirs in `/usr/share/doc/NAME/copyright`.",
    ]
    for title, shipped in (("At a kiosk", True), ("Only for the simulated hall, tests and building", False)):
        lines += ["", f"## {title}", "", "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {each.name} | {each.version} | {each.licence} |" for each in found if each.shipped is shipped]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both."""
    found = materials()
    for path, text in zip(map(Path, sys.argv[1:3]), (bill(found), licences(found)), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
