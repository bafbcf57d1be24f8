"""``kiosk queue``: what technicians see and do of the stored transactions, beside the running kiosk."""
