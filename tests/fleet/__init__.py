"""A fleet of kiosks that come back after an outage: `make fleet`."""
