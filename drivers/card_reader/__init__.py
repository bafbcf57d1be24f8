"""Social security cards through PC/SC."""
