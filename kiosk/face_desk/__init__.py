"""``kiosk face``: measures the face check on labelled photos, and says where its thresholds belong."""
