"""Where a script runs."""
