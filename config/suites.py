"""The cryptographic suites by name; what each consists of is in offline_queue/suite.py."""

from enum import StrEnum


class SuiteName(StrEnum):
    """One name for everything that signs, seals and hashes."""

    INTERNATIONAL = "international"  # Ed25519, ECDH-ES on X25519, A256GCM, SHA-256
    SM = "sm"  # SM2, SM3, SM4-GCM (GB/T 32918, 32905, 32907)


AVAILABLE = (SuiteName.INTERNATIONAL,)  # why SM is not: docs/decisions/0021
