"""The record: what has happened, written once, and the texts that are kept beside it."""
