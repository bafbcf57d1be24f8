"""Drawn heads: what to do better before the camera."""

from typing import Any

from kivy.graphics import SmoothEllipse
from typing_extensions import override

from flows.presence_prompts import FaceFailure
from screens.widgets.kit import Kit
from screens.widgets.moving import Shifted, eased
from screens.widgets.pictures import Box, Picture


class HeadPicture(Picture):
    """A head in the camera's oval. It takes its hat and glasses off, comes into the middle, or turns slowly."""

    def __init__(self, kit: Kit, failure: FaceFailure) -> None:
        super().__init__(kit)
        self._failure = failure
        self._parts: list[tuple[Shifted, float, float]] = []  # with the way that each goes, in units

    @override
    def side(self) -> float:
        return float(min(self.width, self.height) * 1.12)

    @override
    def draw(self) -> None:
        palette = self.kit.palette
        self._parts = []
        self._round(self.canvas, (-138, -176, 276, 352), palette.brand)
        self._round(self.canvas, (-129, -167, 258, 334), palette.brand_soft)
        match self._failure:
            case FaceFailure.NOT_RECOGNISED:
                self._head(Shifted(), Shifted())
                self._worn()
            case FaceFailure.NO_GOOD_PICTURE:
                self._head(head := Shifted(), face := Shifted())
                self._parts = [(head, 70, -30), (face, 70, -30)]
            case FaceFailure.GESTURES_MISSED:
                self._head(Shifted(), face := Shifted())
                self._parts = [(face, -40, 0)]
        self.move(0.0)

    def _head(self, head: Shifted, face: Shifted) -> None:
        palette = self.kit.palette
        self._round(head.group, (-92, -140, 184, 250), palette.brand_deep)
        self._round(head.group, (-82, -130, 164, 200), palette.card)
        self.canvas.add(head.close())
        for left in (-46, 22):
            self._round(face.group, (left, -20, 24, 24), palette.brand_deep)
        self.plate(face.group, (-8, -64, 16, 40), self.tint(palette.brand_pale), 8)
        self.plate(face.group, (-34, -96, 68, 12), self.tint(palette.brand_deep), 6)
        self.canvas.add(face.close())

    def _worn(self) -> None:
        palette = self.kit.palette
        glasses, hat = Shifted(), Shifted()
        for left in (-74, 10):
            self.plate(glasses.group, (left, -38, 64, 48), self.tint(palette.device), 18)
        self.plate(glasses.group, (-12, -14, 24, 9), self.tint(palette.device), 4)
        self.canvas.add(glasses.close())
        self.plate(hat.group, (-76, 44, 152, 84), self.tint(palette.waiting.sign), 40)
        self.plate(hat.group, (-112, 36, 224, 26), self.tint(palette.waiting.sign), 13)
        self.canvas.add(hat.close())
        self._parts = [(glasses, 150, -40), (hat, -120, 30)]

    def _round(self, into: Any, box: Box, tint: str) -> None:
        into.add(self.tint(tint))
        into.add(SmoothEllipse(**self.at(box)))

    @override
    def move(self, phase: float) -> None:
        for part, across, up in self._parts:
            share = self._share(phase)
            part.shift.x, part.shift.y = across * self._unit * share, up * self._unit * share

    def _share(self, phase: float) -> float:
        """How far off its first place a part is."""
        if self._failure is FaceFailure.NO_GOOD_PICTURE:
            return 1 - eased((phase - 0.1) / 0.35) if phase < 0.92 else eased((phase - 0.92) / 0.08)
        if self._failure is FaceFailure.GESTURES_MISSED:
            first = eased(phase / 0.2) - eased((phase - 0.25) / 0.2)
            return first - eased((phase - 0.5) / 0.2) + eased((phase - 0.75) / 0.2)
        return eased((phase - 0.2) / 0.4) if phase < 0.92 else 1 - eased((phase - 0.92) / 0.08)
