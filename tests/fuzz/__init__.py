"""Bytes from outside, made up: whatever comes, nothing leaves but the error that is meant for it.

``promises`` says what is promised, the ``*_entries`` modules where bytes come in. The tests try each entry with a
thousand inputs; ``python -m tests.fuzz`` tries it for as long as wanted, guided by what the inputs reach.
"""
