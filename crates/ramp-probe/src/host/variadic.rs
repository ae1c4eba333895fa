//! Functions with a variable number of arguments, which Rust cannot define: a few instructions put the registers where C's `va_list`
//! looks for them, and call a function that takes that list.
//!
//! Sources: System V ABI, AMD64 supplement, §3.5.7; Procedure Call Standard for the Arm 64-bit Architecture, §12.2 and §12.3.

use std::ffi::{CStr, c_char, c_int, c_void};

/// C's `va_list`.
#[cfg(target_arch = "x86_64")]
#[repr(C)]
pub(super) struct VaList {
    /// How far the general registers in `registers` are used up: 48 bytes are all six.
    general: u32,
    vector: u32,
    overflow: *const u64,
    registers: *const u8,
}

/// C's `va_list`.
#[cfg(target_arch = "aarch64")]
#[repr(C)]
pub(super) struct VaList {
    stack: *const u64,
    general_top: *const u8,
    vector_top: *const u8,
    /// From `general_top` to the next register, negative while there is one.
    general: i32,
    vector: i32,
}

impl VaList {
    /// The next argument that is an integer or a pointer.
    ///
    /// # Safety
    ///
    /// The caller has passed one more such argument.
    #[cfg(target_arch = "x86_64")]
    pub(super) unsafe fn word(&mut self) -> u64 {
        if self.general < 48 {
            // SAFETY: the entry has stored six registers of eight bytes there.
            let word = unsafe { self.registers.add(self.general as usize).cast::<u64>().read_unaligned() };
            self.general += 8;
            return word;
        }
        // SAFETY: behind the registers the caller has put its arguments on the stack, each in eight bytes.
        unsafe {
            let word = self.overflow.read_unaligned();
            self.overflow = self.overflow.add(1);
            word
        }
    }

    /// The next argument that is an integer or a pointer.
    ///
    /// # Safety
    ///
    /// The caller has passed one more such argument.
    #[cfg(target_arch = "aarch64")]
    pub(super) unsafe fn word(&mut self) -> u64 {
        if self.general < 0 {
            // SAFETY: the entry has stored eight registers of eight bytes below the top.
            let word = unsafe { self.general_top.offset(self.general as isize).cast::<u64>().read_unaligned() };
            self.general += 8;
            return word;
        }
        // SAFETY: behind the registers the caller has put its arguments on the stack, each in eight bytes.
        unsafe {
            let word = self.stack.read_unaligned();
            self.stack = self.stack.add(1);
            word
        }
    }

    /// What `printf` makes of a format and these arguments, at most some 4,000 bytes of it.
    ///
    /// # Safety
    ///
    /// The format is a C string, and the caller has passed what it asks for.
    pub(super) unsafe fn format(&mut self, format: *const c_char) -> Vec<u8> {
        const MOST: usize = 4096;
        unsafe extern "C" {
            fn vsnprintf(into: *mut c_char, size: usize, format: *const c_char, list: *mut c_void) -> c_int;
        }
        if format.is_null() {
            return Vec::new();
        }
        let mut buffer = vec![0_u8; MOST];
        // SAFETY: the buffer has that many bytes. A `va_list` is passed by its address: on x86-64 it is an array, on aarch64 a
        // structure too large for registers.
        unsafe { vsnprintf(buffer.as_mut_ptr().cast(), MOST, format, std::ptr::from_mut(self).cast()) };
        CStr::from_bytes_until_nul(&buffer).map(|text| text.to_bytes().to_vec()).unwrap_or_default()
    }
}

/// Defines an entry that takes so many arguments and then any, and calls a function with these and a [`VaList`].
#[cfg(target_arch = "x86_64")]
macro_rules! variadic {
    ($(#[$meta:meta])* $entry:ident, $fixed:literal, $list_register:literal, $inner:path) => {
        $(#[$meta])*
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $entry() {
            // At the entry the stack is eight bytes off a multiple of 16. Of the frame of 0xd8 bytes, the registers take 0xb0, the
            // list the 24 behind.
            core::arch::naked_asm!(
                "sub rsp, 0xd8",
                "mov [rsp], rdi",
                "mov [rsp + 0x08], rsi",
                "mov [rsp + 0x10], rdx",
                "mov [rsp + 0x18], rcx",
                "mov [rsp + 0x20], r8",
                "mov [rsp + 0x28], r9",
                "test al, al",
                "je 2f",
                "movaps [rsp + 0x30], xmm0",
                "movaps [rsp + 0x40], xmm1",
                "movaps [rsp + 0x50], xmm2",
                "movaps [rsp + 0x60], xmm3",
                "movaps [rsp + 0x70], xmm4",
                "movaps [rsp + 0x80], xmm5",
                "movaps [rsp + 0x90], xmm6",
                "movaps [rsp + 0xa0], xmm7",
                "2:",
                "mov dword ptr [rsp + 0xb0], {used}",
                "mov dword ptr [rsp + 0xb4], 48",
                "lea rax, [rsp + 0xe0]",
                "mov [rsp + 0xb8], rax",
                "mov [rsp + 0xc0], rsp",
                concat!("lea ", $list_register, ", [rsp + 0xb0]"),
                "call {inner}",
                "add rsp, 0xd8",
                "ret",
                used = const $fixed * 8,
                inner = sym $inner,
            )
        }
    };
}

/// Defines an entry that takes so many arguments and then any, and calls a function with these and a [`VaList`].
#[cfg(target_arch = "aarch64")]
macro_rules! variadic {
    ($(#[$meta:meta])* $entry:ident, $fixed:literal, $list_register:literal, $inner:path) => {
        $(#[$meta])*
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $entry() {
            // Of the frame of 256 bytes, the general registers take 64, the vector registers 128, the list the 32 behind.
            core::arch::naked_asm!(
                "sub sp, sp, #256",
                "stp x0, x1, [sp]",
                "stp x2, x3, [sp, #16]",
                "stp x4, x5, [sp, #32]",
                "stp x6, x7, [sp, #48]",
                "stp q0, q1, [sp, #64]",
                "stp q2, q3, [sp, #96]",
                "stp q4, q5, [sp, #128]",
                "stp q6, q7, [sp, #160]",
                "str x30, [sp, #232]",
                "add x9, sp, #256",
                "str x9, [sp, #192]",
                "add x9, sp, #64",
                "str x9, [sp, #200]",
                "add x9, sp, #192",
                "str x9, [sp, #208]",
                "mov w9, #{left}",
                "str w9, [sp, #216]",
                "mov w9, #-128",
                "str w9, [sp, #220]",
                concat!("add ", $list_register, ", sp, #192"),
                "bl {inner}",
                "ldr x30, [sp, #232]",
                "add sp, sp, #256",
                "ret",
                left = const $fixed * 8 - 64,
                inner = sym $inner,
            )
        }
    };
}

/// An entry with two arguments before any others.
#[cfg(target_arch = "x86_64")]
macro_rules! variadic_after_2 {
    ($(#[$meta:meta])* $entry:ident => $inner:path) => { variadic!($(#[$meta])* $entry, 2, "rdx", $inner); };
}
/// An entry with three arguments before any others.
#[cfg(target_arch = "x86_64")]
macro_rules! variadic_after_3 {
    ($(#[$meta:meta])* $entry:ident => $inner:path) => { variadic!($(#[$meta])* $entry, 3, "rcx", $inner); };
}
/// An entry with two arguments before any others.
#[cfg(target_arch = "aarch64")]
macro_rules! variadic_after_2 {
    ($(#[$meta:meta])* $entry:ident => $inner:path) => { variadic!($(#[$meta])* $entry, 2, "x2", $inner); };
}
/// An entry with three arguments before any others.
#[cfg(target_arch = "aarch64")]
macro_rules! variadic_after_3 {
    ($(#[$meta:meta])* $entry:ident => $inner:path) => { variadic!($(#[$meta])* $entry, 3, "x3", $inner); };
}

pub(super) use {variadic, variadic_after_2, variadic_after_3};

#[cfg(test)]
mod tests {
    use super::*;

    type Printer = unsafe extern "C" fn(*const c_void, *const c_char, ...) -> *mut Vec<u8>;
    type Adder = unsafe extern "C" fn(u64, u64, u64, ...) -> u64;

    variadic_after_2!(print => print_list);
    variadic_after_3!(add => add_list);

    unsafe extern "C" fn print_list(_: *const c_void, format: *const c_char, list: *mut VaList) -> *mut Vec<u8> {
        // SAFETY: the test passes what its format asks for.
        Box::into_raw(Box::new(unsafe { (*list).format(format) }))
    }

    unsafe extern "C" fn add_list(count: u64, _: u64, _: u64, list: *mut VaList) -> u64 {
        // SAFETY: the test passes as many as it says.
        (0..count).map(|_| unsafe { (*list).word() }).sum()
    }

    #[test]
    fn arguments_arrive_from_registers_and_stack() {
        // SAFETY: the entries have these signatures by the calling convention.
        let (print, add) = unsafe {
            let print: unsafe extern "C" fn() = print;
            let add: unsafe extern "C" fn() = add;
            (
                std::mem::transmute::<unsafe extern "C" fn(), Printer>(print),
                std::mem::transmute::<unsafe extern "C" fn(), Adder>(add),
            )
        };
        // SAFETY: the arguments are what the format asks for.
        let text = unsafe {
            Box::from_raw(print(
                std::ptr::null(),
                c"%d %s %f %lld %s %d %g %d %d %.1f".as_ptr(),
                1_i32,
                c"two".as_ptr(),
                3.5_f64,
                4_i64 << 40,
                c"five".as_ptr(),
                6_i32,
                7.25_f64,
                8_i32,
                -9_i32,
                10.0_f64,
            ))
        };
        assert_eq!(String::from_utf8(*text).unwrap(), "1 two 3.500000 4398046511104 five 6 7.25 8 -9 10.0");
        // SAFETY: as many are passed as the first says.
        let sum = unsafe { add(9, 0, 0, 1_u64, 2_u64, 3_u64, 4_u64, 5_u64, 6_u64, 7_u64, 8_u64, 1_u64 << 40) };
        assert_eq!(sum, 36 + (1 << 40));
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = std::ffi::CString::new("x".repeat(9000)).unwrap();
        // SAFETY: as above.
        let text = unsafe {
            let print: unsafe extern "C" fn() = print;
            let print = std::mem::transmute::<unsafe extern "C" fn(), Printer>(print);
            Box::from_raw(print(std::ptr::null(), c"%s".as_ptr(), long.as_ptr()))
        };
        assert_eq!(text.len(), 4095);
    }
}
