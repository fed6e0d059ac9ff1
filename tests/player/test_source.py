"""The source: acknowledge when decoded, come back after a loss, leave with the right code."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

OPEN = """
  window.WebSocket = FakeSocket;
  const {Source} = await import('/js/source.js'), {Recording} = await import('/js/recording.js');
  const rec = new Recording(), all = FakeSocket.all, parts = await frames(6);
  const source = new Source('/x/playground/run/abc', rec);
"""


def source(site: Page, script: str) -> Any:
    return site.evaluate(f"async () => {{ {OPEN} {script} }}")


def test_it_says_what_it_has_and_acknowledges_each_message_with_its_count(site: Page) -> None:
    script = """const two = await new Blob([parts[0], parts[1]]).arrayBuffer();
      all[0].give(two); all[0].give(parts[2]); return [all[0].address, all[0].sent, all[0].binaryType]"""
    address, sent, kind = source(site, script)
    assert address == "ws://player.test/x/playground/run/abc?have=0"
    assert sent == ["2", "3"]
    assert kind == "arraybuffer"


def test_text_is_the_state_and_is_not_acknowledged(site: Page) -> None:
    script = """all[0].give(JSON.stringify({state: 'queued', place: 3})); return [rec.status, all[0].sent, rec.over]"""
    assert source(site, script) == [{"state": "queued", "place": 3}, [], False]


@pytest.mark.parametrize(
    ("before", "after"), [("waiting", "running"), ("new", "running"), ("lost", "running"), ("done", "done")]
)
def test_a_frame_shows_that_the_run_runs(site: Page, before: str, after: str) -> None:
    script = f"rec.status = {{state: '{before}', device: 'cpu'}}; all[0].give(parts[0]); return rec.status"
    assert source(site, script) == {"state": after, "device": "cpu"}


def test_a_socket_that_is_still_opening_says_why_it_closes_once_it_is_open(site: Page) -> None:
    script = """all[0].readyState = 0; source.close({switched: true}); const early = all[0].closed ?? null;
      all[0].onopen(); return [early, all[0].closed]"""
    assert source(site, script) == [None, 4000]


def test_a_lost_connection_is_opened_again_from_where_it_was(site: Page) -> None:
    script = """all[0].give(parts[0]); all[0].give(parts[1]); all[0].onclose({code: 1006});
      const lost = rec.status.state; await until(() => all.length === 2); all[1].give(parts[2]);
      return [lost, all[1].address.split('?')[1], rec.length]"""
    assert source(site, script) == ["lost", "have=2", 3]


def test_it_comes_back_more_and_more_slowly(site: Page) -> None:
    script = """const waits = []; window.setTimeout = (act, wait) => { waits.push(wait); act(); };
      for (let k = 0; k < 8; k++) all.at(-1).onclose({code: 1006}); return waits"""
    assert source(site, script) == [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]


def test_a_finished_or_failed_run_is_not_opened_again(site: Page) -> None:
    for state in ("done", "failed"):
        script = f"""all[0].give(JSON.stringify({{state: '{state}', error: 'why'}})); all[0].onclose({{code: 1000}});
          await new Promise((go) => setTimeout(go, 400)); return [all.length, rec.status.state]"""
        site.evaluate("reset()")
        assert source(site, script) == [1, state]


def test_a_refusal_is_a_sentence_and_the_end(site: Page) -> None:
    script = """all[0].onclose({code: 1008, reason: 'This link is not ours.'});
      await new Promise((go) => setTimeout(go, 400));
      return [all.length, rec.status]"""
    assert source(site, script) == [1, {"state": "failed", "error": "This link is not ours."}]


def test_leaving_for_another_run_says_so(site: Page) -> None:
    assert source(site, "source.close({switched: true}); return all[0].closed") == 4000
    site.evaluate("reset()")
    assert source(site, "source.close(); return all[0].closed") == 1000


def test_the_bytes_inside_a_page_are_the_same_run(site: Page) -> None:
    script = """const {unpacked, fill} = await import('/js/source.js');
      const zipped = new Blob(parts).stream().pipeThrough(new CompressionStream('gzip'));
      const packed = await new Response(zipped).arrayBuffer();
      const text = btoa(Array.from(new Uint8Array(packed), (byte) => String.fromCharCode(byte)).join(''));
      fill(rec, await unpacked(text)); return [rec.length, rec.over, rec.frames[5].step]"""
    assert source(site, script) == [6, True, 2000]


@pytest.mark.parametrize(
    ("state", "kept", "words"),
    [
        ("done", "done", "done"),
        ("stopped", "stopped", "stopped before its end"),
        ("failed", "failed", "failed"),
        ("running", "saved", "saved while the run went on"),
        ("queued", "saved", "saved while the run went on"),
    ],
)
def test_a_page_says_how_its_run_stood_and_waits_for_no_more(site: Page, state: str, kept: str, words: str) -> None:
    script = f"""const {{fill}} = await import('/js/source.js'), {{sentence}} = await import('/js/bar.js');
      fill(rec, parts[0], {{state: '{state}'}}); return [rec.status.state, rec.over, sentence(rec.status)]"""
    assert source(site, script) == [kept, True, words]
