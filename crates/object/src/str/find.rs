//! Searching in strings of any width: finding, counting, and the positions of separators.

use super::Chars;
use std::borrow::Cow;

/// Runs the same code for each width.
macro_rules! each_width {
    ($chars:expr, $s:ident => $body:expr) => {
        match $chars {
            $crate::str::Chars::One($s) => {
                #[allow(clippy::unnecessary_cast)]
                let each = $body;
                each
            }
            $crate::str::Chars::Two($s) => {
                #[allow(clippy::unnecessary_cast)]
                let each = $body;
                each
            }
            $crate::str::Chars::Four($s) => {
                #[allow(clippy::unnecessary_cast)]
                let each = $body;
                each
            }
        }
    };
}
pub(crate) use each_width;

/// A needle in the width of the haystack that it is looked for in.
pub enum Needle<'a> {
    /// It has characters that the haystack's width cannot hold.
    Nowhere,
    One(&'a [u8]),
    Two(Cow<'a, [u16]>),
    Four(Cow<'a, [u32]>),
}

impl<'a> Needle<'a> {
    pub fn new(needle: Chars<'a>, hay: Chars<'_>) -> Needle<'a> {
        match (hay, needle) {
            (Chars::One(_), Chars::One(n)) => Needle::One(n),
            (Chars::Two(_), Chars::One(n)) => Needle::Two(n.iter().map(|c| *c as u16).collect()),
            (Chars::Two(_), Chars::Two(n)) => Needle::Two(Cow::Borrowed(n)),
            (Chars::Four(_), Chars::One(n)) => Needle::Four(n.iter().map(|c| *c as u32).collect()),
            (Chars::Four(_), Chars::Two(n)) => Needle::Four(n.iter().map(|c| *c as u32).collect()),
            (Chars::Four(_), Chars::Four(n)) => Needle::Four(Cow::Borrowed(n)),
            _ => Needle::Nowhere,
        }
    }
}

/// Characters seen as bytes.
fn bytes_of<T>(s: &[T]) -> &[u8] {
    // SAFETY: only used with u16 and u32, which have no padding.
    unsafe { std::slice::from_raw_parts(s.as_ptr() as *const u8, size_of_val(s)) }
}

/// Looks in the bytes of wide characters, passing over what is found between characters.
fn find_wide<T: Copy + PartialEq>(
    hay: &[T],
    finder: &memchr::memmem::Finder<'_>,
    from: usize,
) -> Option<usize> {
    let size = size_of::<T>();
    let bytes = bytes_of(hay);
    let mut at = from * size;
    while let Some(i) = finder.find(&bytes[at..]) {
        at += i;
        if at.is_multiple_of(size) {
            return Some(at / size);
        }
        at += 1;
    }
    None
}

fn rfind_wide<T: Copy + PartialEq>(hay: &[T], needle: &[T]) -> Option<usize> {
    if let [c] = needle {
        return hay.iter().rposition(|x| x == c);
    }
    let size = size_of::<T>();
    let finder = memchr::memmem::FinderRev::new(bytes_of(needle));
    let bytes = bytes_of(hay);
    let mut end = bytes.len();
    while let Some(i) = finder.rfind(&bytes[..end]) {
        if i.is_multiple_of(size) {
            return Some(i / size);
        }
        end = i + bytes_of(needle).len() - 1;
    }
    None
}

/// Below this many bytes setting up a search's tables costs more than it saves.
const SHORT: usize = 64;

/// [`memchr::memmem::find`], with little ado for short texts. `needle` has two bytes at least.
fn find_bytes(hay: &[u8], needle: &[u8]) -> Option<usize> {
    if hay.len() > SHORT {
        return memchr::memmem::find(hay, needle);
    }
    let last = hay.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last {
        at += memchr::memchr(needle[0], &hay[at..=last])?;
        if hay[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Where `needle` (not empty) begins first.
pub fn find(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(0);
    }
    match (hay, Needle::new(needle, hay)) {
        (Chars::One(h), Needle::One([c])) => memchr::memchr(*c, h),
        (Chars::One(h), Needle::One(n)) => find_bytes(h, n),
        (Chars::Two(h), Needle::Two(n)) => find_first(h, &n),
        (Chars::Four(h), Needle::Four(n)) => find_first(h, &n),
        _ => None,
    }
}

fn find_first<T: Copy + PartialEq>(hay: &[T], needle: &[T]) -> Option<usize> {
    if let [c] = needle {
        return hay.iter().position(|x| x == c);
    }
    find_wide(hay, &memchr::memmem::Finder::new(bytes_of(needle)), 0)
}

/// Where `needle` begins last.
pub fn rfind(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(hay.len());
    }
    match (hay, Needle::new(needle, hay)) {
        (Chars::One(h), Needle::One([c])) => memchr::memrchr(*c, h),
        (Chars::One(h), Needle::One(n)) => memchr::memmem::rfind(h, n),
        (Chars::Two(h), Needle::Two(n)) => rfind_wide(h, &n),
        (Chars::Four(h), Needle::Four(n)) => rfind_wide(h, &n),
        _ => None,
    }
}

/// Calls `f` with the start of each occurrence from the left, none overlapping, until it says stop. `needle` is not empty.
pub fn each(hay: Chars<'_>, needle: Chars<'_>, mut f: impl FnMut(usize) -> bool) {
    fn wide<T: Copy + PartialEq>(h: &[T], n: &[T], f: &mut dyn FnMut(usize) -> bool) {
        if let [c] = n {
            for (i, x) in h.iter().enumerate() {
                if x == c && !f(i) {
                    return;
                }
            }
            return;
        }
        let finder = memchr::memmem::Finder::new(bytes_of(n));
        let mut at = 0;
        while let Some(i) = find_wide(h, &finder, at) {
            if !f(i) {
                return;
            }
            at = i + n.len();
        }
    }
    if needle.is_empty() || needle.len() > hay.len() {
        return;
    }
    match (hay, Needle::new(needle, hay)) {
        (Chars::One(h), Needle::One([c])) => {
            for i in memchr::memchr_iter(*c, h) {
                if !f(i) {
                    return;
                }
            }
        }
        (Chars::One(h), Needle::One(n)) if h.len() <= SHORT => {
            let mut from = 0;
            while let Some(i) = find_bytes(&h[from..], n) {
                if !f(from + i) {
                    return;
                }
                from += i + n.len();
            }
        }
        (Chars::One(h), Needle::One(n)) => {
            for i in memchr::memmem::find_iter(h, n) {
                if !f(i) {
                    return;
                }
            }
        }
        (Chars::Two(h), Needle::Two(n)) => wide(h, &n, &mut f),
        (Chars::Four(h), Needle::Four(n)) => wide(h, &n, &mut f),
        _ => {}
    }
}

/// Occurrences that do not overlap; of an empty needle, one more than there are characters.
pub fn count(hay: Chars<'_>, needle: Chars<'_>) -> usize {
    if needle.is_empty() {
        return hay.len() + 1;
    }
    let mut n = 0;
    each(hay, needle, |_| {
        n += 1;
        true
    });
    n
}

/// Do the characters of `hay` from `at` on begin with `needle`?
pub fn matches_at(hay: Chars<'_>, at: usize, needle: Chars<'_>) -> bool {
    let Some(end) = at.checked_add(needle.len()).filter(|e| *e <= hay.len()) else {
        return false;
    };
    equal(hay.slice(at, end), needle)
}

/// Equality whatever the widths are.
pub fn equal(a: Chars<'_>, b: Chars<'_>) -> bool {
    match (a, b) {
        (Chars::One(a), Chars::One(b)) => a == b,
        (Chars::Two(a), Chars::Two(b)) => a == b,
        (Chars::Four(a), Chars::Four(b)) => a == b,
        _ => a.len() == b.len() && a.iter().eq(b.iter()),
    }
}

/// Code point order.
pub fn compare(a: Chars<'_>, b: Chars<'_>) -> std::cmp::Ordering {
    match (a, b) {
        (Chars::One(a), Chars::One(b)) => a.cmp(b),
        (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
        (Chars::Four(a), Chars::Four(b)) => a.cmp(b),
        _ => a.iter().cmp(b.iter()),
    }
}
