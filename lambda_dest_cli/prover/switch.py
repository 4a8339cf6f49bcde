"""A function switched off for a moment: reserved concurrency 0, and afterwards again what it was."""

from collections.abc import Callable

from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.function_ref import FunctionRef

_TRIES = 3


class Switch:
    """Switches one function off and on again. ``write`` sets the reserved concurrency, or removes it (None)."""

    def __init__(
        self,
        ref: FunctionRef,
        read: Callable[[], int | None],
        write: Callable[[int | None], None],
        note: Callable[[str], None],
        settle: Callable[[], object],
        options: str = "",
    ) -> None:
        self._ref, self._read, self._write, self._note, self._settle = ref, read, write, note, settle
        self._options = options
        """What leads the AWS CLI to the same AWS."""
        self._former: int | None = None
        self._off = False

    def off(self) -> None:
        """Switch it off; says beforehand how to restore it by hand. Raises what AWS says."""
        self._former = self._read()
        if self._former == 0:
            self._note(f"{self._ref.name} is switched off already: its reserved concurrency is 0, and stays so")
            return
        self._note(
            f"switching {self._ref.name} off: every invocation of it fails or waits until it is on again "
            f"(if this run is killed: {self.by_hand()})"
        )
        self._off = True  # before the call: its answer may get lost, or Ctrl-C come in the middle
        self._write(0)
        self._settle()

    def restore(self) -> None:
        """Give it back what it had; once. Raises what AWS says, after it was said how to do it by hand."""
        interrupted = False
        tries = 0
        while self._off:
            try:
                self._write(self._former)
                self._off = False
            except KeyboardInterrupt:
                if interrupted:
                    self._note(f"{self._ref.name} may still be switched off: {self.by_hand()}")
                    raise
                interrupted = True
                self._note(f"switching {self._ref.name} on again; once more to leave without waiting for it")
            except LdsError as problem:
                tries += 1
                if tries < _TRIES:
                    continue
                self._off = False
                self._note(f"{self._ref.name} IS STILL SWITCHED OFF. Switch it on: {self.by_hand()}")
                raise type(problem)(
                    f"{self._ref.name} could not be switched on again: {problem.message}", self.by_hand()
                ) from problem
            else:
                self._note(f"{self._ref.name} is on again, with {self._words()}")
        if interrupted:
            raise KeyboardInterrupt

    def by_hand(self) -> str:
        """Give the command that restores it."""
        name = f"--function-name {self._ref.name}{self._options}"
        if self._former is None:
            return f"aws lambda delete-function-concurrency {name}"
        return f"aws lambda put-function-concurrency {name} --reserved-concurrent-executions {self._former}"

    def _words(self) -> str:
        return "no reserved concurrency" if self._former is None else f"reserved concurrency {self._former}"
