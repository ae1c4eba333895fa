//! Each fact, from a module that has it and one that has not.

use ramp_core::module::{
    Architecture, ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, LimitKind, MachOFileType, ModuleDefect,
    ModuleFormat, ModuleLimits, SymbolBinding, SymbolTable, SymbolType, SymbolVisibility, X86IsaLevel, inspect,
};
use ramp_fixtures::elf::macho::{MachOBuilder, fat};
use ramp_fixtures::elf::{self, ElfBuilder, Export, HashStyle, Stack};

use super::{elf, read};

#[test]
fn all_facts_of_a_module() {
    let bytes = ElfBuilder::module()
        .needed("libssl.so.3")
        .soname("example.so")
        .runpath("$ORIGIN")
        .need("libssl.so.3", "OPENSSL_3.0.0", &["SSL_new", "SSL_free"])
        .weak_need("libc.so.6", "GLIBC_2.38", &["strlcpy"])
        .export("RedisModule_OnUnload")
        .undefined("helper")
        .isa_needed(0b11)
        .debug_link("example.so.debug")
        .build();
    insta::assert_json_snapshot!(read(&bytes));
}

#[test]
fn formats_by_their_first_bytes() {
    let java = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52, 0, 1];
    let mut pe = vec![0; 0x44];
    pe[..2].copy_from_slice(b"MZ");
    pe[0x3c] = 0x40;
    pe[0x40..].copy_from_slice(b"PE\0\0");
    let cases: [(&[u8], ModuleFormat); 12] = [
        (b"", ModuleFormat::Empty),
        (b"\x7fELF", ModuleFormat::Elf),
        (&pe, ModuleFormat::Pe),
        (b"MZ not really", ModuleFormat::Text),
        (b"!<arch>\nfoo.o/", ModuleFormat::Archive),
        (b"PK\x03\x04\0\0", ModuleFormat::Compressed),
        (b"#!/bin/sh\nexit\n", ModuleFormat::Script),
        (b"version https://git-lfs.github.com/spec/v1\n", ModuleFormat::Text),
        ("Überschrift".as_bytes(), ModuleFormat::Text),
        (&java, ModuleFormat::Unknown),
        (b"\0\0\0\0", ModuleFormat::Unknown),
        (b"\xff\xfe\xfd", ModuleFormat::Unknown),
    ];
    for (bytes, expected) in cases {
        assert_eq!(read(bytes).format, expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn machines_of_both_classes_and_byte_orders() {
    use {ElfClass::*, Endianness::*};
    let cases = [
        (elf::EM_X86_64, true, true, "x86_64"),
        (elf::EM_X86_64, false, true, "x32"),
        (elf::EM_AARCH64, true, true, "aarch64"),
        (elf::EM_AARCH64, true, false, "aarch64_be"),
        (elf::EM_ARM, false, true, "arm"),
        (elf::EM_386, false, true, "i386"),
        (elf::EM_PPC64, true, true, "ppc64le"),
        (elf::EM_PPC64, true, false, "ppc64"),
        (elf::EM_S390, true, false, "s390x"),
        (elf::EM_RISCV, true, true, "riscv64"),
        (8, false, false, "unknown(8)"),
    ];
    for (machine, wide, little, name) in cases {
        for hash in [HashStyle::Sysv, HashStyle::Gnu, HashStyle::Both] {
            let facts = elf(&ElfBuilder::module().machine(machine, wide, little).hash(hash).local("helper"));
            assert_eq!(facts.machine.to_string(), name);
            assert_eq!(facts.class, if wide { Elf64 } else { Elf32 });
            assert_eq!(facts.endianness, if little { Little } else { Big });
            assert_eq!(facts.max_version("GLIBC").unwrap().symbols[0].name, "secure_getenv");
            assert!(facts.symbols.on_load.is_some_and(|found| found.hashed && found.defined), "{name} {hash:?}");
            assert!(!facts.stripped && facts.build_id.is_some());
        }
    }
}

#[test]
fn a_program_is_told_from_a_library() {
    let facts = elf(&ElfBuilder::module().pie());
    assert!(facts.pie);
    assert_eq!(facts.interpreter.as_deref(), Some("/lib64/ld-linux-x86-64.so.2"));
    assert_eq!(elf(&ElfBuilder::module().file_type(elf::ET_EXEC)).file_type, ElfType::Exec);
    assert_eq!(elf(&ElfBuilder::module().file_type(7)).file_type, ElfType::Other(7));
    assert!(!elf(&ElfBuilder::module()).pie);
}

#[test]
fn flags_of_the_dynamic_table() {
    let flags = |builder: ElfBuilder| elf(&builder).dynamic.unwrap().flags;
    let module = ElfBuilder::module;
    assert!(flags(module().text_relocations()).text_relocations);
    assert!(flags(module().tag(22, 0)).text_relocations, "DT_TEXTREL");
    assert!(flags(module().tag(24, 0)).bind_now, "DT_BIND_NOW");
    assert!(flags(module().tag(0x6fff_fffb, 0x49)).bind_now, "DF_1_NOW");
    assert!(flags(module().tag(0x6fff_fffb, 0x49)).no_delete && flags(module().tag(0x6fff_fffb, 0x40)).no_open);
    assert!(flags(module().tag(16, 0)).symbolic && flags(module().tag(30, 2)).symbolic);
    assert!(flags(module().tag(30, 16)).static_tls);
    assert!(elf(&module().relr()).dynamic.unwrap().has_relr);
    assert!(!elf(&module()).dynamic.unwrap().has_relr);
    assert_eq!(elf(&module().rpath("/opt")).dynamic.unwrap().rpath.as_deref(), Some("/opt"));
    assert!(elf(&module().os_abi(9)).os_abi.name == "freebsd");
}

#[test]
fn stacks() {
    let stack = |stack| elf(&ElfBuilder::module().stack(stack)).exec_stack;
    assert_eq!(stack(Stack::Plain), ExecStack::No);
    assert_eq!(stack(Stack::Executable), ExecStack::Yes);
    assert_eq!(stack(Stack::Missing), ExecStack::HeaderMissing);
}

#[test]
fn levels_of_x86() {
    let level = |bits| elf(&ElfBuilder::module().isa_needed(bits)).x86_isa_needed;
    assert_eq!(level(1), Some(X86IsaLevel::Baseline));
    assert_eq!(level(0b111), Some(X86IsaLevel::V3));
    assert_eq!(level(8), Some(X86IsaLevel::V4));
    assert_eq!(elf(&ElfBuilder::module()).x86_isa_needed, None);
}

#[test]
fn flavours_of_libc() {
    let libc = |builder: ElfBuilder| elf(&builder).libc;
    let bare = || ElfBuilder::module().without_needs();
    assert_eq!(libc(ElfBuilder::module()), LibcFlavour::Glibc);
    assert_eq!(libc(bare().needed("libc.musl-x86_64.so.1")), LibcFlavour::Musl);
    assert_eq!(libc(bare().needed("libc.so")), LibcFlavour::Musl);
    assert_eq!(libc(bare().needed("libc.so").need("libc.so", "GLIBC_2.2.5", &["puts"])), LibcFlavour::Glibc);
    assert_eq!(libc(bare()), LibcFlavour::None);
    assert_eq!(libc(bare().needed("libm.so")), LibcFlavour::Unknown);
}

#[test]
fn the_entry_point_is_described_not_judged() {
    let on_load = |builder: ElfBuilder| elf(&builder.local("other")).symbols.on_load;
    let with = |symbol_type, binding, visibility, defined| {
        let name = "RedisModule_OnLoad".to_owned();
        ElfBuilder::module().without_exports().export_as(Export { name, symbol_type, binding, visibility, defined })
    };
    let good = on_load(ElfBuilder::module()).unwrap();
    assert_eq!((good.table, good.symbol_type), (SymbolTable::Dynsym, SymbolType::Func));
    assert_eq!((good.binding, good.visibility), (SymbolBinding::Global, SymbolVisibility::Default));
    let object = on_load(with(elf::STT_OBJECT, elf::STB_WEAK, elf::STV_HIDDEN, true)).unwrap();
    assert_eq!((object.symbol_type, object.binding), (SymbolType::Object, SymbolBinding::Weak));
    assert_eq!(object.visibility, SymbolVisibility::Hidden);
    let undefined = with(elf::STT_FUNC, elf::STB_GLOBAL, elf::STV_DEFAULT, false);
    assert_eq!(elf(&undefined).symbols.undefined_module_api, ["RedisModule_OnLoad"]);
    assert!(on_load(undefined).is_some_and(|found| !found.defined && !found.hashed));
    assert_eq!(on_load(ElfBuilder::module().without_exports()), None);
    // Hidden by -fvisibility=hidden: only the static table knows it.
    let hidden = on_load(ElfBuilder::module().without_exports().local("RedisModule_OnLoad")).unwrap();
    assert_eq!((hidden.table, hidden.binding), (SymbolTable::Symtab, SymbolBinding::Local));
}

#[test]
fn undefined_symbols_are_counted_by_how_they_bind() {
    let facts = elf(&ElfBuilder::module()
        .undefined("RedisModule_CreateCommand")
        .weak_undefined("RedisModule_Alloc")
        .weak_undefined("__gmon_start__")
        .undefined("helper"));
    assert_eq!(facts.symbols.undefined_module_api, ["RedisModule_CreateCommand", "RedisModule_Alloc"]);
    assert_eq!(facts.symbols.undefined_unversioned, 2);
    assert_eq!(facts.symbols.undefined_unversioned_names, ["RedisModule_CreateCommand", "helper"]);
    assert_eq!((facts.symbols.dynamic_symbols, facts.symbols.exported), (6, 1));
}

#[test]
fn opaque_versions_have_no_number() {
    let facts = elf(&ElfBuilder::module()
        .need("libc.so.6", "GLIBC_PRIVATE", &["_dl_sym"])
        .need("libc.so.6", "GLIBC_ABI_DT_RELR", &[])
        .need("libstdc++.so.6", "CXXABI_1.3.13", &[])
        .need("libstdc++.so.6", "CXXABI_1.3.9", &[])
        .need("libstdc++.so.6", "CXXABI_FLOAT128", &[])
        .definition("EXAMPLE_1.0"));
    let needs: Vec<_> = facts.version_needs.iter().map(|need| (&*need.namespace, need.version.is_some())).collect();
    assert_eq!(
        needs,
        [("GLIBC", true), ("GLIBC", false), ("GLIBC", false), ("CXXABI", true), ("CXXABI", true), ("CXXABI", false)]
    );
    assert_eq!(facts.max_version("CXXABI").unwrap().name, "CXXABI_1.3.13");
    assert_eq!(facts.version_definitions, ["EXAMPLE_1.0"]);
}

#[test]
fn companions_have_names_but_no_code() {
    let companion = read(&ElfBuilder::module().debug_companion().build());
    let facts = companion.elf.unwrap();
    assert!(facts.debug_companion && facts.has_debug_info && facts.build_id.is_some());
    assert!(facts.symbols.on_load.is_none());
    let module = elf(&ElfBuilder::module().debug_info());
    assert!(!module.debug_companion && module.has_debug_info && module.stripped);
    assert_eq!(module.debug_link, None);
    assert_eq!(elf(&ElfBuilder::module().debug_link("a.debug")).debug_link.as_deref(), Some("a.debug"));
}

#[test]
fn compilers_are_named_once() {
    let facts = elf(&ElfBuilder::module().comment("rustc version 1.95.0").comment("GCC: (GNU) 12.3.0"));
    assert_eq!(facts.compilers, ["GCC: (GNU) 12.3.0", "rustc version 1.95.0"]);
}

#[test]
fn mach_o_thin_and_universal() {
    let thin = read(&MachOBuilder::arm64().build());
    assert_eq!(thin.architecture(), Some(Architecture::Aarch64));
    insta::assert_json_snapshot!(thin);
    let both = read(&fat(&[MachOBuilder::arm64(), MachOBuilder::x86_64().without_exports()]));
    assert_eq!((both.architecture(), both.defects), (None, vec![]));
    let facts = both.mach_o.unwrap();
    let slices: Vec<_> = facts.slices.iter().map(|s| (s.architecture, s.file_type, s.exports_on_load)).collect();
    assert_eq!(
        slices,
        [(Architecture::Aarch64, MachOFileType::Dylib, true), (Architecture::X86_64, MachOFileType::Dylib, false)]
    );
}

#[test]
fn limits_are_reported_when_they_are_hit() {
    let bytes = ElfBuilder::module().needed("a").needed("b").isa_needed(1).build();
    let tight = ModuleLimits {
        program_headers: 7,
        section_headers: 2,
        symbols: 1,
        version_records: 1,
        needed_libraries: 1,
        notes: 1,
        ..ModuleLimits::default()
    };
    let facts = inspect(&bytes, &tight);
    let mut hit: Vec<_> = facts
        .defects
        .iter()
        .filter_map(|defect| match defect {
            ModuleDefect::LimitReached { what, .. } => Some(what.to_string()),
            _ => None,
        })
        .collect();
    hit.sort();
    insta::assert_json_snapshot!(hit);
}

#[test]
fn entries_behind_the_limit_are_not_read() {
    let limits = ModuleLimits { dynamic_entries: 1, ..ModuleLimits::default() };
    let facts = inspect(&ElfBuilder::module().build(), &limits);
    let expected = ModuleDefect::LimitReached { what: LimitKind::DynamicEntries, limit: 1 };
    assert!(facts.defects.contains(&expected), "{:?}", facts.defects);
    assert!(facts.max_version("GLIBC").is_none());
}

#[test]
fn architectures_come_back_from_their_names() {
    let names = [
        "x86_64",
        "x32",
        "aarch64",
        "aarch64_be",
        "arm",
        "i386",
        "ppc64le",
        "ppc64",
        "s390x",
        "riscv64",
        "loongarch64",
        "unknown(8)",
    ];
    for name in names {
        let read: Architecture = serde_json::from_value(name.into()).unwrap();
        assert_eq!(read.to_string(), name);
        assert_eq!(Architecture::from_name(name), Some(read).filter(|read| *read != Architecture::Unknown(8)));
    }
    for name in ["", "amd64", "X86_64", "unknown()", "unknown(-1)", "unknown(8) ", "unknown"] {
        let error = serde_json::from_value::<Architecture>(name.into()).unwrap_err();
        assert!(error.to_string().contains("expected an architecture"), "{error}");
    }
    for (name, meant) in [
        ("amd64", "x86_64"),
        ("x64", "x86_64"),
        ("x86-64", "x86_64"),
        ("ARM64", "aarch64"),
        ("arm64v8", "aarch64"),
        ("ppc64el", "ppc64le"),
        ("i686", "i386"),
        ("i586", "i386"),
        ("x86", "i386"),
    ] {
        assert_eq!(Architecture::from_name(name).unwrap().to_string(), meant);
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_describes_what_is_written() {
    let schema = schemars::schema_for!(ramp_core::module::ModuleFacts);
    let schema = schema.as_value();
    for (field, kind) in [("size", "integer"), ("defects", "array")] {
        assert_eq!(schema["properties"][field]["type"], kind);
    }
    assert_eq!(schema["$defs"]["Architecture"]["type"], "string");
    let facts = serde_json::to_value(read(&ElfBuilder::module().build())).unwrap();
    let properties = schema["$defs"]["ElfFacts"]["properties"].as_object().unwrap();
    for name in facts["elf"].as_object().unwrap().keys() {
        assert!(properties.contains_key(name), "{name} is not in the schema");
    }
}
