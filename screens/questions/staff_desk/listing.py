"""A list for the staff: rows with their states, as many as fit on a page."""

from collections import defaultdict
from collections.abc import Sequence

from typing_extensions import override

from flows.desk_prompts import DeskList
from screens.questions.staff_desk.head import deeds, head, nothing
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.desk_rows import RowLayout
from screens.widgets.kit import Kit
from screens.widgets.paging import Bookmark, Layout, Paged


class DeskListScreen(Screen[DeskList]):
    """Keeps for each list at which page it was left, until somebody logs out."""

    def __init__(self) -> None:
        self._bookmarks: dict[str, Bookmark] = defaultdict(Bookmark)

    @override
    def compose(self, kit: Kit, prompt: DeskList, reply: Reply) -> Scene:
        actions = back_action(kit.for_staff(), prompt, reply)
        kit = kit.for_desk()

        def layouts(_width: float) -> Sequence[Layout]:
            return [RowLayout(kit, prompt.rows, reply.answer)]

        rows: Block = nothing(kit, prompt.empty)
        if prompt.rows:
            rows = Paged(kit, len(prompt.rows), layouts, self._bookmarks[repr(prompt.title)], least_rows=1)
        return Scene(lead=head(kit, prompt), body=[rows], after=deeds(kit, prompt, reply), actions=actions, staff=True)

    @override
    def leave(self) -> None:
        """A list is come back to from each of its rows; a page number is nothing personal."""

    @override
    def wipe(self) -> None:
        self._bookmarks.clear()
