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
