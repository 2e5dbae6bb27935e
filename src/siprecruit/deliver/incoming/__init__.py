"""What comes back from outside: replies, what inboxes find, and what is told later of a message."""
