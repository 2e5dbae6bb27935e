"""Rows of the outbox on their way: claimed, handed to one provider, and what came of it noted."""
