"""The simulated hall: cards, ID reader, printer, camera and gateway, real at the wire. Never part of the product."""
