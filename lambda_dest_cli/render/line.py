"""One line of a report: texts with styles. It becomes rich's only on a terminal: a pipe never waits for rich."""


class Line:
    """Texts with the style that each is painted in, where there is colour."""

    __slots__ = ("parts",)

    def __init__(self, text: str = "", style: str = "") -> None:
        self.parts: tuple[tuple[str, str], ...] = ((text, style),)

    @classmethod
    def assemble(cls, *parts: str | tuple[str, str]) -> "Line":
        """Give a line of several texts, each by itself or with its style."""
        line = cls()
        line.parts = tuple((part, "") if isinstance(part, str) else part for part in parts)
        return line

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.parts)
