"""Prints the contract: ``python -m simulator.gateway.contract > docs/gateway.yaml``."""

import sys

import yaml

from simulator.gateway.app import create_app


def contract_text() -> str:
    """The OpenAPI document of the public routes, as YAML."""
    return yaml.safe_dump(create_app(None).openapi(), allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.stdout.write(contract_text())
