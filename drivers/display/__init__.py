"""The screen's light."""
