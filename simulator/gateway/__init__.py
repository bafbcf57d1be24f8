"""The reference gateway: the hall's side of docs/gateway.yaml, with a database."""
