"""Runs the command that packs, so that nobody finds a bundle of which an exception says that there is none.

The command is the one that puts the bundle into its place, and may do so in the moment in which it is to stop. So it has to name the place
before (`--packname-file`), and then to print the metadata (`--verbose`) into a pipe that is full, which is emptied only once what is in
that place is held here: it can be put back, whatever comes after.
"""

from __future__ import annotations

import errno
import os
import selectors
import signal
import stat
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from typing import BinaryIO, Iterator, List, NamedTuple, Optional, Tuple

from ._ramp import Limits, RampError, TimeExceeded

_PIECE = 1 << 16
_LONGEST_WAIT = 3600.0


class TooLong(Exception):
    """The arguments are more than the system lets a program be given."""


class Ended(NamedTuple):
    """What has come of it."""

    status: int
    err: str
    name: bytes
    """How the command calls the bundle, byte by byte; empty where it has not come so far."""
    path: bytes
    """Where that is, wherever this process may have gone meanwhile."""


@contextmanager
def packing(arguments: List[str], standard_input: Optional[bytes], seconds: Optional[float]) -> Iterator[Ended]:
    """Packs. Whatever is raised, also by who looks at what has come of it, leaves in the bundle's place what was there before.

    Raises `TimeExceeded`, `TooLong`, and `OSError` where the command cannot be run.
    """
    # One rule for times.
    Limits(seconds=seconds)
    with ExitStack() as opened:
        command = _Command(opened, arguments, standard_input)
        try:
            yield command.ended(seconds)
        except BaseException:
            command.take_back()
            raise


class _Command:
    def __init__(self, opened: ExitStack, arguments: List[str], standard_input: Optional[bytes]) -> None:
        self.before, self.given, self.name, self.out, self.err = _Before(), standard_input, b"", bytearray(), bytearray()
        # Where its relative paths begin.
        self.here = b""
        with suppress(FileNotFoundError):
            self.here = os.getcwdb()
        (named, its_name), (printed, its_out), (its_life, _) = (_pipe(opened) for _ in range(3))
        _fill(its_out)
        program, command, *rest = arguments
        arguments = [program, command, "--verbose", f"--packname-file=/dev/fd/{its_name.fileno()}", *rest]
        try:
            self.process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL if standard_input is None else subprocess.PIPE,
                stdout=its_out,
                stderr=subprocess.PIPE,
                pass_fds=(its_name.fileno(), its_life.fileno()),
            )
        except OSError as error:
            if error.errno == errno.E2BIG:
                raise TooLong from None
            raise
        opened.enter_context(self.process)
        opened.callback(self.end)
        _end_with_this_process(self.process.pid, its_life)
        for its_own in (its_name, its_out, its_life):
            its_own.close()
        self.named, self.printed = named.fileno(), printed.fileno()

    def ended(self, seconds: Optional[float]) -> Ended:
        until = float("inf") if seconds is None else time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            self._listen(selector, until)
        try:
            status = self.process.wait(None if seconds is None else min(_left(until), _LONGEST_WAIT))
        except subprocess.TimeoutExpired:
            raise _too_late() from None
        if status == 0 and not self.out.endswith(b"\n" + self.name + b"\n"):
            raise RampError("the command `redis-ramp` does not say which bundle it has written: it is of another release than this library")
        return Ended(status, self.err.decode(errors="replace"), self.name, os.path.join(self.here, self.name))

    def _listen(self, selector: selectors.BaseSelector, until: float) -> None:
        """Until it closes what it writes to; what it has left behind does not count."""
        assert self.process.stderr is not None
        its_err, given = self.process.stderr, memoryview(self.given or b"")
        selector.register(self.named, selectors.EVENT_READ)
        selector.register(its_err, selectors.EVENT_READ)
        if self.process.stdin is not None:
            os.set_blocking(self.process.stdin.fileno(), False)
            selector.register(self.process.stdin, selectors.EVENT_WRITE)
        listening = {its_err.fileno()}
        while listening:
            for key, _ in selector.select(min(_left(until), _LONGEST_WAIT)):
                if self.process.stdin is not None and key.fd == self.process.stdin.fileno():
                    try:
                        given = given[os.write(key.fd, given[:_PIECE]) :]
                    except BrokenPipeError:
                        # It has ended without reading all of it, and says why.
                        given = given[:0]
                    if not given:
                        selector.unregister(key.fileobj)
                        self.process.stdin.close()
                        self.process.stdin = None
                    continue
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                    listening.discard(key.fd)
                elif key.fd == self.named:
                    self.name += piece
                    self.before.hold(os.path.join(self.here, self.name))
                    if self.printed not in listening:
                        # Now it may go on.
                        selector.register(self.printed, selectors.EVENT_READ)
                        listening.add(self.printed)
                elif key.fd == self.printed:
                    self.out += piece
                else:
                    self.err += piece

    def end(self) -> None:
        """Ends it, and waits until it has; it ends what it has started."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def take_back(self) -> None:
        self.end()
        # Where it has failed by itself, it has written nothing.
        if self.process.returncode <= 0:
            self.before.put_back()


class _Before:
    """What is in the place of a bundle before the bundle is."""

    def __init__(self) -> None:
        self.path: Optional[bytes] = None
        self.file: Optional[BinaryIO] = None

    def hold(self, path: bytes) -> None:
        self.path, self.file = None, None
        # Of a link to a file the file is replaced.
        path = os.path.realpath(path) if os.path.isfile(path) else path
        try:
            # Nothing is waited for, should it be a pipe.
            file = open(path, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK))
        except FileNotFoundError:
            self.path = path
        except OSError:
            # What is no file the command leaves alone; and what cannot be read cannot be put back.
            pass
        else:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                self.path, self.file = path, file

    def put_back(self) -> None:
        if self.path is None:
            return
        try:
            there = os.stat(self.path)
        except OSError:
            return
        if self.file is None:
            os.unlink(self.path)
        elif not os.path.samestat(there, os.fstat(self.file.fileno())):
            self._write()

    def _write(self) -> None:
        from shutil import copyfileobj
        from tempfile import mkstemp

        assert self.path is not None and self.file is not None
        was = os.fstat(self.file.fileno())
        number, beside = mkstemp(prefix=b".ramp-", dir=os.path.dirname(self.path))
        try:
            with open(number, "wb") as to:
                copyfileobj(self.file, to, 1 << 20)
                with suppress(PermissionError):
                    os.fchown(number, was.st_uid, was.st_gid)
                os.fchmod(number, stat.S_IMODE(was.st_mode))
            os.utime(beside, ns=(was.st_atime_ns, was.st_mtime_ns))
            os.replace(beside, self.path)
        except BaseException:
            os.unlink(beside)
            raise


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise _too_late()
    return left


def _too_late() -> TimeExceeded:
    return TimeExceeded("the module was not packed within the time limit")


def _pipe(opened: ExitStack) -> Tuple[FileIO, FileIO]:
    reading, writing = os.pipe()
    return opened.enter_context(FileIO(reading, "r")), opened.enter_context(FileIO(writing, "w"))


def _fill(pipe: FileIO) -> None:
    """So that the next who writes to it waits."""
    os.set_blocking(pipe.fileno(), False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe.fileno(), bytes(_PIECE))
    os.set_blocking(pipe.fileno(), True)


def _end_with_this_process(pid: int, its_life: FileIO) -> None:
    """Has the kernel send it SIGTERM when the other end of a pipe is closed, of which it holds this one: when this process has ended,
    by whatever signal. Of a system without such a thing it is not asked.
    """
    import fcntl

    if hasattr(fcntl, "F_SETSIG"):
        with suppress(OSError):
            fcntl.fcntl(its_life, fcntl.F_SETOWN, pid)
            fcntl.fcntl(its_life, fcntl.F_SETSIG, signal.SIGTERM)
            fcntl.fcntl(its_life, fcntl.F_SETFL, fcntl.fcntl(its_life, fcntl.F_GETFL) | os.O_ASYNC)
