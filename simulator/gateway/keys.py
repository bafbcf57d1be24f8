"""The gateway's keys on disk: what transactions are sealed to (X25519), and what signs certificates (Ed25519).

Each private key has a file: ``sealing.jwk`` and ``signing.jwk`` are the first ones, ``sealing-2.jwk`` or
``signing-3.jwk`` those that replaced them. The numbers are the versions of the key set: each new key takes the next.
No key is ever removed here: old sealing keys open what was sealed before kiosks knew of the new one, and old signing
keys vouch for certificates that are on paper. Several processes may use one directory; each sees what another adds.
"""

import fcntl
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import OKPKey

PUBLIC_KEYS_FILE = "gateway-public.jwks"
_LOCK_FILE = "keys.lock"
_FILE = re.compile(r"(sealing|signing)(?:-([1-9][0-9]*))?\.jwk")

Purpose = Literal["sealing", "signing"]
_PURPOSES: tuple[Purpose, ...] = ("sealing", "signing")


@dataclass(frozen=True)
class GatewayKeys:
    """All keys at one moment, by their thumbprints, oldest first. ``version`` grows with each key that is added."""

    version: int
    sealing_keys: Mapping[str, OKPKey] = field(repr=False)
    signing_keys: Mapping[str, OKPKey] = field(repr=False)

    @property
    def sealing(self) -> OKPKey:
        """The newest: what kiosks seal to from now on."""
        return list(self.sealing_keys.values())[-1]

    @property
    def signing(self) -> OKPKey:
        """The newest: what signs certificates from now on."""
        return list(self.signing_keys.values())[-1]

    @property
    def vouching(self) -> OKPKey:
        """The oldest signing key: it signs the set itself, because whoever trusts any set trusts this key."""
        return next(iter(self.signing_keys.values()))

    def public_set(self) -> list[dict[str, Any]]:
        """The public halves: the newest sealing key, and every signing key."""
        return [_public(self.sealing), *map(_public, self.signing_keys.values())]


class KeyDirectory:
    """The keys in a directory; the first ones are made when there are none. May be used from any thread."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._guard = threading.Lock()
        self._names: frozenset[str] = frozenset()
        with self._alone():
            for purpose in _PURPOSES:
                if not any(name.startswith(purpose) for name in self._key_files()):
                    _add(directory / f"{purpose}.jwk", purpose)
            self._keys = self._read(self._key_files())
            self._publish()

    @property
    def current(self) -> GatewayKeys:
        """The keys as they are on disk now."""
        names = self._key_files()
        with self._guard:
            if names != self._names:
                self._keys = self._read(names)
            return self._keys

    def rotate(self, purpose: Purpose) -> GatewayKeys:
        """Add a key, which is the one in use from now on; the old ones stay for what was made with them."""
        with self._alone():
            _add(self._directory / f"{purpose}-{self.current.version + 1}.jwk", purpose)
            self._publish()
        return self.current

    def _key_files(self) -> frozenset[str]:
        return frozenset(name for path in self._directory.iterdir() if _FILE.fullmatch(name := path.name))

    def _read(self, names: frozenset[str]) -> GatewayKeys:
        keys: dict[str, dict[str, OKPKey]] = {"sealing": {}, "signing": {}}
        found = sorted((_version(name), name) for name in names)
        for _, name in found:
            key = OKPKey.import_key(json.loads((self._directory / name).read_text("ascii")))
            keys[name.partition(".")[0].partition("-")[0]][key.thumbprint()] = key
        self._names = names
        return GatewayKeys(found[-1][0], keys["sealing"], keys["signing"])

    def _publish(self) -> None:
        """Write the public halves into one file, with which kiosks are enrolled."""
        text = json.dumps({"keys": self.current.public_set()}) + "\n"
        _write(self._directory / PUBLIC_KEYS_FILE, text, 0o644, os.replace)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from adding a key meanwhile."""
        with (self._directory / _LOCK_FILE).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _version(name: str) -> int:
    found = _FILE.fullmatch(name)
    return int(found[2]) if found is not None and found[2] else 1


def _public(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint()}


def _add(path: Path, purpose: str) -> None:
    """Make a key; another key's file is never replaced."""
    key = OKPKey.generate_key("X25519", {"use": "enc"}) if purpose == "sealing" else _new_signing_key()
    _write(path, json.dumps(key.as_dict(private=True)) + "\n", 0o600, os.link)


def _new_signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"use": "sig"})


def _write(path: Path, text: str, mode: int, put: Callable[[Path, Path], None]) -> None:
    """Write a file that nobody ever sees half written; ``put`` brings it from its temporary name to its own."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    put(new, path)
    new.unlink(missing_ok=True)
