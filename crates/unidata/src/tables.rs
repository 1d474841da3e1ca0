//! The tables' types; the data itself is in `tables/generated.rs` and the `.bin` files beside it, which
//! `gen/generate.py` writes.

#[rustfmt::skip]
mod generated;
pub(crate) use generated::*;

/// One past the last code point.
pub(crate) const LIMIT: u32 = 0x11_0000;

/// What str's methods ask of a code point. Case mappings are differences to the code point.
pub(crate) struct TypeRecord {
    pub flags: u16,
    /// 255: none.
    pub decimal: u8,
    /// 255: none.
    pub digit: u8,
    /// Index into `NUMERIC_VALUES`.
    pub numeric: u8,
    pub upper: i32,
    pub lower: i32,
    pub title: i32,
    pub fold: i32,
    /// Index into `CASE_MAPPINGS`; 0 when the differences say all.
    pub full: u8,
}

/// Full case mappings that the differences cannot express.
pub(crate) struct CaseMapping {
    pub upper: &'static [u32],
    pub lower: &'static [u32],
    pub title: &'static [u32],
    pub fold: &'static [u32],
}

/// What `unicodedata` asks of a code point.
pub(crate) struct DataRecord {
    /// Index into `CATEGORIES`.
    pub category: u8,
    /// Index into `BIDIRECTIONALS`.
    pub bidirectional: u8,
    pub combining: u8,
    /// Index into `EAST_ASIAN_WIDTHS`.
    pub east_asian_width: u8,
    pub mirrored: bool,
    /// Bits 0 to 3: NFD, NFKD, NFC, NFKC changes it; bit 4: it may compose with what stands before it.
    pub quick: u8,
}

/// A map from code points to numbers below 65,536: blocks of `1 << SHIFT` entries, equal ones stored once. First the
/// number of every block, then the blocks; entries are bytes (`NARROW`) or little-endian pairs of them.
pub(crate) struct TwoLevel<const SHIFT: u32, const NARROW_FIRST: bool, const NARROW_SECOND: bool>(
    pub &'static [u8],
);

impl<const SHIFT: u32, const NARROW_FIRST: bool, const NARROW_SECOND: bool>
    TwoLevel<SHIFT, NARROW_FIRST, NARROW_SECOND>
{
    /// The entry of `c`; what is beyond Unicode has that of U+10FFFF.
    #[inline]
    pub fn get(&self, c: u32) -> usize {
        let c = c.min(LIMIT - 1) as usize;
        let blocks = (LIMIT >> SHIFT) as usize;
        let (first, second) = self.0.split_at(if NARROW_FIRST { blocks } else { blocks * 2 });
        let block = entry::<NARROW_FIRST>(first, c >> SHIFT);
        entry::<NARROW_SECOND>(second, block << SHIFT | (c & ((1 << SHIFT) - 1)))
    }
}

#[inline]
fn entry<const NARROW: bool>(table: &[u8], index: usize) -> usize {
    if NARROW {
        usize::from(table[index])
    } else {
        u16_at(table, index)
    }
}

/// The little-endian 16-bit number at `index`.
#[inline]
pub(crate) fn u16_at(table: &[u8], index: usize) -> usize {
    usize::from(u16::from_le_bytes([table[index * 2], table[index * 2 + 1]]))
}

/// The little-endian 32-bit number at `index`.
#[inline]
pub(crate) fn u32_at(table: &[u8], index: usize) -> usize {
    let at = index * 4;
    u32::from_le_bytes([table[at], table[at + 1], table[at + 2], table[at + 3]]) as usize
}
