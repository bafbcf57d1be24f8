"""``kiosk enroll``: set this kiosk up, step by step. It may be run again at any time: what is done already is kept."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config import settings as configuration
from config.settings import Settings
from flows.prompts import Text
from kiosk import enrolment, logs
from kiosk.audit.acts import note_enrolment
from kiosk.columns import padded, width
from kiosk.diagnostics.check import Level, Outcome, worst
from kiosk.diagnostics.commands import SHELL, examined, print_line, record, report
from kiosk.diagnostics.doctor import Configured
from kiosk.diagnostics.results import Results
from kiosk.first_boot import devices, identity, keys, line
from kiosk.first_boot.answers import Answers
from kiosk.first_boot.device_search import Search
from kiosk.first_boot.identity import Identity
from kiosk.first_boot.steps import State, Step, StepFailed, StepReport
from kiosk.first_boot.user import become_owner_of
from offline_queue.checking import writer
from screens.text.catalogue import LANGUAGES, Catalogue

_SCHEMA = 1  # of the JSON; raised when a field changes its meaning
_PRINTER_PORT = 9100
_LAST_PORT = 65535


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``enroll``; its function takes the arguments and returns the exit code: 0 done, 1 open, 2 wrong."""
    enroll = commands.add_parser(
        "enroll",
        help="set this kiosk up: who it is, devices, keys, certificate, test of everything; may be run again",
        description="With nobody at the terminal and without --yes only those steps are taken that an option asks for.",
    )
    who = enroll.add_argument_group("who it is")
    who.add_argument("--hall", metavar="LETTERS", help="the two letters that begin every receipt number, such as JN")
    who.add_argument("--hall-name", metavar="NAME", help="as citizens read it")
    who.add_argument("--kiosk", metavar="NUMBER", help="of this machine in the hall, such as 03")
    files = enroll.add_argument_group("keys and certificates")
    files.add_argument("--gateway-keys", type=Path, metavar="FILE", help="the gateway's public keys (JWK Set)")
    files.add_argument("--authority", type=Path, metavar="FILE", help="who vouches for the gateway and for us (PEM)")
    files.add_argument("--request", action="store_true", help="make the key and the request for our certificate")
    files.add_argument("--certificate", type=Path, metavar="FILE", help="the certificate that was issued (PEM)")
    files.add_argument(
        "--renew", action="store_true", help="make the signing key anew; with --request or --authority those"
    )
    enroll.add_argument("--devices", action="store_true", help="look which devices are attached")
    enroll.add_argument("--printer", type=_address, metavar="HOST[:PORT]", help="where the printer is in the network")
    enroll.add_argument("--yes", action="store_true", help="take all steps, ask nothing, write what was found")
    enroll.add_argument("--json", action="store_true", help="for other programs")
    enroll.add_argument("--language", choices=LANGUAGES, help="of the answer; else that of the settings")
    enroll.set_defaults(answer=_enroll)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    if not host or (port and not (port.isdecimal() and 0 < int(port) <= _LAST_PORT)):
        raise argparse.ArgumentTypeError(f"{text}: must be HOST or HOST:PORT, such as 192.168.7.10:9100")
    return host, int(port or _PRINTER_PORT)


@dataclass
class _Course:
    """One run of the command. Settings are read anew after each step that may have changed them."""

    arguments: argparse.Namespace
    settings: Settings
    answers: Answers
    whole: bool

    def reports(self) -> Iterator[StepReport]:
        """Each step that is wanted, in order; after one that failed, the next is taken all the same where it can be."""
        given, known = self.arguments, True
        if self.whole or given.hall or given.hall_name or given.kiosk:
            yield (who := self._taken(Step.IDENTITY, self._identity))
            known = who.state in {State.DONE, State.KEPT}
        if self.whole or given.devices or given.printer:
            yield self._taken(Step.DEVICES, self._devices)
        become_owner_of(self.settings.data_directory)
        if not known:  # keys and certificate are made for a name
            return
        if self.whole or given.gateway_keys or self._renews_keys:
            yield self._taken(Step.KEYS, self._keys)
        if self.whole or given.authority:
            yield self._taken(Step.AUTHORITY, self._authority)
        if self.whole or given.request or given.certificate:
            yield self._taken(Step.CERTIFICATE, self._certificate)

    @property
    def _renews_keys(self) -> bool:
        """``--renew`` is about the step that is named beside it, and alone about the kiosk's signing key."""
        given = self.arguments
        return bool(given.renew and not (given.request or given.authority or given.certificate))

    def _taken(self, step: Step, work: Callable[[], StepReport]) -> StepReport:
        try:
            return work()
        except StepFailed as failed:
            return failed.report(step)
        except enrolment.NotEnrolled as error:
            return StepReport(step, State.FAILED, (Text("enrol.wrong", {"detail": str(error)}),))
        except OSError as error:
            values = {"file": str(error.filename or ""), "reason": error.strerror or type(error).__name__}
            return StepReport(step, State.FAILED, (Text("enrol.not_written", values),))

    def _identity(self) -> StepReport:
        present, given, ask = Identity.of(self.settings), self.arguments, self.answers.text
        if not (self.answers.at_terminal or (given.hall and given.kiosk) or identity.is_said(given.config)):
            nobody = Text("enrol.identity.nobody")
            return StepReport(Step.IDENTITY, State.OPEN, (nobody,), (Text("enrol.identity.nobody.then"),))
        wanted = Identity(
            letters=ask("enrol.ask.hall", given.hall, present.letters).upper(),
            name=ask("enrol.ask.name", given.hall_name, present.name),
            number=ask("enrol.ask.kiosk", given.kiosk, present.number),
        )
        try:
            return identity.settle(self.settings, self.arguments.config, wanted)
        finally:
            self._read_again()

    def _devices(self) -> StepReport:
        if (process := writer(self.settings.data_directory / "queue")) is not None:
            said = Text("enrol.devices.running", {"process": process})
            return StepReport(Step.DEVICES, State.KEPT, (said,))
        found, missing = asyncio.run(Search(self.settings, self.arguments.printer).all())
        try:
            return devices.settle(self.settings, self.arguments.config, found, missing, self.answers.agrees)
        finally:
            self._read_again()

    def _keys(self) -> StepReport:
        renew_at = datetime.now(UTC) if self._renews_keys else None
        return keys.make(self.settings, self.arguments.gateway_keys, renew_at)

    def _authority(self) -> StepReport:
        return line.trust(line.LinePlaces.of(self.settings), self.arguments.authority, renew=self.arguments.renew)

    def _certificate(self) -> StepReport:
        places = line.LinePlaces.of(self.settings)
        if self.arguments.certificate is not None:
            return line.take_certificate(self.settings, places, self.arguments.certificate, datetime.now(UTC))
        return line.ask_for_certificate(self.settings, places, renew=self.arguments.renew)

    def _read_again(self) -> None:
        self.settings = configuration.load(self.arguments.config)


def _enroll(arguments: argparse.Namespace) -> int:
    logs.set_up("CRITICAL")  # what is wrong is in the report
    settings = configuration.load(arguments.config)
    catalogue = Catalogue.load(arguments.language or settings.screen.language)
    at_terminal = sys.stdin.isatty() and not arguments.json
    whole = _is_whole(arguments, at_terminal=at_terminal)
    answers = Answers(catalogue, at_terminal, arguments.yes)
    told: list[StepReport] = []
    for each in _Course(arguments, settings, answers, whole).reports():
        told.append(each)
        if not arguments.json:
            _tell(each, catalogue)
    noted = _noted(settings.data_directory, told, renewed=arguments.renew)
    outcomes = _tested(arguments, settings) if whole else []
    if arguments.json:
        print_line(json.dumps(_record(told, outcomes, catalogue), ensure_ascii=False, indent=1))
    elif whole:
        _tell_tests(outcomes, catalogue)
    elif public := [each.facts["public_key"] for each in told if "public_key" in each.facts]:
        print_line(str(public[0]))  # the last line: for scripts that register it
    if not noted:
        sys.stderr.write(f"kiosk: {catalogue.render(Text('enrol.not_noted'))}\n")
    return _exit_code(told, outcomes)


def _noted(data_directory: Path, told: Sequence[StepReport], *, renewed: bool) -> bool:
    """Write what was done into the audit log, once there is a key to sign it; False if that could not be.

    At the end, because the first keys are made on the way, and everything after that belongs to the kiosk's user.
    """
    if not enrolment.signing_key_file(data_directory / "keys").exists():
        return True
    steps = [each for each in told if each.state is not State.KEPT]
    noted = [note_enrolment(data_directory, each.step, each.state, renewed=renewed) for each in steps]
    return all(noted)


def _is_whole(arguments: argparse.Namespace, *, at_terminal: bool) -> bool:
    """All steps: if that is said, or nothing else is, or somebody at the terminal begins from the beginning."""
    steps = (arguments.request, arguments.certificate, arguments.renew, arguments.devices, arguments.printer)
    values = (arguments.hall, arguments.hall_name, arguments.kiosk, arguments.gateway_keys, arguments.authority)
    single = any(steps)
    return bool(arguments.yes or (not single and (at_terminal or not any(values))))


def _tested(arguments: argparse.Namespace, settings: Settings) -> list[Outcome]:
    """The test of everything, as ``kiosk doctor``; kept as its result is."""
    outcomes = asyncio.run(examined(Configured.by(arguments.config), ()))
    with contextlib.suppress(OSError):  # not the kiosk's user
        Results(settings.data_directory).keep(outcomes, SHELL)
    return outcomes


def _exit_code(told: Sequence[StepReport], outcomes: Sequence[Outcome]) -> int:
    tests = worst(outcomes).exit_code if outcomes else Level.OK.exit_code
    return max([tests, *(each.state.exit_code for each in told)])


def _tell(each: StepReport, catalogue: Catalogue) -> None:
    states = {state: catalogue.render(Text(f"enrol.state.{state}")) for state in State}
    titles = {step: catalogue.render(Text(f"enrol.step.{step}")) for step in Step}
    first, second = max(map(width, states.values())), max(map(width, titles.values()))
    head = f"{padded(states[each.state], first)}  {padded(titles[each.step], second)}  "
    margin = " " * width(head)
    lines = [f"{margin if index else head}{catalogue.render(text)}" for index, text in enumerate(each.said)]
    lines += [f"{margin}→ {catalogue.render(text)}" for text in each.then]
    if each.state is State.FAILED:
        sys.stderr.writelines(f"{text}\n" for text in lines)
        return
    for text in lines:
        print_line(text)


def _tell_tests(outcomes: Sequence[Outcome], catalogue: Catalogue) -> None:
    print_line("")
    print_line(catalogue.render(Text(f"enrol.step.{Step.TESTS}")))
    for text in report(outcomes, catalogue):
        print_line(text)


def _record(told: Sequence[StepReport], outcomes: Sequence[Outcome], catalogue: Catalogue) -> dict[str, Any]:
    steps = [
        {
            "step": each.step,
            "state": each.state,
            "said": [catalogue.render(text) for text in each.said],
            "then": [catalogue.render(text) for text in each.then],
            "facts": dict(each.facts),
        }
        for each in told
    ]
    tests = record(outcomes, catalogue) if outcomes else None
    return {"schema": _SCHEMA, "exit_code": _exit_code(told, outcomes), "steps": steps, "tests": tests}
