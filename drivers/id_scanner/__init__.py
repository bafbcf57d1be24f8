"""Resident ID documents through a SAM_V reader on a serial line."""
