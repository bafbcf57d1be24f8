"""Settings, matters, fonts, where lines end, and the fault catalogue: below every other room."""
