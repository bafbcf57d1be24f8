"""docs/gateway.yaml is what the gateway really says."""

from pathlib import Path

import requests
import yaml

from simulator.gateway.contract import contract_text
from simulator.gateway.server import GatewayServer

COMMITTED = Path(__file__).parents[2] / "docs" / "gateway.yaml"


def test_committed_document_is_the_applications() -> None:
    assert COMMITTED.read_text("utf-8") == contract_text()


def test_running_gateway_serves_the_committed_document(tmp_path: Path) -> None:
    with GatewayServer(tmp_path) as server:
        served = requests.get(f"{server.url}/openapi.json", timeout=10).json()
    assert served == yaml.safe_load(COMMITTED.read_text("utf-8"))
    assert served["openapi"].startswith("3.1")
    assert sorted(served["paths"]) == [
        "/v1/agencies/query",
        "/v1/audit/head",
        "/v1/cards/query",
        "/v1/certificates",
        "/v1/contributions/query",
        "/v1/health",
        "/v1/keys",
        "/v1/kiosk",
        "/v1/kiosk/bundle",
        "/v1/kiosk/directives",
        "/v1/kiosk/health",
        "/v1/kiosk/readiness",
        "/v1/pensions/query",
        "/v1/persons/query",
        "/v1/skills/query",
        "/v1/transactions",
        "/v1/transactions/{transaction_id}",
        "/v1/transfers/query",
        "/v1/unemployment/query",
    ]
