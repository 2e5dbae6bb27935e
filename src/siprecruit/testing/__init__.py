"""What plugin authors test with: fixtures, and the contract that a provider of each hook must keep."""
