"""The parts that screens are made of: each measures itself for a width, then takes its place."""
