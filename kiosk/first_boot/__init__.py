"""Setting a kiosk up for the first time: ``kiosk enroll`` (docs/install.md)."""
