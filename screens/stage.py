"""The stage: shows prompts on the touch screen and takes one answer for each."""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from kivy.animation import Animation
from kivy.clock import Clock

from config.fonts import FontSet
from flows.prompts import Call, FaceProgress, GoBack, Invitation, Prompt, Text, VisitEnded, Working
from screens.chrome import Footer, Header, StageStatus, ToolActions, tools_row
from screens.ease import Ease
from screens.idle import Idle
from screens.page import Content, Page
from screens.present import Present
from screens.questions.camera import CameraScreen
from screens.registry import SCREENS
from screens.rest_layer import RestLayer, veil_for
from screens.screen import Reply, Screen
from screens.settings import StageSettings
from screens.sheets import EaseActions, EaseSheet, HelpSheet, IdleSheet, LongSheet, Sheet
from screens.sounds import Bell, Sounds
from screens.speech import Aloud, Voice
from screens.text.catalogue import Catalogue
from screens.theme.tokens import THEMES
from screens.touching import anywhere, places, touched
from screens.visit_time import VisitTime, by_touch
from screens.widgets.button import Touchable
from screens.widgets.kit import Kit, Kits
from screens.widgets.moving import Moving
from screens.widgets.root import Root

log = logging.getLogger(__name__)

T = TypeVar("T")

_TIGHTER = tuple(1 - 0.04 * step for step in range(12))
_TICK_SECONDS = 0.25
# A finger that never left, as far as the screen knows: the panel lost the event.
_LOST_FINGER_SECONDS = 4.0
_ENTERS_AT = 0.4  # opacity; a screen that began at nothing would be a blank page on a slow board


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
        self._present: Present | None = None
        self._page: Page | None = None
        self._behind: Any = None  # the event that will show the present prompt; until then the old page stays
        self._shown: Screen[Any] | None = None
        self._sheet: Sheet | None = None
        self._finger = 0
        self._finger_since: float | None = None
        self._told: dict[str, object] = {}
        self.widget = Root(self.touch_down, self.touch_up, self._rebuild)
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
                self._drop_sheet()
        return result

    def show(self, prompt: Prompt[None]) -> None:
        """Show something that takes no answer."""
        self._open(prompt, None)

    def update(self, progress: FaceProgress) -> None:
        """A camera picture for the face check; without one on screen it is dropped."""
        if self._present and isinstance(self._present.screen, CameraScreen):
            if progress.someone:
                self.activity()
            hint = self._present.screen.update(progress)
            if hint is not None:
                self._aloud.say(hint, self._ease, self.catalogue)

    def activity(self) -> None:
        """A device has seen the person."""
        if self._invitation:
            self._rest.wake()
        if self._time.idle.state is not Idle.OVER:
            self._stay()

    def wipe(self) -> None:
        """Drop everything of the visit; the next visitor begins in the hall's language and size."""
        self._present = None
        self._time.stop()
        self._drop_sheet()
        for screen in self._screens.values():
            screen.wipe()
        self._be_silent()
        self._left_with, self._ease = self._ease, self._settings.ease
        self._rebuild()
        # Widgets hold one another in circles: only now are the values that they showed really gone.
        gc.collect()

    # -- for the application

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
    def page(self) -> Page:
        """What is shown now, for those who look at it."""
        if self._page is None:
            raise RuntimeError("the stage is closed")
        return self._page

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
        self._clear_page()

    def tick(self) -> None:
        """Look at the countdowns. While a device works, nobody is asked anything."""
        self._rest.tick(self._invitation, self._page)
        self._sounds.tick()
        if not self._waiting():
            return
        state = self._time.idle.state
        if self._invitation:
            if state is Idle.OVER:
                self._settle_down()
        elif state is Idle.OVER:
            log.info("visit_idle")
            self._fail(VisitEnded())
        elif state is Idle.WARNING:
            self._warn(max(1, int(self._time.idle.remaining + 0.999)))
        elif self._time.whole.state is Idle.OVER and self._sheet is None and self._by_touch():
            self._raise_sheet(lambda kit: LongSheet(kit, self._go_on, lambda: self._fail(VisitEnded())))
            self._sounds.attention()
            self._aloud.say(Text("long.question"), self._ease, self.catalogue)

    # -- touches

    def touch_down(self, x: float, y: float, finger: int = 0) -> None:
        """A finger comes down. Only one finger counts at a time; ``finger`` tells it from others."""
        now = self._clock()
        if self._finger_since is not None and now - self._finger_since < _LOST_FINGER_SECONDS:
            return
        self._finger, self._finger_since = finger, now
        if isinstance(self._sheet, IdleSheet):
            self._stay()
            return
        self._idle_touched()
        present = self._present
        if present and self._invitation and self._rest.wake():
            present.since = now  # this touch only wakes, and so does the second half of a double one
        if present is None or present.answered or self._behind or now - present.since < self._settings.settle_seconds:
            return
        present.touched = self._target(x, y)
        if present.touched:
            present.touched.press()

    def touch_up(self, x: float, y: float, finger: int = 0) -> None:
        """The finger leaves; a button acts if the finger is still on it."""
        if finger != self._finger:
            return
        self._finger_since = None
        present = self._present
        target = present.touched if present else None
        if present is None or target is None:
            return
        present.touched = None
        target.release()
        if target.collide_point(x, y):
            target.act()
            self._tell()

    def _target(self, x: float, y: float) -> Touchable | None:
        if self._sheet is not None:
            return touched(self._sheet, x, y)
        scene = self._present.scene if self._present else None
        if self._page is None:
            return None
        return touched(self._page, x, y) or (anywhere(self._page, x, y) if scene and scene.whole else None)

    # -- the present prompt

    def _open(self, prompt: Prompt[Any], answer: "asyncio.Future[Any] | None") -> None:
        screen = self._screens[type(prompt)]
        screen.open(prompt)
        self._drop_sheet()
        before = self._present
        self._present = Present(prompt, screen, answer, since=self._clock())
        from_start = before is not None and isinstance(before.prompt, Invitation)
        if answer is None:
            self._time.works(first=before is None or from_start)
        else:
            self._time.asked(prompt, first=before is None or from_start)
        if not isinstance(prompt, Invitation):
            self._rest.resting.visited()
        elif not from_start:
            self._rest.resting.alone()
        if isinstance(prompt, Invitation) and from_start:
            if self._ease != self._settings.ease:
                self._time.idle.restart()  # somebody has changed the language, and may leave it so
        else:
            self._serve_as_before(prompt)
        self._sounds.opened(prompt)
        if isinstance(prompt, Working) and self._may_be_short(before):
            self._behind = self._behind or Clock.schedule_once(
                lambda _: self._rebuild(), self._settings.patience_seconds
            )
            return
        self._rebuild()
        if before is not None and not isinstance(prompt, Working):
            self._fade_in()

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

    def _fade_in(self) -> None:
        if self._settings.motion and self._page and self._page.content:
            self._page.content.opacity = _ENTERS_AT
            Animation(opacity=1, d=THEMES[self._ease.theme].motion.enter, t="out_quad").start(self._page.content)

    def _waiting(self) -> bool:
        present = self._present
        return present is not None and present.answer is not None and not present.answered

    def _answer(self, value: object) -> None:
        if self._waiting() and self._present and self._present.answer:
            self._time.answered()
            self._be_silent()
            self._present.answer.set_result(value)

    def _fail(self, reason: Exception) -> None:
        if self._waiting() and self._present and self._present.answer:
            self._time.answered()
            self._be_silent()
            self._present.answer.set_exception(reason)

    def _be_silent(self) -> None:
        self._aloud.be_silent()
        self._sounds.be_silent()

    # -- countdown and sheets

    @property
    def _invitation(self) -> Invitation | None:
        prompt = self._present.prompt if self._present else None
        return prompt if isinstance(prompt, Invitation) else None

    def _by_touch(self) -> bool:
        return self._present is not None and by_touch(self._present.prompt)

    def _idle_touched(self) -> None:
        if self._waiting():
            self._time.idle.restart()

    def _settle_down(self) -> None:
        """Somebody changed the language or opened the help on the start screen, and left."""
        self._time.idle.stop()
        self._ease = self._settings.ease
        self._rebuild()

    def _stay(self) -> None:
        self._idle_touched()
        if isinstance(self._sheet, IdleSheet):
            self._drop_sheet()

    def _go_on(self) -> None:
        """The visit may last as long again, as often as is wanted."""
        self._time.whole.restart()
        self._drop_sheet()

    def _warn(self, seconds: int) -> None:
        if isinstance(self._sheet, IdleSheet):
            self._sheet.count(seconds)
        else:
            self._raise_sheet(lambda kit: IdleSheet(kit, seconds, self._stay))
            self._sounds.attention()
            self._aloud.say(Text("idle.question"), self._ease, self.catalogue)

    def open_help(self) -> None:
        """Show whom to ask."""
        self._raise_sheet(lambda kit: HelpSheet(kit, self._drop_sheet))

    def open_looks(self) -> None:
        """Show the ways of showing."""
        actions = EaseActions(self._take_ease, self._drop_sheet)
        self._raise_sheet(lambda kit: EaseSheet(kit, self._ease, actions))

    def _take_ease(self, ease: Ease) -> None:
        """Show it at once, with the choices still above it."""
        if (ease.theme, ease.low_reach) == (self._ease.theme, self._ease.low_reach):
            self._aloud.be_silent()  # louder, quieter or once more: heard at once
        self._ease = ease
        self._rebuild()
        self.open_looks()

    def _raise_sheet(self, make: Callable[[Kit], Sheet]) -> None:
        self._drop_sheet()
        sheets = (make(self._kit(tightness)) for tightness in _TIGHTER)
        self._sheet = sheet = next(
            (sheet for sheet in sheets if sheet.fits(self.widget)), make(self._kit(_TIGHTER[-1]))
        )
        self.widget.add_widget(sheet)
        sheet.place(0, self.widget.height, self.widget.width, self.widget.height)

    def _drop_sheet(self) -> None:
        if self._sheet is not None:
            self.widget.remove_widget(self._sheet)
            self._sheet = None

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
        self._clear_page()
        self._drop_sheet()
        for tightness in _TIGHTER:
            page = self._compose(self._kit(tightness))
            if page.overflow(self.widget.width, self.widget.height) <= 0:
                break
        else:
            log.warning("page_too_high", extra={"prompt": type(self._present.prompt).__name__ if self._present else ""})
        self._page = page
        self.widget.add_widget(page)
        page.place(0, self.widget.height, self.widget.width, self.widget.height)
        for block in self._moving():
            block.start()
        self._rest.again(self._invitation, page)
        self._told = {}
        self._tell()
        if self._present and self._present.scene:
            self._aloud.read(self._present, self._present.scene, self._ease, self.catalogue)

    def _tell(self) -> None:
        """For programs that touch the screen: what can be touched, each time that it is something else."""
        if self._present and not self._present.answered and log.isEnabledFor(logging.DEBUG):
            shown: dict[str, object] = {"screen": type(self._present.prompt).__name__, "targets": self.targets()}
            if shown != self._told:
                self._told = shown
                log.debug("screen_shown", extra=shown)

    def _compose(self, kit: Kit) -> Page:
        chrome = self._kit()
        header = Header(chrome, self._status)
        present = self._present
        if present is None:
            return Page(
                chrome, header, None, Footer(chrome, (), tools_row(chrome, self._tools(), self._ease, home=False))
            )
        present.scene = scene = present.screen.compose(
            kit, present.prompt, Reply(self._answer, lambda: self._fail(GoBack()), self._rebuild)
        )
        if scene.staff:
            kit, chrome = kit.for_staff(), chrome.for_staff()
        footer = Footer(chrome, scene.actions, tools_row(chrome, self._tools(), self._ease, home=scene.home))
        return Page(kit, header, Content(kit, scene), footer)

    def _tools(self) -> ToolActions:
        return ToolActions(
            lambda: self._fail(VisitEnded()),
            lambda: self._change(self._ease.resized()),
            self.open_looks,
            lambda: self._change(self._ease.translated()),
            self.open_help,
            (lambda: self._change(self._ease.aloud())) if self._aloud.able else None,
        )

    def _moving(self) -> Iterator[Moving]:
        if self._page is not None and self._settings.motion:
            yield from (block for block in self._page.walk_blocks() if isinstance(block, Moving))

    def _clear_page(self) -> None:
        if self._page is None:
            return
        for block in self._moving():
            block.stop()
        if self._page.content is not None:
            Animation.cancel_all(self._page.content)
        self.widget.remove_widget(self._page)
        self._page = None
        if self._present:
            self._present.touched = None


__all__ = ["Stage", "StageSettings", "StageStatus"]
