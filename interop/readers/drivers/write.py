"""What Python's packages for streams write. Arguments: the folder with the files, the folder for zips, the names."""

import datetime
import pathlib
import sys
import zipfile

import stream_zip
import zipstream

source, target, names = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]

for form, how in {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}.items():
    for sized in (False, True):
        packed = zipstream.ZipStream(sized=sized, compress_type=zipfile.ZIP_STORED if sized else how)
        for name in names:
            packed.add((source / name).read_bytes(), name)
        (target / f"zipstream-ng-{form}{'-sized' if sized else ''}.zip").write_bytes(b"".join(packed))

now = datetime.datetime(2026, 1, 1)
contents = {name: (source / name).read_bytes() for name in names}
for form, method in {
    "ZIP_32": lambda content: stream_zip.ZIP_32,
    "ZIP_64": lambda content: stream_zip.ZIP_64,
    "NO_COMPRESSION_32": lambda content: stream_zip.NO_COMPRESSION_32(len(content), __import__("zlib").crc32(content)),
    "NO_COMPRESSION_64": lambda content: stream_zip.NO_COMPRESSION_64(len(content), __import__("zlib").crc32(content)),
    "ZIP_AUTO": lambda content: stream_zip.ZIP_AUTO(len(content)),
}.items():
    members = [(name, now, 0o100644, method(content), iter([content])) for name, content in contents.items()]
    (target / f"stream-zip-{form}.zip").write_bytes(b"".join(stream_zip.stream_zip(members)))
