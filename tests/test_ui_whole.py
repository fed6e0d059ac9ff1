"""A callback is done before the next script run, however often that run's request interrupts it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException

from playground.ui import whole as module
from playground.ui.whole import whole


@pytest.mark.parametrize("times", [0, 1, 3])
def test_an_interrupted_callback_comes_to_its_end_and_what_waited_comes_after(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    asked = [RerunData(query_string=str(number)) for number in range(times)]
    left, said = list(asked), []
    requests = SimpleNamespace(request_rerun=lambda data: said.append(data))
    monkeypatch.setattr(module, "get_script_run_ctx", lambda: SimpleNamespace(script_requests=requests))

    def callback(what: str) -> None:
        if left:
            raise RerunException(left.pop(0))
        said.append(what)

    whole(callback)("done")
    assert said == ["done", *asked]
