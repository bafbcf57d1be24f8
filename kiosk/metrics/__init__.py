"""Figures for Prometheus: how the kiosk is, and what it did. Labels come from closed sets; nobody is in them."""
