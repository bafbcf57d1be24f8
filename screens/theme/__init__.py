"""The design system: colours, type, spacing and signs; nothing here knows a prompt."""
