"""What is told because time has passed: a ledger of keys in the outbox, so that nothing is told twice."""
