"""Variants of external and internal attributes: what an entry is, by which host."""

from __future__ import annotations

from collections.abc import Iterator

from bundle import Parts
from variants_extra import DEVICE, FIFO, MEMBERS, SOCKET, Variant
from zips import FILE, FOLDER, LINK

HOSTS = (0, 1, 2, 3, 4, 5, 7, 10, 11, 14, 16, 18, 19, 20, 30, 255)
MODES = {
    "zero": 0,
    "bits-alone": 0o644,
    "bits-executable": 0o755,
    "file-000": FILE,
    "file-200": FILE | 0o200,
    "file-777": FILE | 0o777,
    "file-666": FILE | 0o666,
    "setuid": FILE | 0o4755,
    "setgid": FILE | 0o2755,
    "sticky": FILE | 0o1644,
    "folder": FOLDER | 0o755,
    "link": LINK | 0o777,
    "fifo": FIFO | 0o644,
    "device": DEVICE | 0o644,
    "block": 0o060000 | 0o644,
    "socket": SOCKET | 0o644,
    "door": 0o150000 | 0o644,
    "whiteout": 0o160000 | 0o644,
    "all": 0o177777,
}
# What shuts others out, what its owner cannot write to, what all can.
FOLDER_MODES = tuple(FOLDER | mode for mode in (0o755, 0o700, 0o775, 0o555, 0o777))


def variants(parts: Parts) -> Iterator[Variant]:
    for at, member in enumerate(MEMBERS):
        for host in HOSTS:
            for dos in (0, *(1 << bit for bit in range(8)), 0xFF, 0x1000, 0x8000, 0x400, 0x800, 0x4000):
                if at != 2 and (host not in (0, 3) or dos > 0x80):
                    continue
                for mode in (0, FILE | 0o644):
                    made = parts.zip()
                    entry = made.entries[at]
                    entry.host, entry.dos, entry.mode = host, dos, mode
                    yield f"attributes/host-{host}/dos-{dos:#x}/mode-{mode:o}/{member}", made
        for what, mode in MODES.items():
            for host in (0, 1, 2, 3, 7, 10, 11, 14, 16, 19, 30) if at == 2 else (0, 3):
                made = parts.zip()
                made.entries[at].host, made.entries[at].mode = host, mode
                yield f"attributes/{what}/host-{host}/{member}", made
        for internal in (1, 2, 3, 4, 0xFF00, 0xFFFF):
            made = parts.zip()
            made.entries[at].internal = internal
            yield f"attributes/internal-{internal:#x}/{member}", made
    for host in HOSTS:
        for mode in (0, *FOLDER_MODES, FOLDER, 0o755, 0o700, FILE | 0o644):
            for dos in (0, 0x10, 0x11):
                made = parts.zip(with_folder=True)
                entry = made.entries[2]
                entry.host, entry.mode, entry.dos = host, mode, dos
                yield f"attributes/folder/host-{host}/mode-{mode:o}/dos-{dos:#x}", made
