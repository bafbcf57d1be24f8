"""Puts a page together: header, the scene of the prompt that is on the stage, footer."""

from dataclasses import dataclass

from screens.chrome import Footer, Header, StageStatus, ToolActions, tools_row
from screens.ease import Ease
from screens.page import BarePage, Content, Page
from screens.present import Present
from screens.screen import Reply
from screens.widgets.kit import Kit


@dataclass(frozen=True)
class Surroundings:
    """What stands around every scene. ``kit`` is never tightened: header and footer keep their place and size."""

    kit: Kit
    status: StageStatus
    tools: ToolActions
    ease: Ease


def compose(around: Surroundings, kit: Kit, present: Present, reply: Reply) -> Page:
    """The page of ``present``, with its scene made for ``kit``."""
    chrome = around.kit
    header = Header(chrome, around.status)
    present.scene = scene = present.screen.compose(kit, present.prompt, reply)
    if scene.staff:
        kit, chrome = kit.for_staff(), chrome.for_staff()
    footer = Footer(chrome, scene.actions, tools_row(chrome, around.tools, around.ease, home=scene.home))
    return (BarePage if scene.bare else Page)(kit, header, Content(kit, scene), footer)


def empty(around: Surroundings) -> Page:
    """The page while there is no prompt."""
    tools = tools_row(around.kit, around.tools, around.ease, home=False)
    return Page(around.kit, Header(around.kit, around.status), None, Footer(around.kit, (), tools))
