"""Entries of a zip that inflate no more at a time than is asked for, whatever their method."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from lzma import LZMADecompressor

BY_ZIPFILE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of which `zipfile` itself inflates in steps; of all others it inflates at once whatever comes of what it has read."""

MAX_DICTIONARY_BYTES = 64 << 20
"""How large a dictionary LZMA may need, which is allocated at once: that of its highest level."""
STEP = 1 << 18
MOST_BEHIND = 4 << 20
"""How much is inflated of what comes behind the end that an entry claims to have."""


class DictionaryTooLarge(zipfile.BadZipFile):
    """An entry needs more than `MAX_DICTIONARY_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"it needs a dictionary of more than {MAX_DICTIONARY_BYTES} bytes")


def opened(zip_file: zipfile.ZipFile, name: str) -> IO[bytes]:
    """The entry of that name, as `ZipFile.open` has it, and with the same outcome where it is read at once; of one that is damaged, and read in
    pieces, those before the damage can be had, as of a deflated one.

    Reading raises `DictionaryTooLarge`, too.
    """
    file: Any = zip_file.open(name)
    info = zip_file.getinfo(name)
    if info.compress_type not in BY_ZIPFILE:
        file.__class__ = _InSteps
        file.claimed_size = info.file_size
    return file  # type: ignore[no-any-return]


class _InSteps(zipfile.ZipExtFile):
    claimed_size: int

    def _read1(self: Any, n: int) -> bytes:
        if self._eof or n <= 0:
            return b""
        # Anew after going back.
        if self._compress_type == zipfile.ZIP_LZMA and not isinstance(self._decompressor, _Lzma):
            self._decompressor = _Lzma(self.claimed_size)
        inflating = self._decompressor
        compressed = self._read2(n) if inflating.needs_input else b""
        # One more than there is to be, so that the end of the stream is looked at too.
        data = inflating.decompress(compressed, min(max(n, self.MIN_READ_SIZE), self._left + 1))
        if len(data) > self._left:
            # What is behind is not read, but what is wrong with it is said.
            for _ in range(MOST_BEHIND // STEP):
                if inflating.eof or inflating.needs_input:
                    break
                inflating.decompress(b"", STEP)
        self._eof = inflating.eof or (self._compress_left <= 0 and inflating.needs_input)
        data = data[: self._left]
        self._left -= len(data)
        if self._left <= 0:
            self._eof = True
        self._update_crc(data)
        return data  # type: ignore[no-any-return]


class _Lzma:
    """LZMA as zips have it: two bytes of a version, two of the length of the properties, these, and the stream."""

    def __init__(self, claimed_size: int) -> None:
        self._claimed_size = claimed_size
        self._header = b""
        self._stream: Optional[LZMADecompressor] = None

    @property
    def eof(self) -> bool:
        return self._stream is not None and self._stream.eof

    @property
    def needs_input(self) -> bool:
        return self._stream is None or self._stream.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._stream is None:
            self._header += data
            start = 4 + int.from_bytes(self._header[2:4], "little")
            if len(self._header) <= max(start, 4):
                return b""
            self._stream = self._opened(self._header[4:start])
            data, self._header = self._header[start:], b""
        return self._stream.decompress(data, max_length)

    def _opened(self, properties: bytes) -> LZMADecompressor:
        import lzma

        rest, lc = divmod(properties[0] if properties else 0, 9)
        pb, lp = divmod(rest, 5)
        if len(properties) != 5 or pb > 4 or lc + lp > 4:
            raise lzma.LZMAError("Invalid or unsupported options")
        # Nothing is looked up further back than what there is to be; a dictionary is allocated whole.
        dictionary = min(int.from_bytes(properties[1:], "little"), max(self._claimed_size, 1 << 12))
        if dictionary > MAX_DICTIONARY_BYTES:
            raise DictionaryTooLarge
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}]
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
