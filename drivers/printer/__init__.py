"""The slip printer (ESC/POS)."""
