//! Modules as compilers and linkers write them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Sources by their file names.
const SOURCES: [(&str, &str); 21] = [
    ("plain.c", include_str!("sources/plain.c")),
    (
        "math.c",
        "#include <math.h>\nint RedisModule_OnLoad(void *ctx, void **argv, int argc) { return ctx ? (int)log2((double)argc) : 0; }\n",
    ),
    (
        "zlib.c",
        "unsigned long compressBound(unsigned long);\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? (int)compressBound(n) : 0; }\n",
    ),
    (
        "weak.c",
        "int maybe(void) __attribute__((weak));\nint RedisModule_OnLoad(void *c, void **v, int n) { return c && maybe ? maybe() : 0; }\n",
    ),
    (
        "api.c",
        "int RedisModule_CreateCommand(void *);\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? RedisModule_CreateCommand(c) : 0; }\n",
    ),
    (
        "data.c",
        "extern int missing_data;\nint *table[] = { &missing_data };\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? *table[0] : 0; }\n",
    ),
    (
        "tls.c",
        "#ifndef SIZE\n#define SIZE 64\n#endif\n__thread char block[SIZE];\nint RedisModule_OnLoad(void *c, void **v, int n) { block[n] = 1; return c ? block[1] : 0; }\n",
    ),
    (
        "bss.c",
        "#ifndef SIZE\n#define SIZE 64\n#endif\nstatic char block[SIZE];\nint RedisModule_OnLoad(void *c, void **v, int n) { block[n] = 1; return c ? block[1] : 0; }\n",
    ),
    (
        "ifunc.c",
        "static int one(void *c, void **v, int n) { return c ? n : 0; }\nstatic void *pick(void) { return one; }\nint RedisModule_OnLoad(void *, void **, int) __attribute__((ifunc(\"pick\")));\n",
    ),
    (
        "hidden.c",
        "__attribute__((visibility(\"hidden\"))) int RedisModule_OnLoad(void *c, void **v, int n) { return 0; }\nint other(void) { return RedisModule_OnLoad(0, 0, 0); }\n",
    ),
    ("object.c", "int RedisModule_OnLoad = 1;\n"),
    (
        "aligned.c",
        "static __thread char block[64] __attribute__((aligned(ALIGN)));\nint RedisModule_OnLoad(void *c, void **v, int n) { block[n] = 1; return c ? block[1] : 0; }\n",
    ),
    (
        "unasked.c",
        "int other(void);\n__asm__(\".globl other\\n\");\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? n : 0; }\n",
    ),
    (
        "initweak.c",
        "extern void maybe(void) __attribute__((weak));\n__attribute__((section(\".init_array\"), used)) static void (*pointer)(void) = maybe;\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? n : 0; }\n",
    ),
    (
        "versions.c",
        "int first(void *c, void **v, int n) { return 0; }\nint second(void *c, void **v, int n) { return 1; }\n__asm__(\".symver first,RedisModule_OnLoad@V1\\n.symver second,RedisModule_OnLoad@@V2\\n\");\n",
    ),
    (
        "curl.c",
        "unsigned long compressBound(unsigned long);\nvoid *curl_easy_init(void);\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? (int)compressBound(n) + !curl_easy_init() : 0; }\n",
    ),
    (
        "tbss.c",
        "__thread char block;\nint RedisModule_OnLoad(void *c, void **v, int n) { block = n; return c ? block : 0; }\n",
    ),
    (
        "both.c",
        "__asm__(\".section .both,\\\"awx\\\",@progbits\\nboth: ret\\n.text\");\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? n : 0; }\n",
    ),
    (
        "size.c",
        "#ifdef THERE\nint sized[7];\n#else\n__asm__(\".weak sized\");\n#endif\n__asm__(\".data\\n\" SIZE \" sized@SIZE\\n.text\");\nint RedisModule_OnLoad(void *c, void **v, int n) { return c ? n : 0; }\n",
    ),
    ("other.c", "int other(void *c, void **v, int n) { return c ? n : 0; }\n"),
    ("cpp.cc", include_str!("sources/cpp.cc")),
];

/// A linker's script that puts headers, code and variables into segments of their own.
const SEGMENTS: &str = include_str!("sources/segments.ld");

/// Its variants, and which segments it begins on a page of their own: code, variables.
const SCRIPTS: [(&str, bool, bool); 4] = [
    ("one_page.ld", false, false),
    ("two_pages.ld", false, true),
    ("code_on_page_of_data.ld", true, false),
    ("three_pages.ld", true, true),
];

/// For a script that has no place for what is left out by this.
const BARE: [&str; 3] = ["-nostartfiles", "-fno-asynchronous-unwind-tables", "-Wl,--no-eh-frame-hdr"];

/// A compiler's driver, a source, and the options of each variant.
const BUILDS: &[(&str, &[&str])] = &[
    ("plain.c", &[]),
    ("plain.c", &["-O2", "-s"]),
    ("plain.c", &["-g"]),
    ("plain.c", &["-Wl,-z,now"]),
    ("plain.c", &["-Wl,-z,lazy", "-Wl,-z,norelro"]),
    ("plain.c", &["-Wl,--hash-style=sysv"]),
    ("plain.c", &["-Wl,--hash-style=both"]),
    ("plain.c", &["-Wl,-z,execstack"]),
    ("plain.c", &["-Wl,-Bsymbolic"]),
    ("plain.c", &["-Wl,-z,nodelete"]),
    ("plain.c", &["-Wl,-z,nodlopen"]),
    ("plain.c", &["-Wl,-z,initfirst"]),
    ("plain.c", &["-Wl,-z,origin"]),
    ("plain.c", &["-Wl,--build-id=none"]),
    ("plain.c", &["-Wl,-rpath,$ORIGIN"]),
    ("plain.c", &["-Wl,-soname,x.so"]),
    ("plain.c", &["-Wl,--no-as-needed", "-lm", "-ldl", "-lpthread", "-lrt"]),
    ("plain.c", &["-Wl,--version-script=hides.map"]),
    ("plain.c", &["-Wl,--version-script=versions.map"]),
    ("plain.c", &["-nostdlib"]),
    ("plain.c", &["-static-libgcc"]),
    ("plain.c", &["-Wl,-z,max-page-size=0x200000"]),
    ("plain.c", &["-Wl,-z,common-page-size=0x1000", "-Wl,-z,max-page-size=0x1000"]),
    ("plain.c", &["-Wl,-z,noseparate-code"]),
    ("plain.c", &["-fvisibility=hidden"]),
    ("plain.c", &["-Wl,-f,libnowhere.so"]),
    ("plain.c", &["-Wl,-F,libnowhere.so"]),
    ("plain.c", &["-Wl,-f,libm.so.6"]),
    ("plain.c", &["-Wl,-F,libm.so.6"]),
    ("plain.c", &["-fno-plt"]),
    ("plain.c", &["-mtls-dialect=gnu2"]),
    ("plain.c", &["-Wl,--gc-sections", "-ffunction-sections"]),
    ("plain.c", &["-Wl,--pack-dyn-relocs=relr"]),
    ("plain.c", &["-Wl,-z,pack-relative-relocs"]),
    ("plain.c", &["-pie"]),
    ("plain.c", &["-Wl,-e,RedisModule_OnLoad"]),
    ("math.c", &[]),
    ("math.c", &["-lm"]),
    ("zlib.c", &[]),
    ("weak.c", &[]),
    ("weak.c", &["-Wl,-z,now"]),
    ("api.c", &[]),
    ("data.c", &[]),
    ("tls.c", &[]),
    ("tls.c", &["-ftls-model=initial-exec"]),
    ("tls.c", &["-ftls-model=initial-exec", "-DSIZE=1000"]),
    ("tls.c", &["-ftls-model=initial-exec", "-DSIZE=8192"]),
    ("tls.c", &["-ftls-model=initial-exec", "-DSIZE=65536"]),
    ("tls.c", &["-DSIZE=8192"]),
    ("tls.c", &["-mtls-dialect=gnu2", "-DSIZE=8192"]),
    ("tls.c", &["-ftls-model=initial-exec", "-DSIZE=1664"]),
    ("tls.c", &["-ftls-model=initial-exec", "-DSIZE=1800"]),
    ("aligned.c", &["-ftls-model=initial-exec", "-DALIGN=64"]),
    ("aligned.c", &["-ftls-model=initial-exec", "-DALIGN=128"]),
    ("aligned.c", &["-DALIGN=128"]),
    ("plain.c", &["-Wl,-z,max-page-size=0x800"]),
    ("plain.c", &["-Wl,-z,nodefaultlib"]),
    ("zlib.c", &["-lz"]),
    ("zlib.c", &["-lz", "-Wl,-z,nodefaultlib"]),
    ("cpp.cc", &["-Wl,-z,nodefaultlib"]),
    ("curl.c", &["-lz"]),
    ("unasked.c", &[]),
    ("initweak.c", &[]),
    ("versions.c", &["-Wl,--version-script=two.map"]),
    ("plain.c", &["-fsanitize=address"]),
    ("plain.c", &["-fsanitize=thread"]),
    ("plain.c", &["-fsanitize=undefined"]),
    ("bss.c", &["-DSIZE=0x40000000"]),
    ("bss.c", &["-DSIZE=0x1000000000", "-mcmodel=large"]),
    ("tbss.c", &[]),
    ("both.c", &[]),
    ("both.c", &["-Wl,-z,now"]),
    ("size.c", &["-DSIZE=\".quad\""]),
    ("size.c", &["-DSIZE=\".long\""]),
    ("size.c", &["-DSIZE=\".quad\"", "-DTHERE"]),
    ("other.c", &["-Wl,--defsym=RedisModule_OnLoad=other"]),
    ("other.c", &["-Wl,--defsym=RedisModule_OnLoad=other+4"]),
    ("ifunc.c", &[]),
    ("hidden.c", &[]),
    ("object.c", &[]),
    ("cpp.cc", &[]),
    ("cpp.cc", &["-static-libstdc++", "-static-libgcc"]),
    ("cpp.cc", &["-O2", "-s", "-fvisibility=hidden"]),
];

/// A module and the line that built it.
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Writes what is compiled.
pub(crate) fn prepare(dir: &Path) {
    for (name, source) in SOURCES {
        std::fs::write(dir.join(name), source).unwrap();
    }
    std::fs::write(dir.join("hides.map"), "{ local: *; };\n").unwrap();
    for (name, code, data) in SCRIPTS {
        let place = |on_its_own: bool| if on_its_own { ". = ALIGN(0x1000) + (. & 0xfff);" } else { "" };
        std::fs::write(dir.join(name), SEGMENTS.replace("@CODE@", place(code)).replace("@DATA@", place(data))).unwrap();
    }
    std::fs::write(dir.join("two.map"), "V1 { local: *; };\nV2 { };\n").unwrap();
    std::fs::write(dir.join("versions.map"), "V1 { global: RedisModule_OnLoad; local: *; };\n").unwrap();
}

/// One build; nothing where there is no such compiler or linker, or it does not know an option.
pub(crate) fn build(dir: &Path, linker: &str, source: &str, options: &[&str]) -> Option<Built> {
    let driver = if source.ends_with(".cc") { "c++" } else { "cc" };
    let output: PathBuf = dir.join("built.so");
    let run = Command::new(driver)
        .current_dir(dir)
        .args(["-shared", "-fPIC", "-w", &format!("-fuse-ld={linker}"), "-o", "built.so", source])
        .args(options)
        .output()
        .ok()?;
    let name = format!("{linker}: {source} {}", options.join(" ")).trim_end().to_owned();
    run.status.success().then(|| Built { name, bytes: std::fs::read(&output).unwrap() })
}

/// Every build by a linker.
pub(crate) fn all(dir: &Path, linker: &str) -> Vec<Built> {
    let scripts: Vec<String> = SCRIPTS.iter().map(|(name, ..)| format!("-Wl,-T,{name}")).collect();
    let scripted = scripts.iter().filter_map(|script| build(dir, linker, "plain.c", &[&BARE[..], &[script]].concat()));
    BUILDS.iter().filter_map(|(source, options)| build(dir, linker, source, options)).chain(scripted).collect()
}

/// What `patchelf` makes of a module.
pub(crate) fn patched(dir: &Path, module: &[u8]) -> Vec<Built> {
    let variants: [&[&str]; 8] = [
        &["--set-rpath", "$ORIGIN/lib"],
        &["--remove-rpath"],
        &["--set-soname", "a_very_long_name_that_does_not_fit.so.1"],
        &["--add-needed", "libm.so.6"],
        &["--add-needed", "libnowhere.so.9"],
        &["--replace-needed", "libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6"],
        &["--replace-needed", "libc.so.6", "/nowhere/libc.so.6"],
        &["--remove-needed", "libc.so.6"],
    ];
    variants
        .iter()
        .map(|options| {
            let file = dir.join("patched.so");
            std::fs::write(&file, module).unwrap();
            let run = Command::new("patchelf").args(*options).arg(&file).output().expect("patchelf");
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
            Built { name: format!("patchelf {}", options.join(" ")), bytes: std::fs::read(&file).unwrap() }
        })
        .collect()
}
