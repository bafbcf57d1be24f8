"""Settings, matters, fonts and the fault catalogue: below every other room."""
