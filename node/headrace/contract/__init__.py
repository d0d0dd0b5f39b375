"""What other programs may rely on: names, the script record, settings, reports. No I/O."""
