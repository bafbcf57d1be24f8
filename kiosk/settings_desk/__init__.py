"""The settings of one kiosk in the hands of a technician: shown, checked, changed at the kiosk, and undone."""
