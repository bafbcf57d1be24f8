"""Screens: one kind of question each; they show a frozen prompt and give one answer."""
