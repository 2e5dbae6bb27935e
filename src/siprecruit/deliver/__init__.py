"""What is due goes to one provider at a time, outside any transaction; what it answers comes back as commands."""
