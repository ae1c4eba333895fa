"""The release of ramp-packer in whose place this package is."""

VERSION: str = "2.5.19"
"""Its release, since scripts compare it with what they need; that of this package is `redis-ramp version`'s."""
