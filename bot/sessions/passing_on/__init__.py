"""The customer's link as a picture, for an agent who passes it on."""
