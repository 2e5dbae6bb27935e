"""The pure heart: what may be decided, and what follows from what has happened: stdlib and attrs alone."""
