"""The fault catalogue as a page for technicians: docs/faults.md is made of it."""

from config.faults import FaultCode
from flows.prompts import Text
from screens.text.catalogue import Catalogue, raise_missing

_HEAD = """# Faults

Made by `make contract` from config/faults.py and screens/text; do not edit. Each code is shown to the staff with the
citizen's sentence, and stands in the log. The action is what helps: `retry` (the citizen tries again), `other_way`
(another document or another proof), `staff`, `engineer`, `wait`.

| code | action | the citizen reads | the technician reads |
|---|---|---|---|
"""


def markdown() -> str:
    """One row for each code, in Chinese and English."""
    languages = [Catalogue.load(language, on_missing=raise_missing) for language in ("zh_CN", "en")]
    return _HEAD + "".join(_row(code, languages) for code in FaultCode)


def _row(code: FaultCode, languages: list[Catalogue]) -> str:
    def say(reader: str) -> str:
        return "<br>".join(catalogue.render(Text(f"fault.{code}.{reader}")) for catalogue in languages)

    return f"| `{code}` | {code.action} | {say('citizen')} | {say('technician')} |\n"
