"""``kiosk face``: measure the face check on labelled photos, and make the list of pairs for that."""

import argparse
import sys
from pathlib import Path

from config import settings as configuration
from config.settings import ConfigurationError
from drivers.camera.observation import Thresholds
from drivers.camera.settings import Descriptor, FaceSettings, ModelFile
from drivers.device import DeviceError
from kiosk import logs
from kiosk.face_desk.bad_input import BadInputError
from kiosk.face_desk.pairing import write_pairs
from kiosk.hardening import keep_memory_private

DONE, UNUSABLE, STOPPED = 0, 2, 130
_WANTED = (1e-3, 1e-4)
_EXTRA = {"scipy", "matplotlib"}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``face`` to the command line; its functions take the arguments and return the exit code."""
    face = commands.add_parser("face", help="measure the face check on labelled photos; see docs/face.md")
    actions = face.add_subparsers(required=True, metavar="ACTION")
    _add_pairs(actions)
    _add_evaluate(actions)


def _add_pairs(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = "make the list of all pairs from a folder with one sub-folder for each person"
    action = actions.add_parser("pairs", help=what, description=what)
    action.add_argument("--folder", type=Path, required=True, help="the folder")
    action.add_argument("--out", type=Path, required=True, help="the list, a new file")
    action.add_argument(
        "--reference", metavar="PATTERN", help='pictures named so, as "portrait.*", are compared with the others only'
    )
    action.add_argument(
        "--without", metavar="PATTERN", action="append", default=[], help='leave out pictures named so, as "mask-*"'
    )
    action.set_defaults(answer=_pairs)


def _add_evaluate(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = "print the error rates of the pairs at each threshold, and the thresholds that meet wanted rates"
    action = actions.add_parser("evaluate", help=what, description=what)
    action.add_argument("--pairs", type=Path, required=True, help="the list: CSV with the columns first,second,same")
    action.add_argument("--folder", type=Path, help="from where its paths count; else from its own folder")
    action.add_argument("--model", choices=list(Descriptor), help="else that of the settings")
    action.add_argument("--model-file", type=Path, help="the hall's own weights for the model")
    action.add_argument("--model-sha256", metavar="HASH", help="and the SHA-256 that the file must have")
    action.add_argument(
        "--fmr", type=_rate, action="append", metavar="RATE", help="wanted false match rates (default 1e-3 and 1e-4)"
    )
    action.add_argument("--mean", type=_count, default=1, metavar="N", help="compare with the mean of N pictures")
    action.add_argument("--roc", type=Path, metavar="PNG", help="draw the rates into this file")
    action.add_argument("--json", type=Path, metavar="FILE", help="write all figures into this file")
    action.set_defaults(answer=_evaluate)


def _rate(text: str) -> float:
    rate = float(text)
    if not 1e-9 <= rate <= 0.5:
        raise argparse.ArgumentTypeError(f"{text}: allowed is 1e-9 to 0.5")
    return rate


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 9:
        raise argparse.ArgumentTypeError(f"{text}: allowed is 1 to 9")
    return count


def _pairs(arguments: argparse.Namespace) -> int:
    try:
        made = write_pairs(arguments.folder, arguments.out, arguments.reference, arguments.without)
    except BadInputError as error:
        return _complain(str(error))
    sys.stdout.write(
        f"{made.people:,} people, {made.pictures:,} pictures: {made.same:,} pairs of the same person, "
        f"{made.different:,} of different people\n"
    )
    return DONE


def _evaluate(arguments: argparse.Namespace) -> int:
    try:
        from kiosk.face_desk import evaluation  # noqa: PLC0415 - scipy and matplotlib are an extra, never loaded by run
    except ModuleNotFoundError as missing:
        if str(missing.name).partition(".")[0] not in _EXTRA:
            raise
        return _complain(
            f"{missing.name} is not installed; kiosk face evaluate runs where `make setup` has been done (docs/face.md)"
        )
    logs.set_up("ERROR")
    keep_memory_private()  # faces, as in the kiosk itself
    face = configuration.load(arguments.config).face
    try:
        task = evaluation.Task(
            pairs=arguments.pairs,
            folder=arguments.folder,
            settings=_settings(arguments, face),
            wanted=tuple(arguments.fmr or _WANTED),
            mean=arguments.mean,
            kiosk_mean=face.pictures,
            roc=arguments.roc,
            json=arguments.json,
        )
        evaluation.evaluate(task)
    except BadInputError as error:
        return _complain(str(error))
    except DeviceError as error:
        return _complain(f"the face process does not work: {error.code} {error.detail}")
    except KeyboardInterrupt:
        _complain("stopped; no file was written")
        return STOPPED
    return DONE


def _settings(arguments: argparse.Namespace, face: configuration.FaceSettings) -> FaceSettings:
    """Those in force, with what the command line says in their place."""
    if bool(arguments.model_file) != bool(arguments.model_sha256):
        raise ConfigurationError("--model-file and --model-sha256 belong together")
    descriptor = Descriptor(arguments.model or face.model)
    if descriptor != face.model:
        own, zones = None, descriptor.thresholds
    else:
        own = ModelFile(Path(face.model_file), face.model_sha256) if face.model_file else None
        zones = Thresholds(face.same, face.unsure)
    if arguments.model_file:
        own = ModelFile(arguments.model_file.absolute(), arguments.model_sha256.lower())
    return FaceSettings(descriptor=descriptor, thresholds=zones, own_model=own)


def _complain(text: str) -> int:
    sys.stderr.writelines(f"kiosk: {line}\n" for line in text.splitlines())
    return UNUSABLE
