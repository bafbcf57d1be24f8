"""Tests of the touch screen beside the squares: a path drawn with a finger, and the calibration with its way back."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.touch_panel.affine import Affine, Turn
from drivers.touch_panel.fit import CROSSES, Fit, Misfit, MisfitError, fit
from drivers.touch_panel.path import Drawn
from drivers.touch_panel.xinput import Panel, PanelError, millimetres_per_pixel
from flows.desk_prompts import Deed, DeskCrosses, DeskDrag, DeskFacts, DeskKeep, Fact, Facts
from flows.prompts import Note, Text, Tone, Verbatim, Words
from kiosk.desk.kinds import DeskAct
from kiosk.desk.shift import Shift
from kiosk.diagnostics.check import Finding, Level
from kiosk.racing import first_of

log = logging.getLogger(__name__)

KEEP_SECONDS = 15
_BEGIN, _UNDO, _LEAVE, _USE = "begin", "undo", "leave", "use"
_FITS = 0.01  # of the diagonal: a fifth of the smallest button
_UNDONE = {True: "desk.touch.undone", False: "desk.touch.not_kept"}
_MOST_NAMED = 4  # places of losses that a sentence names


async def drag(shift: Shift) -> Finding:
    """A path over the whole screen is drawn along with a finger."""
    drawn = await shift.ask(DeskDrag(title=Text("check.drag"), explanation=Text("check.drag.what"), can_go_back=False))
    return judged(drawn)


def judged(drawn: Drawn) -> Finding:
    """What a drawing says of the screen."""
    missing, losses = drawn.missing, drawn.losses
    parts = _listed([Text(f"desk.place.{region}") for region in missing], len(missing))
    losses_named = [Text(f"desk.drag.{kind}", {"place": Text(f"desk.place.{region}")}) for kind, region in losses]
    where = _listed(losses_named, _MOST_NAMED)
    figures = {"share": round(drawn.share, 3), "lost": len(losses)}
    if missing and losses:
        return Finding(
            Level.ERROR, Text("desk.drag.missing_and_lost", {"parts": parts, "where": where}), figures=figures
        )
    if missing:
        return Finding(Level.ERROR, Text("desk.drag.missing", {"parts": parts}), figures=figures)
    if losses:
        return Finding(Level.WARNING, Text("desk.drag.lost", {"where": where}), figures=figures)
    return Finding(Level.OK, Text("desk.drag.whole"), figures=figures)


def _listed(words: Sequence[Text], most: int) -> Words:
    """Words in one sentence; those beyond ``most`` are only counted."""
    if not words:
        return Verbatim("")
    told: Words = words[0]
    for word in words[1:most]:
        told = Text("desk.drag.and", {"one": told, "other": word})
    more = len(words) - most
    return Text("desk.drag.and_more", {"one": told, "count": more}) if more > 0 else told


async def calibration(shift: Shift) -> Finding:
    """How far touches are off, measured with crosses; what puts it right is tried out, and kept if somebody says so."""
    if not shift.hands.settings.screen.fullscreen:
        return Finding(Level.ABSENT, Text("desk.touch.not_whole_screen"))
    try:
        panel = await shift.off_loop(shift.parts.touch.panel)
        if panel is None:
            return Finding(Level.ABSENT, Text("desk.touch.no_panel"))
        return await _Calibration(shift, panel, await shift.off_loop(millimetres_per_pixel)).run()
    except (PanelError, OSError) as error:
        log.warning("touch_panel_unusable", extra={"detail": type(error).__name__})
        return Finding(Level.ERROR, Text("desk.touch.not_set"))


@dataclass(frozen=True)
class _Calibration:
    """One calibration. ``panel``: as it was found, with the matrix to go back to."""

    shift: Shift
    panel: Panel
    millimetres: float | None

    async def run(self) -> Finding:
        chosen = await self._first_page()
        if chosen == _LEAVE:
            return Finding(Level.WARNING, Text("desk.touch.left_alone"))
        if chosen == _UNDO:
            return await self._undo()
        screen = self.shift.hands.settings.screen
        size = screen.width, screen.height
        touches = await self.shift.ask(
            DeskCrosses(
                title=Text("check.calibration"),
                explanation=Text("desk.crosses.what"),
                crosses=CROSSES,
                can_go_back=False,
            )
        )
        if not touches:
            return Finding(Level.ERROR, Text("desk.touch.nobody"))
        try:
            found = fit(CROSSES, touches, self.panel.matrix, size)
        except MisfitError as error:
            return await self._refused(error.misfit)
        return await self._found(found, fits=found.now <= _FITS * (size[0] ** 2 + size[1] ** 2) ** 0.5)

    async def _first_page(self) -> str:
        touch = self.shift.parts.touch
        kept = await self.shift.off_loop(touch.kept)
        last = kept[-1] if len(kept) > 1 else None
        how = Text("desk.touch.as_delivered")
        if last is not None:
            how = Text("desk.touch.set_by", {"time": last.at, "who": last.by})
        facts = (
            Fact(Text("desk.touch.panel"), Verbatim(self.panel.name)),
            Fact(Text("desk.touch.turn"), turn_words(self.panel.matrix.turn)),
            Fact(Text("desk.touch.set"), how),
        )
        undo = (Deed(_UNDO, Text("desk.touch.undo")),) if last else ()
        return await self._page(facts, (Deed(_BEGIN, Text("desk.touch.begin")), *undo, _leave()))

    async def _refused(self, misfit: Misfit) -> Finding:
        why = Text(f"desk.touch.misfit.{misfit}")
        again = (Deed(_BEGIN, Text("desk.touch.begin")), _leave())
        if await self._page((), again, Note(why, Tone.STOP)) == _BEGIN:
            return await self.run()
        return Finding(Level.ERROR, why)

    async def _found(self, found: Fit, *, fits: bool) -> Finding:
        facts = (
            Fact(Text("desk.touch.now"), self._off(found.now), Tone.OK if fits else Tone.WAITING),
            Fact(Text("desk.touch.left"), self._off(found.left), Tone.OK),
            Fact(Text("desk.touch.worst"), self._off(found.worst)),
            Fact(Text("desk.touch.turn"), turn_words(found.matrix.turn)),
        )
        note = Note(Text("desk.touch.fits"), Tone.OK) if fits else Note(Text("desk.touch.corrects"), Tone.WAITING)
        figures = self._figures(found)
        if await self._page(facts, (Deed(_USE, Text("desk.touch.use")), _leave()), note) == _LEAVE:
            level, key = (Level.OK, "desk.touch.accurate") if fits else (Level.WARNING, "desk.touch.off")
            return Finding(level, Text(key, {"off": self._off(found.now)}), figures=figures)
        if not await self._kept(found.matrix):
            return Finding(Level.WARNING, Text("desk.touch.went_back"), figures=figures)
        touch = self.shift.parts.touch
        written = await self._written(lambda: touch.keep(self.panel, found.matrix, self.shift.member.number))
        self.shift.did(DeskAct.CALIBRATED)
        if not written:
            return Finding(Level.WARNING, Text("desk.touch.not_kept"), figures=figures)
        told = {"before": self._off(found.now), "off": self._off(found.left), "turn": turn_words(found.matrix.turn)}
        return Finding(Level.OK, Text("desk.touch.corrected", told), figures=figures)

    async def _undo(self) -> Finding:
        touch = self.shift.parts.touch
        before = await self.shift.off_loop(touch.before)
        if before is None or not await self._kept(before.matrix):
            return Finding(Level.WARNING, Text("desk.touch.went_back"))
        written = await self._written(lambda: touch.drop_newest(self.panel))
        self.shift.did(DeskAct.CALIBRATION_UNDONE)
        return Finding(Level.OK if written else Level.WARNING, Text(_UNDONE[written]))

    async def _kept(self, matrix: Affine) -> bool:
        """Try ``matrix`` out, and ask whether it shall stay. Whatever else happens meanwhile, it goes back."""
        touch = self.shift.parts.touch
        stays = False
        trying = asyncio.create_task(self.shift.off_loop(lambda: touch.try_out(self.panel, matrix)))
        try:
            await asyncio.shield(trying)
            prompt = DeskKeep(
                title=Text("desk.keep.title"),
                explanation=Text("desk.keep.what"),
                seconds=KEEP_SECONDS,
                can_go_back=False,
            )
            stays = await first_of(self.shift.ask(prompt), _no_after(KEEP_SECONDS + 1))
        finally:
            if not stays:
                await asyncio.wait({trying})  # a card that was pulled just now must not let it come after the way back
                await self.shift.off_loop(lambda: touch.go_back(self.panel))
        return stays

    async def _written(self, write: Callable[[], None]) -> bool:
        try:
            await self.shift.off_loop(write)
        except OSError as error:
            log.exception("touch_setting_not_kept", extra={"reason": error.strerror})
            return False
        return True

    async def _page(self, facts: tuple[Fact, ...], deeds: tuple[Deed, ...], note: Note | None = None) -> str:
        return await self.shift.ask(
            DeskFacts(
                title=Text("check.calibration"),
                explanation=None if note else Text("check.calibration.what"),
                notes=(note,) if note else (),
                groups=(Facts(facts),) if facts else (),
                deeds=deeds,
                can_go_back=False,
            )
        )

    def _off(self, pixels: float) -> Text:
        told = f"{pixels:.0f}"
        if self.millimetres is None:
            return Text("desk.touch.off", {"pixels": told})
        return Text("desk.touch.off_mm", {"pixels": told, "mm": f"{pixels * self.millimetres:.1f}"})

    def _figures(self, found: Fit) -> dict[str, str | int | float | bool | None]:
        turn = found.matrix.turn
        pixels = {"before_px": round(found.now, 1), "after_px": round(found.left, 1), "worst_px": round(found.worst, 1)}
        return {**pixels, "rotation": turn.degrees, "mirrored": turn.mirrored}


def turn_words(turn: Turn) -> Text:
    """How the panel sits, in words."""
    return Text("desk.touch.mirrored" if turn.mirrored else "desk.touch.degrees", {"degrees": turn.degrees})


def _leave() -> Deed:
    return Deed(_LEAVE, Text("desk.touch.leave"))


async def _no_after(seconds: float) -> bool:
    """The page counts by itself; this holds if it should not."""
    await asyncio.sleep(seconds)
    return False
