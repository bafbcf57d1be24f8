"""The contract's part about the gateway's own keys."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field


class PublicKey(BaseModel):
    """A public key (RFC 8037). ``kid``: its thumbprint (RFC 7638)."""

    kty: Literal["OKP"]
    crv: Literal["X25519", "Ed25519"]
    x: str
    use: Annotated[Literal["enc", "sig"], Field(description="enc: seal to it; sig: it signs certificates and key sets")]
    kid: str


class KeySet(BaseModel):
    """What the signed key set says: one key of use enc, to which is sealed from now on, and all of use sig."""

    issued_at: AwareDatetime
    version: Annotated[int, Field(ge=1, description="Grows with each key that is added; never take a lower one")]
    keys: Annotated[list[PublicKey], Field(min_length=2)]


class KeysAnswer(BaseModel):
    """The gateway's public keys, signed."""

    keys: Annotated[
        str,
        Field(
            description="Compact JWS (Ed25519, typ gateway-keys+jws) over a KeySet. It is signed by the oldest key of "
            "use sig that is in the set, named by kid: whoever trusts any set before this one trusts that key, however "
            "many were added since. To be believed only when signed by a key that is trusted already"
        ),
    ]
