"""The three kinds of errors, by what the caller should do.

`Retriable`: try again after a while. `Rejected`: tell the client, with Kafka's error code. `Corrupt`: stop this
partition, keep the others. Library exceptions do not cross a package border: they are raised `from` as one of these.
Error codes are plain ints here because this layer knows nothing of Kafka; `protocol.error_codes` names them.
"""


class HeadraceError(Exception):
    """Root of every error that Headrace raises on purpose."""


class Retriable(HeadraceError):
    """The same call may succeed later; `kafka_code` is the retriable code that a client is told."""

    def __init__(self, kafka_code: int, message: str, *, retry_after_ms: int = 100) -> None:
        super().__init__(message)
        self.kafka_code = kafka_code
        self.message = message
        self.retry_after_ms = retry_after_ms


class Rejected(HeadraceError):
    """The request is wrong and will stay wrong; the client is told `kafka_code` and `message`."""

    def __init__(self, kafka_code: int, message: str) -> None:
        super().__init__(message)
        self.kafka_code = kafka_code
        self.message = message


class Corrupt(HeadraceError):
    """Bytes on disk are not what was written: this partition stops, the others go on."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message
