"""The offline queue: every transaction is sealed and on disk before the first byte is sent."""
