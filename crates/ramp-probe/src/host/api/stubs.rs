//! Functions of the module API that are lent and do nothing: each gives 0, and notes that it was called.

use std::ffi::c_void;

use crate::host::shared::unplayed;
use crate::played::name_at;

extern "C" fn stub<const PLACE: usize>() -> usize {
    unplayed(name_at(PLACE).unwrap_or("a function").to_owned());
    0
}

type Stub = extern "C" fn() -> usize;

macro_rules! ten {
    ($first:literal) => {
        [
            stub::<{ $first }> as Stub,
            stub::<{ $first + 1 }>,
            stub::<{ $first + 2 }>,
            stub::<{ $first + 3 }>,
            stub::<{ $first + 4 }>,
            stub::<{ $first + 5 }>,
            stub::<{ $first + 6 }>,
            stub::<{ $first + 7 }>,
            stub::<{ $first + 8 }>,
            stub::<{ $first + 9 }>,
        ]
    };
}

macro_rules! tens {
    ($($first:literal)*) => { [$(ten!($first)),*] };
}

/// One for each place of the table of names, and some to spare.
static STUBS: [[Stub; 10]; 40] = tens!(
    0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150 160 170 180 190
    200 210 220 230 240 250 260 270 280 290 300 310 320 330 340 350 360 370 380 390
);

/// The function for a place of the table of names.
pub(super) fn at(place: usize) -> *const c_void {
    STUBS.as_flattened().get(place).map_or(std::ptr::null(), |stub| *stub as *const c_void)
}

/// What modules call as they are loaded, and need no answer to: nothing is noted.
pub(super) extern "C" fn silent() -> usize {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one() {
        let last = (0..10_000).take_while(|place| name_at(*place).is_some()).last().unwrap();
        assert!(!at(last).is_null(), "{last}");
    }
}
