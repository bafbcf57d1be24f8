"""Social security cards in a PC/SC reader. Pure: apdu, tlv, social_card, reading, pin. The library: pcsc."""
