//! The checksum of a header of tar, which two kinds of files are asked for: tars, and zips that could be one too.

/// Where a header has its checksum.
pub(crate) const FIELD: std::ops::Range<usize> = 148..156;

/// The sum of the bytes of a header, and their sum as signed numbers; its checksum counts as spaces.
pub(crate) fn sums(block: &[u8; 512]) -> (i64, i64) {
    // Plain sums are taken many bytes at a time, and archives have a hundred thousand headers.
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let negative = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(byte >> 7)).sum::<u32>();
    let field = block.get(FIELD).unwrap_or_default();
    let spaces = i64::from(sum(&[b' '; 8]));
    let unsigned = i64::from(sum(block)).saturating_sub(i64::from(sum(field))).saturating_add(spaces);
    let negative = i64::from(negative(block)).saturating_sub(i64::from(negative(field)));
    (unsigned, unsigned.saturating_sub(negative.saturating_mul(256)))
}
