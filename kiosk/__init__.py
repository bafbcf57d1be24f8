"""The program: wiring, the real visit, the gateway, delivery, logs."""
