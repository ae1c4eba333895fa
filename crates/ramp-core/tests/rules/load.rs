//! What would upload and not load.

use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::{ElfBuilder, Stack};

use crate::cases::{Case, case, cluster, good, module, on_systems};
use crate::target::node;

pub(crate) fn cases() -> Vec<Case> {
    [module_cases(), library_cases()].concat()
}

fn elf() -> ElfBuilder {
    ElfBuilder::module()
}

fn module_cases() -> Vec<Case> {
    let no_open = ElfBuilder { flags_1: 0x40, ..elf() };
    vec![
        case("load-architecture", "a module for x86_64 and a node of aarch64", good())
            .on(cluster("7.22").with_architecture("aarch64").unwrap())
            .twin_on(cluster("7.22").with_architecture("x86_64").unwrap())
            .also("nodes-impossible", "releases that take builds for any platform run on x86_64"),
        case("load-architecture", "a module for x86_64 and one node of aarch64", good())
            .on(node("7.22", "rhel9", "aarch64"))
            .twin_on(node("7.22", "rhel9", "x86_64"))
            .also("nodes-impossible", "releases that take builds for any platform run on x86_64"),
        case("load-operating-system", "a bundle for Ubuntu 22 and one node of RHEL 9", on_systems(&["ubuntu22"]))
            .on(node("7.22", "rhel9", "x86_64")),
        case("load-operating-system", "a bundle for Ubuntu 22 and nodes of RHEL 9", on_systems(&["ubuntu22"]))
            .on(cluster("7.22").with_operating_system("rhel9").unwrap()),
        case("load-os-abi", "a module for FreeBSD", module(&elf().os_abi(9))),
        case(
            "load-os-abi",
            "a version of the ABI that there is not",
            good().module(elf().assemble().patch(8, &[9]).bytes),
        ),
        case("load-static-tls", "thread-local storage that is aligned to 128 bytes", aligned_tls(128))
            .twin(aligned_tls(64)),
        case("load-static-tls", "8 KiB of thread-local storage in the static block", module(&elf().static_tls(8_192)))
            .twin(module(&elf().static_tls(1_000))),
        case("load-memory", "64 GiB of zero-filled variables", good().module(zero_filled(64 << 30)))
            .twin(good().module(zero_filled(1 << 30))),
        case("load-no-open", "a module linked with `-z nodlopen`", module(&no_open)),
        case(
            "load-unresolved-api",
            "an undefined function of the module API",
            module(&elf().undefined("RedisModule_CreateCommand")),
        ),
        case(
            "load-libc",
            "a module built on Alpine",
            module(&ElfBuilder::new().needed("libc.musl-x86_64.so.1").export("RedisModule_OnLoad")),
        ),
        case(
            "load-executable-stack",
            "an executable stack on Debian 13",
            module(&elf().stack(Stack::Executable)).set("operating_systems", vec!["debian13"]),
        )
        .twin(on_systems(&["debian13"]))
        .also("operating-system-unknown", "no release runs on a system whose glibc refuses it yet"),
        case("load-executable-stack-later", "an executable stack", module(&elf().stack(Stack::Executable))),
        case("load-cpu-level", "a module built with `-march=x86-64-v3`", module(&elf().isa_needed(4)))
            .twin(module(&elf().isa_needed(2))),
        case("load-cpu-unknown", "a level of x86-64 that there is not", module(&elf().isa_needed(0x8000_0000)))
            .twin(module(&elf().isa_needed(2))),
        case("load-text-relocations", "relocations in code", module(&elf().text_relocations())),
        case("load-search-path", "a directory of the build machine", module(&elf().runpath("/home/build/lib")))
            .twin(module(&elf().runpath("$ORIGIN"))),
    ]
}

/// A module with static thread-local storage of that alignment.
fn aligned_tls(align: u64) -> BundleBuilder {
    // Behind it is the header of the stack.
    let elf = elf().static_tls(64).assemble();
    let header = elf.bytes.chunks_exact(8).position(|word| word[..4] == [7, 0, 0, 0]).unwrap() * 8;
    good().module(elf.patch(header + 48, &align.to_le_bytes()).bytes)
}

/// A module whose last segment takes that much memory.
fn zero_filled(size: u64) -> Vec<u8> {
    elf().assemble().patch(64 + 56 * 2 + 40, &size.to_le_bytes()).bytes
}

fn library_cases() -> Vec<Case> {
    let libc = |version: &str| module(&elf().need("libc.so.6", version, &["from_there"]));
    let of = |library: &str, version: &str| module(&elf().needed(library).need(library, version, &["from_there"]));
    vec![
        case("load-glibc", "a function of glibc 2.38 on RHEL 9", libc("GLIBC_2.38")).twin(libc("GLIBC_2.34")),
        case("load-symbol-missing", "a function that nothing defines", module(&elf().undefined("nonexistent_fn")))
            .twin(module(&elf().undefined("nonexistent_fn").needed("libz.so.1"))),
        case(
            "load-symbol-missing",
            "zlib forgotten, in a module that is linked with no library",
            module(&ElfBuilder::new().export("RedisModule_OnLoad").undefined("compressBound")),
        )
        .twin(module(&ElfBuilder::new().export("RedisModule_OnLoad").undefined("sqrt"))),
        case(
            "load-symbol-missing",
            "libcurl forgotten, in a module that is linked with a library whose symbols have no versions",
            module(&elf().undefined("curl_easy_init").needed("libz.so.1")),
        )
        .twin(module(&elf().undefined("compressBound").needed("libz.so.1"))),
        case("load-library-path", "a library by its path on the build machine", module(&elf().needed("build/libx.so")))
            .twin(module(&elf().needed("libm.so.6"))),
        case(
            "load-library-not-looked-for",
            "zlib, with `-z nodefaultlib`",
            module(&ElfBuilder { flags_1: 0x800, ..elf() }.needed("libz.so.1")),
        )
        .twin(module(&ElfBuilder { flags_1: 0x800, ..elf() }.needed("libz.so.1").runpath("$ORIGIN"))),
        case("load-library-preloaded", "AddressSanitizer", module(&elf().needed("libasan.so.8")))
            .twin(module(&elf().needed("libgcc_s.so.1"))),
        case(
            "load-library-unneeded",
            "versions of zlib, which `patchelf` took off the list",
            module(&elf().need("libz.so.1", "ZLIB_1.2.0", &["compressBound"])),
        )
        .twin(module(&elf().needed("libssl.so.3").need("libcrypto.so.3", "OPENSSL_3.0.0", &["EVP_MD_fetch"]))),
        case(
            "load-library-unneeded",
            "versions of a library that is not needed",
            module(&elf().need("libfoo.so.1", "FOO_1", &["foo"])),
        )
        .twin(module(&elf().needed("libz.so.1").need("libz.so.1", "ZLIB_1.2.0", &["compressBound"]))),
        case("load-glibc-private", "a private symbol of glibc", libc("GLIBC_PRIVATE")).twin(libc("GLIBC_2.34")),
        case("load-version-absent", "a version of libc asked of libm", of("libm.so.6", "GLIBC_2.14"))
            .twin(of("libm.so.6", "GLIBC_2.29")),
        case("load-library-absent", "musl beside glibc", module(&elf().needed("libc.musl-x86_64.so.1")))
            .twin(module(&elf().needed("libm.so.6"))),
        case("load-library-absent", "the linker's script of libc beside libc", module(&elf().needed("libc.so")))
            .twin(module(&elf().needed("libc.so.6"))),
        case(
            "load-glibc-abi",
            "packed relocations on Ubuntu 22",
            libc("GLIBC_ABI_DT_RELR").set("operating_systems", vec!["ubuntu22"]),
        )
        .twin(libc("GLIBC_2.34").set("operating_systems", vec!["ubuntu22"])),
        case("load-relr", "packed relocations without their marker", module(&elf().relr())),
        case("load-runtime", "a function of GCC 13 on RHEL 9", of("libstdc++.so.6", "GLIBCXX_3.4.32"))
            .twin(of("libstdc++.so.6", "GLIBCXX_3.4.29")),
        case("load-openssl", "a function of OpenSSL 3.6 on RHEL 9", of("libssl.so.3", "OPENSSL_3.6.0"))
            .twin(of("libssl.so.3", "OPENSSL_3.0.0")),
        case("load-point-release", "a function that RHEL has from 9.7 on", libc("GLIBC_2.35")).twin(libc("GLIBC_2.34")),
        case(
            "load-library-absent",
            "OpenSSL 1.1 on Ubuntu 22",
            module(&elf().needed("libssl.so.1.1")).set("operating_systems", vec!["ubuntu22"]),
        )
        .twin(module(&elf().needed("libssl.so.3")).set("operating_systems", vec!["ubuntu22"])),
        case(
            "load-library-absent",
            "OpenSSL 3 on RHEL 8, which a third party has",
            module(&elf().needed("libssl.so.3")).set("operating_systems", vec!["rhel8"]),
        )
        .twin(on_systems(&["rhel8"])),
        case("load-library-extra", "OpenSSL 1.1 on RHEL 9", module(&elf().needed("libssl.so.1.1")))
            .twin(module(&elf().needed("libssl.so.3"))),
        case(
            "load-library-unknown",
            "a library that a wheel brings along",
            module(&elf().needed("libssl-63597a81.so.3")),
        )
        .twin(module(&elf().needed("libssl.so.3"))),
    ]
}
