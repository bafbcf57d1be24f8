"""What every table of the settings has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """One table of a settings file: no key that is not known, and nothing changes it afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)
