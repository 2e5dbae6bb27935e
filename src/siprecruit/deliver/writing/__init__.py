"""What a message says, to whom it goes, and whether it is still so when it is sent."""
