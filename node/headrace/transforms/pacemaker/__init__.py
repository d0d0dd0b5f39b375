"""Keeps every script moving over every local partition."""
