"""The kiosk as one of many: what it tells the gateway about itself, and what the gateway tells it to do."""
