"""What may be added to siprecruit from outside: hooks, the values they give, and how they are found and called."""
