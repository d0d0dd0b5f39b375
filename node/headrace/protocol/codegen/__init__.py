"""Manifest files in, generated codec modules out."""
