"""The drawn faces of the invented people: a portrait for the gateway, and pictures as a camera would take them."""
