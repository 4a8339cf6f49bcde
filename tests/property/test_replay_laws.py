"""Whatever happens to a replay, each event is accepted once, or is still where it was, or is listed as in doubt."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lambda_dest_cli.model.replay import Fate, State
from lambda_dest_cli.replayer.journal import JournalFile
from lambda_dest_cli.replayer.status import statuses
from tests.property.replay_world import World, replay


class Replays(RuleBasedStateMachine):
    """Events fail, replays run and crash, others take messages; nothing is lost and nothing is sent twice."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.journal = self.folder / "journal.sqlite"
        self.runs = 0
        self.seen: set[str] = set()
        """Every request whose record ever was in the queue."""

    @initialize(data=st.data(), count=st.integers(1, 6))
    def begin(self, data: st.DataObject, count: int) -> None:
        def draw(what: str, choices: Any) -> Any:
            return data.draw(st.sampled_from(list(choices)), label=what)

        self.world = World(draw)
        for _ in range(count):
            self.world.put()

    @rule(crash_after=st.integers(0, 60))
    def crashed_run(self, crash_after: int) -> None:
        self._replay(crash_after)

    @rule()
    def whole_run(self) -> None:
        self._replay(None)

    @precondition(lambda self: self.world.queue)
    @rule(data=st.data())
    def another_failure(self, data: st.DataObject) -> None:
        self.world.put()

    def _replay(self, crash_after: int | None) -> None:
        self.runs += 1
        before = set(self.world.accepted.elements())
        lines = replay(self.world, self.journal, f"run-{self.runs}", crash_after)
        sent = [str(line.line.request_id) for line in lines if line.fate is Fate.ACCEPTED]
        assert before.isdisjoint(sent), "what was accepted before was sent again"

    @invariant()
    def each_is_accepted_at_most_once(self) -> None:
        assert all(count == 1 for count in self.world.accepted.values()), self.world.accepted

    @invariant()
    def none_is_lost(self) -> None:
        there = {item.request_id for item in self.world.queue.values()}
        self.seen |= there
        assert self.seen <= there | set(self.world.accepted)

    @invariant()
    def what_is_in_doubt_is_listed(self) -> None:
        if not self.runs:
            return
        file = JournalFile(self.journal, lambda: 0.0)
        try:
            listed = statuses(file)
        finally:
            file.close()
        known = {doubt.request_id for run in listed for doubt in run.doubts}
        # An answer may say that the outcome is unknown any number of times; without one there are few.
        assert all(sum(doubt.state is State.PENDING for doubt in run.doubts) <= 3 for run in listed)
        unsettled = {item.request_id for item in self.world.queue.values()} & set(self.world.accepted)
        for request in unsettled:
            assert request in known or self._accepted(request), request

    def _accepted(self, request: str) -> bool:
        """Say whether the journal has it as accepted: its message is deleted by the next run."""
        file = JournalFile(self.journal, lambda: 0.0)
        try:
            sql = "SELECT 1 FROM sends JOIN answers USING (seq) WHERE sends.request_id = ? AND state = 0"
            return file.sql.execute(sql, (request,)).fetchone() is not None
        finally:
            file.close()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestReplays = Replays.TestCase
TestReplays.settings = settings(
    max_examples=40, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a failure takes minutes
)  # fmt: skip
