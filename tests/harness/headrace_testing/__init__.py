"""Test library: real nodes, real clients, checkers. Never imported by the product."""
