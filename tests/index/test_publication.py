"""Who builds on a server: one whose process is gone counts as killed at once, where its process can be seen."""

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from graphrag_tools.index.publication import Builder

NO_PROCESS = 2**22 + 1
"""More than Linux gives."""


def builder(**changes: object) -> Builder:
    return Builder.here("token").model_copy(update=changes)


def test_builder_of_this_machine_is_gone_with_its_process() -> None:
    assert builder(pid=NO_PROCESS).is_gone()
    assert not builder(pid=os.getppid()).is_gone()
    assert builder(pid=os.getpid()).is_gone(), "this process builds nothing of that token"


@pytest.mark.parametrize("pid", [NO_PROCESS, os.getpid()], ids=["of nobody here", "of this process"])
def test_builder_in_another_container_of_the_same_name_is_at_work_while_it_gives_signs(pid: int) -> None:
    other = builder(pid=pid, ids="the same boot pid:[4026531999]")
    assert other.host == socket.gethostname()
    assert not other.is_gone()
    assert other.model_copy(update={"seen": datetime.now(UTC) - timedelta(minutes=2)}).is_gone()


def test_builder_of_an_earlier_version_is_judged_by_its_signs() -> None:
    assert not builder(pid=NO_PROCESS, ids="").is_gone()
