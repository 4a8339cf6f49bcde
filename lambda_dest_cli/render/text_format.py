"""Text, for a person at 3 a.m.: name the thing, the cause, the next command."""

from lambda_dest_cli.model.result import Problem, Result
from lambda_dest_cli.render.format import Format
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.screen import Screen


def _result(result: Result, _command: str, screen: Screen) -> None:
    if result.data is not None:
        _item(result.data, screen)
    for problem in result.errors:
        tell(problem, screen)


def _item(item: object, screen: Screen) -> None:
    from lambda_dest_cli.render.reports import report_form

    for line in report_form(item).text(item):
        screen.paint(line)


def _error(result: Result, _command: str, screen: Screen) -> None:
    for problem in result.errors:
        tell(problem, screen)


def tell(problem: Problem, screen: Screen) -> None:
    """Say an error and what to do next."""
    # Plain writes: an error must come out even where rich cannot be imported.
    screen.raw_note(f"lds: {inert_lines(problem.message)}\n")
    for line in problem.hint.splitlines():
        screen.raw_note(f"     {inert(line)}\n")


FORMAT = Format(result=_result, item=_item, error=_error)
