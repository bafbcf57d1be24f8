"""``python -m tests.fuzz``: fuzz one entry, or all in turn; ends with 1 when a promise was broken.

A finding is kept beside the entry's inputs, as ``finding-NAME-...``: give it to ``--again`` to see it.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.fuzz.dictionary import TOKENS
from tests.fuzz.entries import ENTRIES

_FIGURES = Path("build/fuzz.json")
_SLOWEST_SECONDS = 10  # for one input
_MEMORY_MEGABYTES = 2048


@dataclass(frozen=True)
class Run:
    """The figures of one entry. ``edges``: branches reached, its own too; ``kept``: inputs worth keeping."""

    target: str
    seconds: int
    executions: int
    edges: int
    kept: int
    findings: int


def main() -> None:
    """Run, add to the JSON, print the table."""
    arguments = _arguments()
    if arguments.again:
        ENTRIES[arguments.target].run(arguments.again.read_bytes())
        return
    targets = [arguments.target] if arguments.target else list(ENTRIES)
    runs = []
    for target in targets:
        runs.append(fuzz(target, arguments.seconds, arguments.corpus))
        print(_row(runs[-1]), flush=True)
    _FIGURES.parent.mkdir(exist_ok=True)
    _FIGURES.write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n", "ascii")
    sys.exit(any(run.findings for run in runs))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", choices=ENTRIES, help="one entry; without it all, one after the other")
    parser.add_argument("--seconds", type=int, default=600, help="for each entry")
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"), help="where inputs worth keeping are kept")
    parser.add_argument("--again", type=Path, help="run the entry once, with the bytes of this file")
    arguments = parser.parse_args()
    if arguments.again and not arguments.target:
        parser.error("--again needs --target")
    return arguments


def fuzz(target: str, seconds: int, corpus: Path) -> Run:
    """Fuzz ``target``; its inputs are kept in a folder of its name under ``corpus``, findings and log beside it."""
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(ENTRIES[target].seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    known = set(corpus.glob(f"finding-{target}-*"))
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.fuzz.atheris_targets", target, *_options(target, folder, seconds)]
    with folder.with_suffix(".log").open("wb") as log:
        ended = subprocess.run(command, stdout=log, stderr=log, check=False)
    said = folder.with_suffix(".log").read_text("utf-8", "replace")
    findings = set(corpus.glob(f"finding-{target}-*")) - known
    if ended.returncode and not findings:
        sys.exit(f"{target} was not tried; see {folder.with_suffix('.log')}")
    return Run(
        target=target,
        seconds=round(time.monotonic() - begun),
        executions=_last(r"stat::number_of_executed_units: *(\d+)", said) or _last(r"#(\d+)\t", said),
        edges=_last(r"cov: (\d+)", said),
        kept=_last(r"corp: (\d+)", said),
        findings=len(findings),
    )


def _options(target: str, folder: Path, seconds: int) -> list[str]:
    return [
        f"-max_total_time={seconds}",
        f"-max_len={ENTRIES[target].longest}",
        f"-timeout={_SLOWEST_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MEGABYTES}",
        f"-artifact_prefix={folder.parent}/finding-{target}-",
        "-print_final_stats=1",
        f"-dict={_dictionary(folder)}",
        str(folder),
    ]


def _dictionary(folder: Path) -> Path:
    """The pieces that mean something, as libFuzzer wants them."""
    file = folder.with_suffix(".dict")
    lines = ('"' + "".join(f"\\x{byte:02X}" for byte in token) + '"\n' for token in TOKENS)
    file.write_text("".join(lines), "ascii")
    return file


def _last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def _row(run: Run) -> str:
    return (
        f"{run.target:<20} {run.seconds:>5} s {run.executions:>10,} inputs {run.edges:>6,} edges "
        f"{run.kept:>5} kept {run.findings:>3} findings"
    )


if __name__ == "__main__":
    main()
