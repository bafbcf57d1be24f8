"""One file per matter: what a citizen can do here, written like a page of the service guide."""
