"""The providers that ship: written like anybody's plugin, and always there."""
