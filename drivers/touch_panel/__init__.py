"""The touch panel: where a finger is told to be, and where it is."""
