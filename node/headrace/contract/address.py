"""`host:port`, and the one kind of error that a wrong configuration raises.

Stands apart from `config.py` because the command line needs addresses in every command and should not pay for a
validation library to start. Used by configuration, client and CLI. IPv6 hosts are written in brackets and kept without;
port 0 asks the system for a free one.
"""

from __future__ import annotations

from dataclasses import dataclass

PORT_MAX = 65535


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """`host:port`; IPv6 hosts in brackets. Port 0 asks the system for a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        host, colon, port = text.rpartition(":")
        if not colon or not (port.isascii() and port.isdecimal()) or not host or int(port) > PORT_MAX:
            raise ConfigError(f"'{text}' is not an address: write host:port, for example 127.0.0.1:9092")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
