"""What may be added from outside: hooks, the values they give, and how these are found and called."""
