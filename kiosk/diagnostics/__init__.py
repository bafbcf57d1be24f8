"""What the kiosk knows of itself: checks, their last results, and what it says while it runs."""
