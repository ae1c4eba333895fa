"""What is released: a row for each build of the command."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Target:
    """A build: Rust's name of it, Go's of its architecture for packages, whether it needs no C library, and Node's names."""

    triple: str
    arch: str
    static: bool
    npm: str | None


TARGETS = (
    Target("x86_64-unknown-linux-gnu", "amd64", static=False, npm="linux-x64"),
    Target("aarch64-unknown-linux-gnu", "arm64", static=False, npm="linux-arm64"),
    Target("x86_64-unknown-linux-musl", "amd64", static=True, npm=None),
)


def archive(version: str, triple: str) -> str:
    """The name of an archive, without its ending: also of the folder in it. `cargo binstall` knows it from crates/ramp-cli/Cargo.toml."""
    return f"ramp-{version}-{triple}"
