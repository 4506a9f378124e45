"""Chromium for tests: a page is opened without a window and asked what it shows, over the browser's own debugging pipe.

`page.evaluate` runs a script's expression in the page and returns its value; `page.requests` are the addresses the page has
asked for. Each browser has its own profile in a temporary folder and ends with its `with` block.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pytest

NO_CHROMIUM = "需要 chromium：apt install chromium"
PATIENCE = 60.0


def chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None where there is none."""
    names = (os.environ.get("JIXIAO_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(chromium() is None, reason=NO_CHROMIUM)


class BrowserError(RuntimeError):
    """The browser refused a command, or the page's script failed; the text is what it said."""


@dataclass
class Page:
    """One open page; commands are answered in turn, what the browser tells by itself is kept in `events`."""

    commands: BinaryIO
    answers: BinaryIO
    session: str | None = None
    number: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Return the browser's answer to a command of its debugging protocol."""
        self.number += 1
        command: dict[str, object] = {"id": self.number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        self.commands.write(json.dumps(command).encode() + b"\0")
        self.commands.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self.answers.read(1)) not in (b"\0", b""):
            data += byte
        if not data:
            raise BrowserError("the browser has gone")
        message: dict[str, Any] = json.loads(data)
        return message

    def open(self, address: str) -> None:
        """Open `address` and wait until it is loaded."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a script's expression in the page; BrowserError when it throws."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(json.dumps(result["exceptionDetails"], ensure_ascii=False))
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until `expression` is true in the page; BrowserError when it never is."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}")
            time.sleep(0.05)

    def type(self, selector: str, text: str) -> None:
        """Put the cursor into a field, mark what is there, and type `text` over it."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).select()")
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element that `selector` finds."""
        found: list[str] = self.evaluate(f"Array.from(document.querySelectorAll({json.dumps(selector)}), e => e.textContent)")
        return found

    @property
    def requests(self) -> list[str]:
        """The addresses asked for since the browser began, in order."""
        self.evaluate("0")
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    @property
    def complaints(self) -> list[str]:
        """What the page's scripts threw and what its policy forbade."""
        self.evaluate("0")
        found = []
        for event in self.events:
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(event["params"], ensure_ascii=False))
            elif event.get("method") == "Log.entryAdded":
                found.append(event["params"]["entry"]["text"])
        return found


@contextmanager
def browser() -> Iterator[Page]:
    """Give a page of a new browser. Skips the test where there is no Chromium."""
    program = chromium()
    if program is None:
        pytest.skip(NO_CHROMIUM)
    profile = tempfile.mkdtemp(prefix="jixiao-chromium-")
    ends = [*os.pipe(), *os.pipe()]
    theirs_in, ours_out, ours_in, theirs_out = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    options = f"--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --user-data-dir={profile}"
    command = f'exec "$0" {options} --remote-debugging-pipe about:blank 3<&{theirs_in} 4>&{theirs_out}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, program],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    with os.fdopen(ours_out, "wb") as commands, os.fdopen(ours_in, "rb") as answers:
        try:
            page = Page(commands, answers)
            target = page.call("Target.createTarget", url="about:blank")["targetId"]
            page.session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime", "Log"):
                page.call(f"{domain}.enable")
            yield page
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(profile, ignore_errors=True)
