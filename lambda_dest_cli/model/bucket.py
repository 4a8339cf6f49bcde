"""What more there is to know of a bucket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expiry:
    """A rule by which a bucket deletes what lies below ``prefix``, ``days`` after it was written."""

    rule: str
    prefix: str
    days: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """Whose a bucket is, and what it deletes."""

    owned: bool
    """Whether it belongs to the account that was asked about."""
    expiries: tuple[Expiry, ...] = ()
    expiries_why: str = ""
    """Why they are not known, where they are not."""
