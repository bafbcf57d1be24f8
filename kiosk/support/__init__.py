"""The support bundle: one sealed file with what an engineer far away needs."""
