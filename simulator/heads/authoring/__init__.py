"""How the pictures of the invented heads were made; needed only to make them anew (see simulator/heads/README.md)."""
