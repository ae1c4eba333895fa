"""Hands over to the command `redis-ramp`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Iterator, List, Optional, Sequence

import click

if TYPE_CHECKING:
    from subprocess import Popen


class CommandFailed(click.ClickException):
    """`redis-ramp` has failed, and has said why; `exit_code` is its exit status."""

    def __init__(self, command: str, exit_code: int) -> None:
        super().__init__(f"redis-ramp {command} ended with exit status {exit_code}")
        self.exit_code = exit_code  # type: ignore[misc, unused-ignore]

    def show(self, file: Optional[IO[Any]] = None) -> None:
        """Nothing: it has been said."""


class CommandMissing(click.ClickException):
    """`redis-ramp` is not there, or cannot be run."""

    exit_code = 2


def run(command: str, arguments: Sequence[str], *, given: Optional[bytes] = None, out: Optional[IO[str]] = None) -> None:
    """Runs `redis-ramp COMMAND ARGUMENTS…`, with `given` as its standard input, else that of this process.

    What it prints goes to `out`, or else to `sys.stdout`, and to `sys.stderr`, as it is printed, whatever these are.

    Raises `CommandFailed` where its exit status is not 0, `CommandMissing` where it is not there.
    """
    # Not before it is needed: `import RAMP.ramp` is a test whether RAMP is there.
    from subprocess import PIPE, STDOUT, Popen

    from redis_ramp._command import command as path_of_the_command

    out, err = out or sys.stdout, sys.stderr
    for stream in (out, err):
        if hasattr(stream, "flush"):
            stream.flush()
    # A stream that somebody has put in place of the process's own is written to here; the others are the command's, terminal and all.
    its_own_out, its_own_err = _number(out), _number(err)
    try:
        # Descriptors that a shell has left open are named by arguments such as `/dev/fd/63`.
        process = Popen(
            [path_of_the_command(), command, *arguments],
            stdin=PIPE if given is not None else None,
            stdout=PIPE if its_own_out is None else its_own_out,
            stderr=STDOUT if out is err else PIPE if its_own_err is None else its_own_err,
            close_fds=False,
        )
    except FileNotFoundError as error:
        raise CommandMissing(str(error)) from None
    except OSError as error:
        raise CommandMissing(f"the command `redis-ramp` cannot be run: {error}") from None
    with process, _terminated_by_an_exception():
        try:
            _serve(process, given, out, err)
        except BaseException:
            # It has been interrupted, or nobody reads: let the command take back what it has begun.
            process.terminate()
            process.wait()
            raise
        status = process.wait()
    if status:
        raise CommandFailed(command, status if status > 0 else 128 - status)


@contextmanager
def _terminated_by_an_exception() -> Iterator[None]:
    """Else the command would go on alone, and write its bundle, when this process is ended by SIGTERM."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(number: int, _frame: Any) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _number(stream: Optional[IO[str]]) -> Optional[int]:
    """The descriptor of a stream, where it is one of the process's own."""
    if stream is None or not any(stream is original for original in (sys.__stdout__, sys.__stderr__)):
        return None
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def _serve(process: "Popen[bytes]", given: Optional[bytes], out: Optional[IO[str]], err: Optional[IO[str]]) -> None:
    """Writes what it is given, and passes on what it prints, until it has ended."""
    import threading

    beside: List[threading.Thread] = []
    raised: List[BaseException] = []

    def feed() -> None:
        assert process.stdin is not None
        try:
            with process.stdin as pipe:
                pipe.write(given or b"")
        except OSError:
            # It has ended without reading all of it, and says why.
            pass

    def pass_on_err() -> None:
        try:
            _pass_on(process.stderr, err)
        except BaseException as error:
            raised.append(error)

    if given is not None:
        beside.append(threading.Thread(target=feed, daemon=True))
    if process.stderr is not None:
        beside.append(threading.Thread(target=pass_on_err, daemon=True))
    for thread in beside:
        thread.start()
    if process.stdout is not None:
        _pass_on(process.stdout, out)
    process.wait()
    for thread in beside:
        thread.join()
    if raised:
        raise raised[0]


def _pass_on(pipe: Optional[IO[bytes]], stream: Optional[IO[str]]) -> None:
    """Line by line, so that two streams that are one do not come into the middle of each other's lines."""
    assert pipe is not None
    for line in pipe:
        if stream is None:
            continue
        text = line.decode("utf-8", "replace")
        try:
            stream.write(text)
        except UnicodeEncodeError as error:
            stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        if hasattr(stream, "flush"):
            stream.flush()
