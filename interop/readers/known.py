"""Differences between readers that strict accepts, each with the reason, and the readers that must be there."""

from __future__ import annotations

# Every reader that docs/security.md names. One that is missing makes the check fail.
READERS = (
    "Python 3.11",
    "Python extractall",
    "stream-unzip",
    "Go",
    "Java ZipFile",
    "Java ZipInputStream",
    "Java zipfs",
    "Commons ZipFile",
    "Commons stream",
    "Perl Archive::Zip",
    "Perl IO::Uncompress",
    "rubyzip",
    "PHP libzip",
    "yauzl",
    "jszip",
    "adm-zip",
    "fflate",
    "fflate stream",
    "node-stream-zip",
    "unzipper",
    "unzipper stream",
    "zip.js",
    "extract-zip",
    "adm-zip extract",
    "node-stream-zip extract",
    "unzipper extract",
    "unzip",
    "7zz",
    "bsdtar",
    "bsdtar stream",
    "busybox",
)

# Perl's Archive::Zip takes the four bytes where the locator of a zip64 directory would begin, and those where that would lead, for what became of
# reading them: where they are 4, such as in an extra field, it gives up, and says nothing.
GIVES_UP = "Perl Archive::Zip"
IO_ERROR = (4).to_bytes(4, "little")


def gives_up(archive: bytes) -> bool:
    locator = archive.rfind(b"PK\x05\x06") - 20
    leads_to = int.from_bytes(archive[locator + 8 : locator + 16], "little")
    return locator >= 0 and IO_ERROR in (archive[locator : locator + 4], archive[leads_to : leads_to + 4])


# Readers that restore modes. The others make each file with a mode of their own, whatever the zip says: Python's
# `extractall`, node-stream-zip and unzipper; and bsdtar where it reads from a pipe, since the mode is in the directory,
# behind the content.
KEEP_MODES = ("unzip", "7zz", "bsdtar", "busybox", "extract-zip", "adm-zip extract")

# Of a mode that an entry does not have, readers make 644, 664 or 666: what they leave to the umask. So who but the owner
# may write is not compared, and nothing is where strict warns that a mode is incomplete.
COMPARED = 0o7755
INCOMPLETE = "(archive-mode-incomplete)"

# 7-Zip takes a mode only where it says what it is of: for the 0600 of Python's `writestr("name", …)`, which is the most
# ordinary mode of all, it makes 644.
NEEDS_KIND = "7zz"
KIND = 0o170000

# What readers make of the modes of folders whatever the zip says: what they grant, and what they take away. 7-Zip lets the
# owner do everything in it, since it has to put files there: that lets nobody else in.
FOLDER_HABITS = {"7zz": (0o700, 0)}

# Every reader of tars. One that is missing makes the check fail.
TAR_READERS = (
    "tar",
    "tar as a user",
    "bsdtar",
    "busybox tar",
    "7zz",
    "cpio",
    "Python 3.11",
    "Python data",
    "Go",
    "Perl Archive::Tar",
    "Commons",
    "node tar",
    "node tar-fs",
)

# Readers that restore modes of files. Python's filter `data`, which Python 3.14 takes by itself, grants its owner more than
# the tar does, and others less.
TAR_KEEP_MODES = tuple(reader for reader in TAR_READERS if reader != "Python data")
# And of folders: Perl's Archive::Tar makes all with 755, and npm's tar gives a mode only to one that is not there yet.
TAR_KEEP_FOLDER_MODES = tuple(reader for reader in TAR_KEEP_MODES if reader not in ("Perl Archive::Tar", "node tar"))
# These leave the folder that they unpack into as it is, where the tar has a mode for `./`.
TAR_LEAVE_ROOT = ("cpio", "node tar-fs")
# All modes are in a tar, so all bits are compared; those that take the umask off do so from every mode.
TAR_HABITS = {reader: (0, 0o022) for reader in ("tar as a user", "7zz", "node tar", "node tar-fs")}
TAR_FOLDER_HABITS = TAR_HABITS | {"7zz": (0o700, 0o022)}

# Perl's Archive::Tar knows of the extended headers only GNU's: it skips those of PAX, with the names in them and those that
# wait for a member before them. It is asked about archives that have no others.
TAR_KINDS = {"Perl Archive::Tar": b"\x0005L"}
# And it takes a member of that name for what git writes in front of an archive, and leaves it out.
TAR_LEFT_OUT = {"Perl Archive::Tar": b"pax_global_header"}
# GNU cpio 2.13 knows none of them; and to it the blank behind a number, with which bsdtar writes most of them, is one more
# digit. It is asked about archives without either.
TAR_PLAIN = ("cpio",)

# These refuse headers from before POSIX, which strict warns of.
TAR_OLD = ("busybox tar", "node tar-fs")
OLD_HEADER = "(dependency-archive-old-header)"

# These refuse an archive without a member: there is nothing to read in it.
TAR_NOT_EMPTY = ("cpio", "Perl Archive::Tar", "node tar")

# 7-Zip unpacks all, and then fails at the NULs behind a gzip file, with which bsdtar fills up what it writes to a pipe.
TAR_NOT_FILLED = "7zz"
