"""Writes a zip with Python's zipfile: `write.py HOW FILE...`, the zip to standard output.

HOW is any of `stored`, `zip64`, `unseekable`, `writestr`, `windows`, joined by commas; names that end in a slash become
directories.
`make_archive` takes the files by `shutil.make_archive`, from a folder of their own.
"""

import io
import os
import shutil
import sys
import tempfile
import zipfile


class Unseekable(io.RawIOBase):
    """A stream that cannot go back, as a socket or a pipe."""

    def __init__(self, buffer):
        self.buffer = buffer

    def writable(self):
        return True

    def write(self, data):
        return self.buffer.write(data)


how, files = sys.argv[1].split(","), sys.argv[2:]
if "make_archive" in how:
    with tempfile.TemporaryDirectory() as folder:
        for name in files:
            place = os.path.join(folder, "files", name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            if not name.endswith("/"):
                shutil.copy(name, place)
        made = shutil.make_archive(os.path.join(folder, "made"), "zip", os.path.join(folder, "files"))
        with open(made, "rb") as archive:
            sys.stdout.buffer.write(archive.read())
    sys.exit()
buffer = io.BytesIO()
target = Unseekable(buffer) if "unseekable" in how else buffer
method = zipfile.ZIP_STORED if "stored" in how else zipfile.ZIP_DEFLATED
with zipfile.ZipFile(target, "w", method) as archive:
    for name in files:
        if "zip64" in how and not name.endswith("/"):
            info = zipfile.ZipInfo.from_file(name)
            info.compress_type = method
            with open(name, "rb") as content, archive.open(info, "w", force_zip64=True) as entry:
                entry.write(content.read())
        elif "windows" in how:
            # What `writestr` makes of a name there.
            info = zipfile.ZipInfo(name)
            info.create_system, info.compress_type = 0, method
            is_folder = name.endswith("/")
            info.external_attr = 0o40775 << 16 | 0x10 if is_folder else 0o600 << 16
            archive.writestr(info, b"" if is_folder else open(name, "rb").read())
        elif "writestr" in how and name.endswith("/"):
            archive.writestr(name, "")
        else:
            archive.write(name)
sys.stdout.buffer.write(buffer.getvalue())
