"""Three values: it holds, it does not, or it cannot be told."""

from enum import IntEnum


class Truth(IntEnum):
    """Kleene's three values: ``min`` is and, ``max`` is or. Compare with ``is``: UNKNOWN is not false, nor true."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @classmethod
    def of(cls, value: bool | None) -> "Truth":
        """Give the truth of a comparison; None is one that could not be made."""
        if value is None:
            return cls.UNKNOWN
        return cls.YES if value else cls.NO

    @property
    def negated(self) -> "Truth":
        """The opposite; what cannot be told stays so."""
        return _OPPOSITES[self]


_OPPOSITES = {Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN, Truth.YES: Truth.NO}
