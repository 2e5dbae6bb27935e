"""What is due goes to one provider, outside any transaction; what it answers comes back as commands."""
