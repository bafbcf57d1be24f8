"""The two rates as a picture: against each other, and over the threshold."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kiosk.face_desk.findings import Findings, Zone
from kiosk.face_desk.rates import Numbers

_STRANGERS, _REFUSED, _INK, _FAINT = "#b3401f", "#1f5fa8", "#222222", "#dddddd"
_ZONES = {"different": "#f3d9d2", "unsure": "#f6edcf", "same": "#d9ecdb"}
_MARKERS = "osD^v"
_METADATA = dict.fromkeys(("Software", "Author"))  # nothing of the machine goes into the file


def draw(findings: Findings, title: str, file: Path) -> None:
    """Write the picture as PNG.

    Raises:
        OSError: the file cannot be written.
    """
    figure = Figure(figsize=(10.5, 4.6), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=10.5, color=_INK)
    left, right = figure.subplots(1, 2)
    _against_each_other(left, findings)
    _over_threshold(right, findings)
    for axes in (left, right):
        axes.grid(visible=True, which="major", color=_FAINT, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, format="png", metadata=_METADATA)


def _floors(findings: Findings) -> tuple[float, float]:
    """What stands for no error at all where an axis has no zero: half an error, of FMR and of FNMR."""
    return 0.5 / len(findings.trials.different), 0.5 / len(findings.trials.same)


def _percent(rates: Numbers, floor: float) -> Numbers:
    return np.asarray(np.maximum(rates, floor) * 100)


def _against_each_other(axes: Axes, findings: Findings) -> None:
    """ROC in the form that is usual for faces (DET): both errors, both axes logarithmic."""
    strangers, refused = _floors(findings)
    curve, equal = findings.curve, findings.equal.rate
    axes.step(_percent(curve.fmr, strangers), _percent(curve.fnmr, refused), where="post", color=_INK)
    for number, zone in enumerate(findings.zones):
        if zone.row:
            x, y = max(zone.row.fmr.rate.value, strangers) * 100, max(zone.row.fnmr.rate.value, refused) * 100
            marker = _MARKERS[number % len(_MARKERS)]
            axes.plot([x], [y], marker, color=_STRANGERS, label=_named(zone, zone.row.threshold), zorder=3)
    at = max(equal, strangers) * 100, max(equal, refused) * 100
    axes.plot([at[0]], [at[1]], "x", color=_REFUSED, label=f"equal error {equal * 100:.2g} %", zorder=3)
    axes.set_xlim(strangers * 60, 130)
    axes.set_ylim(refused * 60, 130)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _plain(axes, "x")
    _plain(axes, "y")
    axes.set_xlabel(f"FMR, %  (left edge: none of {len(findings.trials.different):,})")
    axes.set_ylabel(f"FNMR, %  (lower edge: none of {len(findings.trials.same):,})")
    axes.legend(fontsize=8, frameon=False, loc="upper right")


def _named(zone: Zone, threshold: float) -> str:
    return f"FMR 1 in {1 / zone.wanted:,.0f}: threshold {threshold:.4f}"


def _plain(axes: Axes, name: str) -> None:
    """0.01, 0.1, 1 in place of powers of ten."""
    axis = axes.xaxis if name == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(10))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6f}".rstrip("0").rstrip(".")))
    axis.set_minor_formatter(NullFormatter())


def _over_threshold(axes: Axes, findings: Findings) -> None:
    curve, (strangers, refused) = findings.curve, _floors(findings)
    axes.step(curve.thresholds, _percent(curve.fmr, strangers), where="pre", color=_STRANGERS, label="FMR")
    axes.step(curve.thresholds, _percent(curve.fnmr, refused), where="pre", color=_REFUSED, label="FNMR")
    axes.set_yscale("log")
    axes.set_ylim(min(strangers, refused) * 60, 130)
    _plain(axes, "y")
    _shade(axes, findings)
    axes.set_xlabel("threshold (score)")
    axes.set_ylabel("%  (each line's lower edge: none seen)")
    axes.legend(fontsize=8, framealpha=0.85, edgecolor=_FAINT, loc="center left")


def _shade(axes: Axes, findings: Findings) -> None:
    """The zones that the wanted rates ask for, where there are any."""
    loosest, strictest = findings.zones[0].row, findings.zones[-1].row
    if loosest is None or strictest is None:
        return
    low, high = axes.get_xlim()
    edges = (low, loosest.threshold, strictest.threshold, high)
    for (name, colour), begin, end in zip(_ZONES.items(), edges, edges[1:], strict=False):
        if end > begin:
            axes.axvspan(begin, end, color=colour, zorder=0, label=name)
    axes.set_xlim(low, high)
