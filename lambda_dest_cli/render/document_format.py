"""Documents for other programs, which some reports can be written as: SARIF, GitHub annotations."""

from lambda_dest_cli.model.result import Result
from lambda_dest_cli.render.format import Format
from lambda_dest_cli.render.reports import document
from lambda_dest_cli.render.screen import Screen
from lambda_dest_cli.render.text_format import FORMAT as TEXT


def named(look: str) -> Format:
    """Make the format called ``look``. Errors are said as in text: no such document has a place for them."""

    def item(report: object, screen: Screen) -> None:
        written = document(report, look)
        if written:
            screen.answer(written)

    def result(answer: Result, command: str, screen: Screen) -> None:
        if answer.data is not None:
            item(answer.data, screen)
        TEXT.error(answer, command, screen)

    return Format(result=result, item=item, error=TEXT.error)
