"""What is ready-made for Prometheus and Grafana is valid, and asks only for figures that the kiosk really has."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.metrics.figures import names_of_all_figures, registry_of_a_kiosk

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "config" / "monitoring"
_FIGURE = re.compile(r"\bhall_kiosk_[a-z_]+")


def promtool(*arguments: str) -> str:
    done = subprocess.run(
        ["promtool", *arguments], cwd=MONITORING, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_configuration_is_valid() -> None:
    assert "is valid" in promtool("check", "config", "prometheus.yml")


def test_the_rules_are_valid_and_do_what_they_say() -> None:
    rules = yaml.safe_load((MONITORING / "rules.yml").read_text("utf-8"))
    count = sum(len(group["rules"]) for group in rules["groups"])
    assert f"{count} rules found" in promtool("check", "rules", "rules.yml")
    assert "SUCCESS" in promtool("test", "rules", "rules.test.yml")


def test_each_rule_is_raised_by_a_test() -> None:
    rules = yaml.safe_load((MONITORING / "rules.yml").read_text("utf-8"))
    tests = yaml.safe_load((MONITORING / "rules.test.yml").read_text("utf-8"))["tests"]
    named = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    raised = {each["alertname"] for test in tests for each in test["alert_rule_test"] if each.get("exp_alerts")}
    assert named == raised


def test_a_test_that_expects_something_else_fails(tmp_path: Path) -> None:
    """The tests above would be worth nothing otherwise."""
    text = (MONITORING / "rules.test.yml").read_text("utf-8").replace("rules.yml", str(MONITORING / "rules.yml"))
    changed = tmp_path / "rules.test.yml"
    changed.write_text(text.replace('summary: "JN-03: no paper"', 'summary: "JN-03: much paper"'), "utf-8")
    with pytest.raises(AssertionError, match="much paper"):
        promtool("test", "rules", str(changed))


def test_rules_ask_only_for_figures_that_there_are() -> None:
    asked = set(_FIGURE.findall((MONITORING / "rules.yml").read_text("utf-8")))
    asked |= set(_FIGURE.findall((MONITORING / "rules.test.yml").read_text("utf-8")))
    assert len(asked) > 15
    assert asked <= names_of_all_figures()


def queries(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def test_the_dashboard_asks_only_for_figures_that_there_are(tmp_path: Path) -> None:
    """And each of its questions is a sentence of PromQL."""
    dashboard = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
    found = list(queries(dashboard))
    assert len(found) >= len(dashboard["panels"]) > 15
    for title, query in found:
        asked = set(_FIGURE.findall(query))
        assert asked or "up{" in query, title
        assert asked <= names_of_all_figures(), title
    rules = [{"record": f"q:{number}", "expr": query} for number, (_, query) in enumerate(found)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
    promtool("check", "rules", str(file))


def test_the_panels_do_not_overlap() -> None:
    dashboard = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not own & cells, panel["title"]
        assert max(x for x, _ in own) < 24
        cells |= own
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_table_in_the_docs_names_every_figure() -> None:
    text = (ROOT / "docs" / "fleet.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(hall_kiosk_[a-z_]+)`", text, re.MULTILINE))
    assert told == {
        metric.name + ("_total" if metric.type == "counter" else "") for metric in registry_of_a_kiosk().collect()
    }
