"""Callbacks that are done before anything that waits may interrupt the script run that calls them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from streamlit.runtime.scriptrunner import RerunData, RerunException, get_script_run_ctx


def whole(callback: Callable[..., object]) -> Callable[..., None]:
    """A widget's callback that may be called again from its start, called until it came to its end.

    Each look into the session may raise because the browser has asked for the next script run meanwhile. Streamlit
    then takes the callback for done, and what the visitor did would be lost; here the next run waits for it.
    """

    @wraps(callback)
    def called(*args: object) -> None:
        waiting: list[RerunData] = []
        while True:
            try:
                callback(*args)
                break
            except RerunException as interrupted:
                waiting.append(interrupted.rerun_data)
        context = get_script_run_ctx()
        if context and context.script_requests:
            for data in waiting:
                context.script_requests.request_rerun(data)

    return called
