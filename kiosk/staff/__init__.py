"""Members of staff: who they are by number, card and PIN, and what they confirm (docs/staff.md)."""
