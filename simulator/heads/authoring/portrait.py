"""Draws one head: morphs, pose, light, skin, eyes, hair and clothes, on a background."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from simulator.heads.authoring.drawing import Drawing, Projection
from simulator.heads.authoring.look import Look, Moment, View, expression, macro_targets
from simulator.heads.authoring.mask import surgical_mask
from simulator.heads.authoring.mesh import Assets, Fitted, Floats, Part, texture
from simulator.heads.authoring.raster import Fragments
from simulator.heads.authoring.scene import normals_of, rotation, turn
from simulator.heads.authoring.surface import iris, sample, speckle

_OVERSAMPLING = 2
_CHEST = 4.5  # height on the base mesh below which all skin is under clothes
_COLLAR, _NECKLINE = 5.45, 0.86  # the opening for the neck: height on the base mesh, and radius
_WAIST = 2.5  # height on the base mesh below which nothing is in the picture


@dataclass(frozen=True)
class _Strands:
    """How hair, brows and lashes are drawn; ``lift`` (decimetres) saves what just sinks into the skin."""

    colour: tuple[float, ...]
    gloss: float = 0.0
    lift: float = 0.0
    opacity: float = 1.0


class Painter:
    """Draws moments of one person."""

    def __init__(self, assets: Assets, look: Look) -> None:
        self._assets = assets
        self._look = look
        self._targets = macro_targets(look) | look.targets
        self._hair = assets.fitted("hair", look.hair)
        self._brows = assets.fitted("eyebrows", look.brows)
        self._lashes = assets.fitted("eyelashes", "eyelashes02")

    @cached_property
    def _neutral(self) -> Floats:
        return self._assets.morphed(self._targets)

    @cached_property
    def _head(self) -> Floats:
        """How much each vertex turns with the head; the neck takes its share."""
        head, upper, middle = (self._assets.weights(bone) for bone in ("head", "neck03", "neck02"))
        return np.clip(head + 0.65 * (upper - head) + 0.3 * (middle - upper), 0, 1)

    def paint(self, moment: Moment, view: View) -> Floats:
        """The picture, RGB 0..1, height x width x 3."""
        wide, high = view.width * _OVERSAMPLING, view.height * _OVERSAMPLING
        straight = self._assets.morphed(self._targets | expression(moment))
        body = self._posed(straight, moment, self._head)
        project = self._projection(view)
        picture = view.scene.background(wide, high)
        scene = Drawing(picture, project, view.scene, wide, high)
        parts = self._assets.base[1]
        hair_on = self._hair.on(body)
        casting = self._hair.part.triangles[:0] if self._look.fringe else self._hair.part.triangles
        shade = view.scene.shadows(body, [parts["body"].triangles], hair_on, casting)
        self._skin(scene, body, parts["body"], shade)
        self._cloth(scene, body, parts["helper-tights"])
        if moment.mask:
            self._mask(scene, straight, moment)
        for side in ("l", "r"):
            self._eye(scene, body, parts[f"helper-{side}-eye"], moment)
        scene.finish_opaque()
        brow = tuple(min(0.6 * part + 0.008, 0.12) for part in self._look.hair_colour)
        lashes = _Strands((0.02, 0.015, 0.015), opacity=0.35 + 0.4 * self._look.female)
        self._strands(scene, self._brows, body, _Strands(brow, lift=0.12))
        self._strands(scene, self._lashes, body, lashes)
        self._strands(scene, self._hair, body, _Strands(self._look.hair_colour, gloss=1.0, lift=0.03))
        small = cv2.resize(scene.picture, (view.width, view.height), interpolation=cv2.INTER_AREA)
        return np.asarray(np.clip(small, 0, 1) ** (1 / 2.2), dtype=np.float64)

    def _posed(self, points: Floats, moment: Moment, head: Floats) -> Floats:
        """Points moved by the moment; ``head``: how much each turns with the head."""
        pivot = np.array([0.0, self._neutral[self._head > 0.95, 1].min() + 0.1, 0.1])
        turned = turn(points, rotation(moment.yaw, moment.pitch, moment.roll), pivot)
        weight = head[:, None]
        return points * (1 - weight) + turned * weight + [moment.shift[0], moment.shift[1], 0.0]

    def _projection(self, view: View) -> Projection:
        parts = self._assets.base[1]
        eyes = self._neutral[np.unique(parts["helper-l-eye"].triangles)].mean(axis=0) * [0, 1, 1]
        return Projection(eyes, view.scale * _OVERSAMPLING, tuple(_OVERSAMPLING * at for at in view.eyes_at))

    def _skin(self, scene: Drawing, body: Floats, part: Part, shade: Floats) -> None:
        keep = np.flatnonzero(self._assets.base[0][part.triangles][:, :, 1].mean(axis=1) > _CHEST)
        part = Part(part.triangles[keep], part.uv[keep])
        fragments = scene.cover(body, part.triangles)
        albedo = self._albedo(fragments, part)
        normal = fragments.blend(normals_of(body, self._assets.base[1]["body"].triangles), part.triangles)
        normal += self._pores(fragments.blend(self._neutral, part.triangles))
        light = scene.scene.light(normal, fragments.blend(shade[:, None], part.triangles)[:, 0])
        shine = scene.scene.shine(normal) * 0.10 * fragments.blend(shade[:, None], part.triangles)
        scene.put(fragments, albedo, light, shine, soft=True)

    def _albedo(self, fragments: Fragments, part: Part) -> Floats:
        uv = fragments.blend_corners(part.uv)
        colour = sample(self._coat, uv) * np.array(self._look.tone)
        lips = sample(self._lip_mask, uv)[:, :1] * 0.55
        colour = colour * (1 - lips) + np.array(self._look.lips) ** 2.2 * lips
        where = fragments.blend(self._neutral, part.triangles)
        mottle = 0.05 * speckle(where * 7.0) + 0.035 * speckle(where * 28.0) + 0.05 * speckle(where * 90.0)
        return np.asarray(colour * (1 + mottle[:, None]))

    @cached_property
    def _coat(self) -> Floats:
        skin = cv2.resize(self._assets.skin(self._look.skin), (2048, 2048), interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.clip(skin, 0, 1) ** 2.2)

    @cached_property
    def _lip_mask(self) -> Floats:
        return np.asarray(cv2.GaussianBlur(self._assets.mask("lips"), (0, 0), 2.0)[..., None])

    def _pores(self, where: Floats) -> Floats:
        grain = [speckle(where * 60.0 + shift) for shift in (0.0, 11.3, 23.9)]
        return np.asarray(0.06 * np.stack(grain, axis=1))

    def _cloth(self, scene: Drawing, body: Floats, part: Part) -> None:
        base = self._assets.base[0]
        triangles = part.triangles[base[part.triangles][:, :, 1].mean(axis=1) > _WAIST]
        normals = normals_of(body, part.triangles)
        fragments = scene.cover(body + 0.045 * normals, triangles)
        where = fragments.blend(base, triangles)
        opening = (np.hypot(where[:, 0], where[:, 2] + 0.05) < _NECKLINE) & (where[:, 1] > _COLLAR)
        fragments = fragments.take(np.flatnonzero(~opening))
        weave = 1 + 0.06 * speckle(fragments.blend(self._neutral, triangles) * 45.0)
        albedo = np.array(self._look.cloth)[None] * weave[:, None]
        light = scene.scene.light(fragments.blend(normals, triangles), np.ones(len(fragments.pixel)))
        scene.put(fragments, albedo, light, np.zeros((len(fragments.pixel), 1)), soft=False)

    def _mask(self, scene: Drawing, straight: Floats, moment: Moment) -> None:
        parts = self._assets.base[1]
        eyes = float(straight[np.unique(parts["helper-l-eye"].triangles), 1].mean())
        sheet = surgical_mask(straight, parts["body"].triangles, eyes)
        points = self._posed(sheet.points, moment, np.ones(len(sheet.points)))
        fragments = scene.cover(points, sheet.triangles)
        normal = fragments.blend(normals_of(points, sheet.triangles), sheet.triangles)
        down = fragments.blend(sheet.down[:, None], sheet.triangles)[:, 0]
        normal *= np.where(normal[:, 2:] < 0, -1.0, 1.0)  # a loop may be seen from its back
        normal[:, 1] += np.where((down > 0.22) & (down < 0.8), 0.3 * np.sin(down * 22.0), 0)  # the pleats
        weave = 1 + 0.04 * speckle(fragments.blend(sheet.points, sheet.triangles) * 50.0)
        albedo = fragments.blend(sheet.colour, sheet.triangles) * weave[:, None]
        light = scene.scene.light(normal, np.ones(len(fragments.pixel)))
        scene.put(fragments, albedo, light, np.zeros((len(fragments.pixel), 1)), soft=False)

    def _eye(self, scene: Drawing, body: Floats, part: Part, moment: Moment) -> None:
        ball = body[np.unique(part.triangles)]
        centre = (ball.max(axis=0) + ball.min(axis=0)) / 2
        radius = float(np.linalg.norm(ball - centre, axis=1).max())
        fragments = scene.cover(body, part.triangles)
        place = fragments.blend(body, part.triangles)
        normal = (place - centre) / radius
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        gaze = rotation(0.35 * moment.yaw + moment.gaze[0], 0.35 * moment.pitch + moment.gaze[1], 0) @ [0, 0, 1.0]
        across = np.degrees(np.arccos(np.clip(normal @ gaze, -1, 1)))
        albedo = iris(across, np.array(self._look.iris), speckle(normal * 25.0))
        lid = 0.75 + 0.25 * np.clip((0.10 - (place - centre)[:, 1] / radius) * 2.2 + 0.3, 0, 1)
        light = scene.scene.light(normal, lid)
        glint = (scene.scene.shine(normal, power=220.0) * 2.2).clip(0, 1)
        scene.put(fragments, albedo, light * 0.92, glint, soft=False)

    def _strands(self, scene: Drawing, mesh: Fitted, body: Floats, kind: _Strands) -> None:
        points = mesh.on(body)
        normals = normals_of(points, mesh.part.triangles)
        fragments = scene.in_front(points, mesh.part.triangles, kind.lift)
        if mesh is self._hair and self._look.fringe:
            fragments = self._cut(fragments, mesh)
        texel = sample(texture(mesh.texture), fragments.blend_corners(mesh.part.uv))
        grain = texel[:, :3].mean(axis=1, keepdims=True)
        normal = fragments.blend(normals, mesh.part.triangles)
        normal *= np.where(normal[:, 2:] < 0, -1.0, 1.0)
        light = scene.scene.light(normal, np.ones(len(normal))) * 0.8 + 0.2
        base = np.array(kind.colour) * (1 + kind.gloss * 0.75 * (grain / max(float(np.median(grain)), 1e-3) - 1))
        shine = kind.gloss * 0.03 * scene.scene.shine(normal, power=10.0) * (0.4 + grain)
        scene.blend(fragments, base * light + shine, np.minimum(texel[:, 3] * kind.opacity, 1))

    def _cut(self, fragments: Fragments, mesh: Fitted) -> Fragments:
        """Cut the hair that hangs before the face into a fringe, each strand at a length of its own."""
        eyes = self._neutral[np.unique(self._assets.base[1]["helper-l-eye"].triangles)].mean(axis=0)
        where = fragments.blend(mesh.on(self._neutral), mesh.part.triangles)
        edge = eyes[1] + 0.20 + 0.03 * speckle(np.stack([where[:, 0] * 70, where[:, 0] * 0, where[:, 2] * 2], axis=1))
        before = (where[:, 2] > eyes[2] - 0.45) & (np.abs(where[:, 0]) < 0.62) & (where[:, 1] < edge)
        return fragments.take(np.flatnonzero(~before))
