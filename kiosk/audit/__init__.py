"""The audit log: what this kiosk did, step by step, without personal data, and nothing of it changed afterwards."""
