"""The stage: shows prompts on the touch screen and takes one answer for each."""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from kivy.clock import Clock

from config.fonts import FontSet
from flows.face_progress import FaceProgress
from flows.prompts import Call, GoBack, Prompt, Text, VisitEnded, Working
from flows.start_prompts import Invitation
from screens.chrome import StageStatus, ToolActions
from screens.composing import Surroundings, compose, empty
from screens.countdown import Countdown
from screens.ease import Ease
from screens.idle import Idle
from screens.layers import PageLayer, SheetLayer
from screens.page import Page
from screens.present import Present
from screens.questions.camera import CameraScreen
from screens.questions.staff_desk.picture import DeskCameraScreen
from screens.registry import SCREENS
from screens.rest_layer import RestLayer, veil_for
from screens.screen import Reply, Screen
from screens.settings import StageSettings
from screens.sheets import EaseActions, EaseSheet, HelpSheet
from screens.sounds import Bell, Sounds
from screens.speech import Aloud, Voice
from screens.staff_gesture import HiddenEntrance
from screens.text.catalogue import Catalogue
from screens.theme.tokens import THEMES
from screens.touching import OneFinger, Teller, places, under
from screens.visit_time import VisitTime, by_touch
from screens.widgets.button import Touchable
from screens.widgets.kit import Kit, Kits
from screens.widgets.root import Root

log = logging.getLogger(__name__)

T = TypeVar("T")

_TICK_SECONDS = 0.25


class Stage:
    """Implements flows.prompts.Surface on Kivy. ``widget`` is the root widget for the application."""

    def __init__(
        self,
        catalogues: Mapping[str, Catalogue],
        faces: FontSet,
        settings: StageSettings,
        clock: Callable[[], float] = time.monotonic,
        voice: Voice | None = None,
        bell: Bell | None = None,
    ) -> None:
        self._catalogues = catalogues
        self._settings = settings
        self._clock = clock
        self._kits = Kits(faces)
        self._screens: dict[type[Prompt[Any]], Screen[Any]] = {kind: make() for kind, make in SCREENS.items()}
        self._ease = settings.ease
        self._aloud = Aloud(voice)
        self._sounds = Sounds(bell, settings.chime_volume, clock)
        self._left_with: Ease | None = None  # how the last citizen was served, until the next one comes
        self._status = StageStatus("", "", online=True, now=datetime(2000, 1, 1))  # noqa: DTZ001 - until the first status
        self._time = VisitTime(settings, clock)
        self._entrance = HiddenEntrance(clock, lambda: self._page if self._invitation else None, self._answer)
        self._present: Present | None = None
        self._behind: Any = None  # the event that will show the present prompt; until then the old page stays
        self._shown: Screen[Any] | None = None
        self._finger = OneFinger(clock)
        self._teller = Teller()
        self.widget = Root(self.touch_down, self.touch_moved, self.touch_up, self._rebuild)
        self._pages = PageLayer(self.widget, motion=settings.motion)
        self._sheets = SheetLayer(self.widget, self._kit)
        self._countdown = Countdown(self._time, self._sheets, self._call_out, lambda: self._fail(VisitEnded()))
        self._rest = RestLayer(self.widget, settings.rest_seconds, clock, self._kit)
        self._ticking = Clock.schedule_interval(lambda _: self.tick(), _TICK_SECONDS)

    # -- flows.prompts.Surface

    async def ask(self, prompt: Prompt[T]) -> T:
        """Show ``prompt`` and wait for its answer."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._open(prompt, answer)
        try:
            result: T = await answer
        finally:
            # A later prompt may be there already, when this one was cancelled.
            if self._present and self._present.answer is answer:
                self._present.end()
                self._time.pause()
                if not self._present.withdrawn:  # else the same question may follow, with something else in it
                    self._sheets.drop()
        return result

    def show(self, prompt: Prompt[None]) -> None:
        """Show something that takes no answer."""
        self._open(prompt, None)

    def update(self, progress: FaceProgress) -> None:
        """A camera picture for the face check; without one on screen it is dropped."""
        if self._present and isinstance(self._present.screen, CameraScreen | DeskCameraScreen):
            if progress.someone:
                self.activity()
            hint = self._present.screen.update(progress)
            if hint is not None:
                self._aloud.say(hint, self._ease, self.catalogue)

    def activity(self) -> None:
        """A device has seen the person."""
        if self._invitation:
            self._rest.wake()
        if self.asking and self._time.idle.state is not Idle.OVER:
            self._countdown.stay()

    def wipe(self) -> None:
        """Drop everything of the visit; the next visitor begins in the hall's language and size."""
        self._present = None
        self._time.stop()
        self._sheets.drop()
        for screen in self._screens.values():
            screen.wipe()
        self._be_silent()
        self._left_with, self._ease = self._ease, self._settings.ease
        self._rebuild()
        # Widgets hold one another in circles: only now are the values that they showed really gone.
        gc.collect()

    def set_status(self, status: StageStatus) -> None:
        """Show hall, network and time in the header."""
        changed = status.shown != self._status.shown
        self._status = status
        if changed and self._page is not None:
            self._page.header.update(status)

    @property
    def ease(self) -> Ease:
        """How the citizen wants to be served now."""
        return self._ease

    @property
    def catalogue(self) -> Catalogue:
        """The language that the citizen sees now."""
        return self._catalogues[self._ease.language]

    @property
    def _page(self) -> Page | None:
        return self._pages.page

    @property
    def page(self) -> Page:
        """What is shown now, for those who look at it."""
        if self._page is None:
            raise RuntimeError("the stage is closed")
        return self._page

    @property
    def asking(self) -> bool:
        """True while something waits for an answer."""
        return bool(self._present and self._present.answer is not None and not self._present.answered)

    @property
    def attended(self) -> bool:
        """True while somebody is there, or has just been."""
        return self._rest.resting.attended

    def dim(self, percent: int) -> None:
        """Draw everything as dark as that, where the screen's own light cannot be changed."""
        self.widget.veil(veil_for(percent))

    def targets(self) -> dict[str, tuple[int, int]]:
        """What can be touched now: name to the pixel in its middle, counted from the window's top left corner."""
        return places(self.page, self.widget.height)

    def close(self) -> None:
        """Stop the clock of the stage."""
        self._ticking.cancel()
        self._catch_up()
        self._pages.clear()

    def tick(self) -> None:
        """Look at the countdowns. While a device works, nobody is asked anything."""
        self._rest.tick(self._invitation, self._page)
        self._sounds.tick()
        if not self.asking or self._present is None:
            return
        if not self._invitation:
            self._countdown.tick(by_touch=by_touch(self._present.prompt))
        elif self._time.idle.state is Idle.OVER:
            self._time.idle.stop()  # somebody changed the language or opened the help here, and left
            self._sheets.drop()
            self._change(self._settings.ease)

    # -- touches

    def touch_down(self, x: float, y: float, finger: int = 0) -> None:
        """A finger comes down. Only one finger counts at a time; ``finger`` tells it from others."""
        now = self._clock()
        if not self._finger.comes(finger, x, y):
            return
        if self._countdown.asks:
            self._countdown.stay()
            return
        if self.asking:
            self._time.idle.restart()
        present, hidden = self._present, self._entrance.down(x, y)
        if present and self._invitation and self._rest.wake():
            present.since = now  # this touch only wakes, and so does the second half of a double one
        if present is None or present.answered or self._behind or now - present.since < self._settings.settle_seconds:
            return
        present.touched = None if hidden else self._target(x, y)
        if present.touched:
            present.touched.press()
        elif self._sheets.sheet is None:
            present.screen.finger_down(x, y)

    def touch_moved(self, x: float, y: float, finger: int = 0) -> None:
        """The finger slides; only tests of the screen look at it."""
        if self._finger.counts(finger) and self._present and not self._present.touched:
            self._present.screen.finger_moved(x, y)

    def touch_up(self, x: float, y: float, finger: int = 0) -> None:
        """The finger leaves; a button acts if the finger is still on it."""
        if not self._finger.leaves(finger):
            return
        present = self._present
        target = present.touched if present else None
        if present and target is None:
            present.screen.finger_up(x, y)
        if self._entrance.up(x, y) or present is None or target is None:
            return
        present.touched = None
        target.release()
        if target.collide_point(x, y):
            target.act()
            self._tell()

    def _target(self, x: float, y: float) -> Touchable | None:
        scene = self._present.scene if self._present else None
        return under(x, y, self._sheets.sheet, self._page, whole=scene is not None and scene.whole)

    # -- the present prompt

    def _open(self, prompt: Prompt[Any], answer: "asyncio.Future[Any] | None") -> None:
        screen = self._screens[type(prompt)]
        screen.open(prompt)
        before = self._present
        again = before if before and before.withdrawn and before.screen is screen else None
        if again is None:
            self._sheets.drop()
        self._present = Present(prompt, screen, answer, since=again.since if again else self._clock())
        from_start = before is not None and isinstance(before.prompt, Invitation)
        self._time.opened(prompt, asks=answer is not None, first=before is None or from_start)
        self._rest.opened(invites=isinstance(prompt, Invitation), from_start=from_start)
        if isinstance(prompt, Invitation) and from_start:
            if self._ease != self._settings.ease or self._sheets.sheet:
                self._time.idle.restart()  # somebody has changed the language or opened the help, and may leave it so
        else:
            self._serve_as_before(prompt)
        self._sounds.opened(prompt)
        if isinstance(prompt, Working) and self._may_be_short(before):
            self._behind = self._behind or Clock.schedule_once(
                lambda _: self._rebuild(), self._settings.patience_seconds
            )
            return
        self._rebuild()
        if again is not None:
            self._keep_pressed(again.touched)
        elif before is not None and not isinstance(prompt, Working):
            self._pages.fade_in(THEMES[self._ease.theme].motion.enter)

    def _keep_pressed(self, pressed: Touchable | None) -> None:
        """The page was drawn anew under a finger: what it is on stays pressed, if it is still there."""
        target = self._target(*self._finger.place) if pressed else None
        if pressed and target and self._present and target.name == pressed.name:
            self._present.touched = target
            target.press()

    def _serve_as_before(self, prompt: Prompt[Any]) -> None:
        """Who has forgotten something is called in their own language and size; whoever comes next, in the hall's."""
        if isinstance(prompt, Working) and prompt.call is Call.NOW and self._left_with:
            self._ease = self._left_with
        elif isinstance(prompt, Invitation) or (isinstance(prompt, Working) and prompt.call is Call.LATER):
            self._ease, self._left_with = self._settings.ease, None

    def _may_be_short(self, before: Present | None) -> bool:
        """Work is not shown at once; but from one work to the next nothing is gained by waiting."""
        if self._behind:
            return True
        return self._settings.patience_seconds > 0 and before is not None and not isinstance(before.prompt, Working)

    def _catch_up(self) -> None:
        """The page is, from here on, that of the present prompt; the screen before keeps nothing."""
        if self._behind:
            self._behind.cancel()
            self._behind = None
        screen = self._present.screen if self._present else None
        if self._shown is not None and self._shown is not screen:
            self._shown.leave()
        self._shown = screen

    def _answer(self, value: object, fails: Exception | None = None) -> None:
        if self.asking and self._present and self._present.answer:
            self._time.answered()
            self._be_silent()
            self._present.settle(value, fails)

    def _fail(self, reason: Exception) -> None:
        self._answer(None, reason)

    def _be_silent(self) -> None:
        self._aloud.be_silent()
        self._sounds.be_silent()

    # -- countdown and sheets

    @property
    def _invitation(self) -> Invitation | None:
        prompt = self._present.prompt if self._present else None
        return prompt if isinstance(prompt, Invitation) else None

    def _call_out(self, words: Text) -> None:
        self._sounds.attention()
        self._aloud.say(words, self._ease, self.catalogue)

    def open_help(self) -> None:
        """Show whom to ask."""
        self._sheets.lift(lambda kit: HelpSheet(kit, self._sheets.drop))

    def open_looks(self) -> None:
        """Show the ways of showing."""
        self._sheets.lift(lambda kit: EaseSheet(kit, self._ease, EaseActions(self._take_ease, self._sheets.drop)))

    def _take_ease(self, ease: Ease) -> None:
        """Show it at once; the choices stay above it."""
        if (ease.theme, ease.low_reach) == (self._ease.theme, self._ease.low_reach):
            self._aloud.be_silent()  # louder, quieter or once more: heard at once
        self._change(ease)

    def _change(self, ease: Ease) -> None:
        """Another language or size, or the voice begins or ends."""
        if not ease.voice:
            self._aloud.be_silent()
        self._ease = ease
        self._rebuild()

    # -- building the page

    def _kit(self, tightness: float = 1.0) -> Kit:
        ease = self._ease
        return self._kits.make(
            self.widget.size, THEMES[ease.theme], self.catalogue, tightness, low_reach=ease.low_reach
        )

    def _rebuild(self) -> None:
        """Compose the present prompt anew: another prompt, language, size of type or window."""
        self._catch_up()
        self._pages.clear()
        if self._present:
            self._present.touched = None
        if not self._pages.lay(lambda tightness: self._compose(self._kit(tightness))):
            log.warning("page_too_high", extra={"prompt": type(self._present.prompt).__name__ if self._present else ""})
        self._sheets.lay_anew()
        self._rest.again(self._invitation, self.page)
        self._teller.forget()
        self._tell()
        if self._present and self._present.scene:
            self._aloud.read(self._present, self._present.scene, self._ease, self.catalogue)

    def _tell(self) -> None:
        if self._present and not self._present.answered:
            self._teller.tell(type(self._present.prompt).__name__, self.page, self.widget.height)

    def _compose(self, kit: Kit) -> Page:
        around = Surroundings(self._kit(), self._status, self._tools(), self._ease)
        if self._present is None:
            return empty(around)
        return compose(around, kit, self._present, Reply(self._answer, lambda: self._fail(GoBack()), self._rebuild))

    def _tools(self) -> ToolActions:
        return ToolActions(
            lambda: self._fail(VisitEnded()),
            lambda: self._change(self._ease.resized()),
            self.open_looks,
            lambda: self._change(self._ease.translated()),
            self.open_help,
            (lambda: self._change(self._ease.aloud())) if self._aloud.able else None,
        )


__all__ = ["Stage", "StageSettings", "StageStatus"]
