"""Devices: small ports with typed data, a health and typed errors; see drivers/device.py."""
