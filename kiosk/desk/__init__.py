"""The staff's side of the kiosk: entrance, login, and the pages of attendants and technicians (docs/technician.md)."""
