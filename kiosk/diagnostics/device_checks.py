"""The devices: each is asked whether it is there, who it is and how it is. Nothing is read from a document."""

from config.faults import FaultCode
from config.settings import Settings
from drivers.camera.models import checked, descriptor_model, five_points, yunet
from drivers.camera.settings import FaceSettings
from drivers.device import DeviceError, DeviceState
from drivers.facts import Identity
from drivers.printer.paper_used import paper_left
from drivers.tally import Count, Tally
from flows.prompts import Text
from kiosk.devices import Devices
from kiosk.diagnostics.check import Check, Figure, Finding, Group, Level, blocking

_DARK, _BRIGHT = 30.0, 235.0  # mean of 0 to 255
_PICTURES = 8  # for the rate
_PAPER_LOW = 5.0  # metres


def device_checks(devices: Devices, settings: Settings, tally: Tally, face: FaceSettings) -> list[Check]:
    """The checks of ``devices``, which must not be in use by another program."""
    found = [
        Check("card_reader", Group.DEVICES, lambda: card_reader(devices)),
        Check("id_scanner", Group.DEVICES, lambda: id_scanner(devices), seconds=25.0),
        Check("camera", Group.DEVICES, lambda: camera(devices), Level.WARNING),
        Check("face", Group.DEVICES, blocking(lambda: face_models(face)), Level.WARNING),
        Check("printer", Group.DEVICES, lambda: printer(devices, settings, tally), seconds=25.0),
    ]
    if settings.card_reader.psam:
        found.insert(1, Check("psam", Group.DEVICES, lambda: psam(devices), Level.WARNING))
    return found


async def card_reader(devices: Devices) -> Finding:
    """Is pcscd up, is the reader there, and does the card that happens to be in answer to power?"""
    reader = devices.card_reader
    try:
        atr = await reader.atr()
    except DeviceError as error:
        if error.code not in {FaultCode.CARD_MUTE, FaultCode.CARD_REMOVED, FaultCode.CARD_UNREADABLE}:
            raise
        return Finding.of_fault(Level.WARNING, error.code, error.detail)
    await reader.identify()
    facts = reader.facts
    # Its last four historical bytes name the card (hardware.md 1.10): only its length and head are told.
    figures = {**_figures(facts.identity), "card": atr is not None, "atr_bytes": len(atr or b"")}
    line = "found.reader_with_card" if atr is not None else "found.reader"
    return Finding(Level.OK, Text(line, {"name": _name(facts.identity)}), figures=figures)


async def psam(devices: Devices) -> Finding:
    """Is the PSAM in its slot, and does it tell who it is?"""
    information = await devices.card_reader.psam_information()
    return Finding(Level.OK, Text("found.psam"), figures={"terminal": information.terminal})


async def id_scanner(devices: Devices) -> Finding:
    """Does the port open, and does the security module answer with its status and number?"""
    scanner = devices.id_scanner
    await scanner.check()
    await scanner.identify()
    identity = scanner.facts.identity
    return Finding(Level.OK, Text("found.id_scanner", {"serial": identity.serial or "?"}), figures=_figures(identity))


async def camera(devices: Devices) -> Finding:
    """Does it give pictures: how large, how many a second, how bright? They are looked at and forgotten."""
    device = devices.camera
    try:
        await device.start()
        seen = 0
        first = last = 0.0
        async for frame in device.frames():
            seen += 1
            first, last = first or frame.captured_at, frame.captured_at
            height, width = frame.image.shape[:2]
            brightness = float(frame.image.mean())
            if seen == _PICTURES:
                break
    finally:
        await device.stop()
    rate = (seen - 1) / (last - first) if last > first else 0.0
    values = {"width": width, "height": height, "rate": round(rate), "brightness": round(brightness)}
    figures = {**_figures(device.facts.identity), **values}
    if not _DARK <= brightness <= _BRIGHT:
        return Finding(Level.WARNING, Text("found.camera_light", values), figures=figures)
    return Finding(Level.OK, Text("found.camera", values), figures=figures)


def face_models(settings: FaceSettings) -> Finding:
    """Are the weight files there, and are they the ones that were measured? Raises ``DeviceError``."""
    names = [checked(model).name for model in (five_points(), yunet(), descriptor_model(settings))]
    return Finding(
        Level.OK, Text("found.face", {"model": str(settings.descriptor)}), figures={"files": ", ".join(names)}
    )


async def printer(devices: Devices, settings: Settings, tally: Tally) -> Finding:
    """Can it be reached, what do its status bits say, who is it, and how much paper should be left?"""
    device = devices.printer
    status = await device.status()
    for _ in range(2):  # single replies get lost
        if status.known or device.health.state is DeviceState.ONLINE:
            break
        status = await device.status()
    await device.identify()
    left = round(paper_left(tally, settings.printer.roll_metres), 1)
    figures: dict[str, Figure] = {**_figures(device.identity), "status": status.words, "paper_left_metres": left}
    figures["papers"] = tally[Count.PAPERS]
    fault = status.fault or device.health.fault
    if fault is not None:
        return Finding.of_fault(Level.ERROR, fault, device.health.detail, **figures)
    values = {"name": _name(device.identity), "metres": left}
    if status.paper_near_end or left < _PAPER_LOW:
        return Finding(Level.WARNING, Text("found.paper_low", {"metres": str(left)}), figures=figures)
    line = "found.printer" if status.known else "found.printer_unheard"
    return Finding(Level.OK, Text(line, {name: str(value) for name, value in values.items()}), figures=figures)


def _figures(identity: Identity) -> dict[str, Figure]:
    return {name: value for name, value in vars(identity).items() if value}


def _name(identity: Identity) -> str:
    return " ".join(word for word in (identity.maker, identity.model) if word) or identity.place
