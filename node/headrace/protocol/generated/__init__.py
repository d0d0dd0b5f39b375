"""Generated codecs, a module for each API; `every_api` imports them all."""
