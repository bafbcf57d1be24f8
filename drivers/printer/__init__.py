"""The slip printer: how a slip is laid out, and how an ESC/POS printer is spoken to."""
