"""One entry under atheris (libFuzzer): ``python -m tests.fuzz.atheris_targets NAME [libFuzzer's options]``.

What is tried is loaded with its branches counted, so that inputs which reach something new are kept and changed.
"""

import importlib
import sys

import atheris

# Ours, the entries themselves, and what reads tokens for us.
_COUNTED = ["config", "drivers", "flows", "joserfc", "kiosk", "tests.fuzz"]


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=_COUNTED):
        entries = importlib.import_module("tests.fuzz.entries").ENTRIES
    atheris.Setup(sys.argv, entries[name].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
