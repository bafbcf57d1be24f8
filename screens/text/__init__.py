"""What the screens and slips say, in each language."""
