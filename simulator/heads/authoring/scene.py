"""Light, shadows and the background of a picture."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from simulator.heads.authoring.raster import Floats, Ints, rasterise

_SHADOW_SIDE = 700


def rotation(yaw: float, pitch: float, roll: float) -> Floats:
    """Turn to the person's left by yaw, nod down by pitch, tilt by roll, in degrees."""
    a, b, c = np.radians([yaw, pitch, roll])
    turn_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    turn_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turn_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(turn_y @ turn_x @ turn_z)


def turn(points: Floats, matrix: Floats, pivot: Floats) -> Floats:
    """Points turned about a pivot."""
    return np.asarray((points - pivot) @ matrix.T + pivot)


def normals_of(points: Floats, triangles: Ints) -> Floats:
    """Smooth outward normals of vertices."""
    corners = points[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(points)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], faces)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


@dataclass(frozen=True)
class Scene:
    """Light of a place: a main light from a direction, a fill light from the front, light from all around."""

    kind: Literal["studio", "hall"]
    direction: tuple[float, float, float] = (0.35, 0.55, 0.9)
    key: tuple[float, ...] = (0.92, 0.89, 0.85)
    fill: tuple[float, ...] = (0.26, 0.27, 0.28)
    around: tuple[float, ...] = (0.27, 0.28, 0.29)
    seed: int = 0

    @property
    def _to_light(self) -> Floats:
        return np.asarray(np.array(self.direction) / np.linalg.norm(self.direction))

    def light(self, normal: Floats, open_to_key: Floats) -> Floats:
        """Light that falls on surfaces, by their normals and how far the main light reaches them (0..1)."""
        normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        key = np.clip((normal @ self._to_light + 0.15) / 1.15, 0, 1) * open_to_key
        fill = np.clip(normal @ np.array([-0.45, 0.1, 0.88]), 0, 1)
        sky = 0.65 + 0.35 * normal[:, 1]
        parts = ((key, self.key), (fill, self.fill), (sky, self.around))
        return np.asarray(sum(amount[:, None] * np.array(colour) for amount, colour in parts))

    def shine(self, normal: Floats, power: float = 18.0) -> Floats:
        """Mirrored light of the main light, seen from the front."""
        half = self._to_light + np.array([0, 0, 1.0])
        half /= np.linalg.norm(half)
        unit = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        return np.asarray(np.clip(unit @ half, 0, 1)[:, None] ** power)

    def shadows(self, body: Floats, meshes: list[Ints], hair: Floats, hair_triangles: Ints) -> Floats:
        """How far the main light reaches each vertex of the body, 0..1, softened."""
        across = np.cross([0, 1.0, 0], self._to_light)
        across /= np.linalg.norm(across)
        up = np.cross(self._to_light, across)
        axes = np.stack([across, up, -self._to_light], axis=1)
        seen, hair_seen = body @ axes, hair @ axes
        low, scale = np.array([-3.0, 2.5]), _SHADOW_SIDE / 6.5
        seen[:, :2] = (seen[:, :2] - low) * scale
        hair_seen[:, :2] = (hair_seen[:, :2] - low) * scale
        depth = np.full(_SHADOW_SIDE**2, 1e3)
        for points, triangles in ((seen, np.concatenate(meshes)), (hair_seen, hair_triangles)):
            found = rasterise(points, triangles, _SHADOW_SIDE, _SHADOW_SIDE).nearest()
            depth[found.pixel] = np.minimum(depth[found.pixel], found.depth)
        return self._reached(seen, depth.reshape(_SHADOW_SIDE, _SHADOW_SIDE))

    @staticmethod
    def _reached(seen: Floats, depth: Floats) -> Floats:
        x, y = (np.clip(seen[:, axis].astype(np.int64), 6, _SHADOW_SIDE - 7) for axis in (0, 1))
        near = [(dx, dy) for dx in range(-5, 6, 2) for dy in range(-5, 6, 2)]
        lit = [seen[:, 2] < depth[y + dy, x + dx] + 0.09 for dx, dy in near]
        return np.asarray(0.25 + 0.75 * np.mean(lit, axis=0))

    def background(self, width: int, height: int) -> Floats:
        """What stands behind the person, in linear light."""
        if self.kind == "studio":
            return np.full((height, width, 3), 0.88)
        rng = np.random.default_rng(self.seed)
        rows = np.linspace(0, 1, height)[:, None, None]
        wall = np.array([0.50, 0.49, 0.46]) * (1.05 - 0.45 * rows) * np.ones((1, width, 1))
        wall = np.ascontiguousarray(wall)
        for _ in range(3):
            left = int(rng.uniform(-0.1, 0.95) * width)
            cv2.rectangle(
                wall, (left, int(0.05 * height)), (left + width // 6, int(0.45 * height)), (0.80, 0.84, 0.88), -1
            )
        cv2.rectangle(wall, (0, int(0.66 * height)), (width, int(0.75 * height)), (0.30, 0.21, 0.13), -1)
        cv2.rectangle(wall, (0, int(0.75 * height)), (width, height), (0.33, 0.33, 0.34), -1)
        for _ in range(4):
            at = (int(rng.uniform(0, 1) * width), int(rng.uniform(0.5, 0.7) * height))
            cv2.ellipse(wall, at, (width // 30, height // 9), 0, 0, 360, tuple(rng.uniform(0.05, 0.35, 3)), -1)
        return np.asarray(cv2.GaussianBlur(wall, (0, 0), width / 45))
