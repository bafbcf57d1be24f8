"""What fuzzing has found, kept as it was found."""

import json

import pytest

from kiosk.contract import ContractBroken, HealthAnswer


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_without_a_place_in_every_zone_breaks_the_contract(moment: str) -> None:
    """Shown in the hall's zone it was an OverflowError."""
    with pytest.raises(ContractBroken, match=r"^HealthAnswer: time$"):
        HealthAnswer.read(json.dumps({"service": "hall-gateway", "time": moment}).encode())
