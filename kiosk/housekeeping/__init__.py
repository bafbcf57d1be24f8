"""What nothing needs any more goes: ``kiosk housekeeping`` (docs/install.md)."""
