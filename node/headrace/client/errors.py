"""What can go wrong when talking to a cluster from outside, in words for the person at the terminal."""

from headrace.base.errors import HeadraceError


class ClientError(HeadraceError):
    """The cluster refused, or could not be reached; the message says which and what to do."""


class Refused(ClientError):
    """The cluster answered with an error. `code` is Kafka's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unreachable(ClientError):
    """No listed address answered."""
