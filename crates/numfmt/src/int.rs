//! Integers and text: digits of Python's `int` (30 bits each, least significant first) to decimal, hexadecimal, octal
//! and binary, and the reverse in every base from 2 to 36.
//!
//! Small numbers go through a stack buffer; middling ones through schoolbook loops; for large ones `dashu-int` has
//! sub-quadratic algorithms.

use dashu_int::UBig;

use crate::Error;
use crate::float::trim;

/// Bits of a digit.
pub const SHIFT: u32 = 30;
const MASK: u32 = (1 << SHIFT) - 1;

/// Up to so many digits a number is written by the quadratic loop.
const QUADRATIC_WRITE: usize = 40;
/// Up to so many characters a number is read by the quadratic loop.
const QUADRATIC_READ: usize = 500;

/// `sys.int_info.str_digits_check_threshold`: numbers of so many digits or fewer pass under any limit.
pub const MAX_STR_DIGITS_THRESHOLD: usize = 640;

/// Room for the decimal text of a 64-bit number with its sign.
#[derive(Clone, Debug, Default)]
pub struct SmallBuffer([u8; 24]);

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899";

/// Writes `n` in decimal at the end of `buffer`; returns where it starts.
#[inline]
fn write_small(mut n: u64, buffer: &mut [u8; 24]) -> usize {
    let mut at = 24;
    while n >= 100 {
        let pair = (n % 100) as usize * 2;
        n /= 100;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if n >= 10 {
        let pair = n as usize * 2;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        buffer[at] = b'0' + n as u8;
    }
    at
}

/// `n` in decimal, in `buffer`.
#[inline]
pub fn small_decimal(n: u64, buffer: &mut SmallBuffer) -> &str {
    let at = write_small(n, &mut buffer.0);
    std::str::from_utf8(&buffer.0[at..]).unwrap_or_default()
}

/// `repr(n)`, in `buffer`.
#[inline]
pub fn small_repr(n: i64, buffer: &mut SmallBuffer) -> &str {
    let mut at = write_small(n.unsigned_abs(), &mut buffer.0);
    if n < 0 {
        at -= 1;
        buffer.0[at] = b'-';
    }
    std::str::from_utf8(&buffer.0[at..]).unwrap_or_default()
}

/// The digits without leading (most significant) zeros.
fn normalized(mut digits: &[u32]) -> &[u32] {
    while let [rest @ .., 0] = digits {
        digits = rest;
    }
    digits
}

/// How many bits the magnitude has.
pub fn bit_length(digits: &[u32]) -> u64 {
    match normalized(digits) {
        [] => 0,
        [rest @ .., top] => rest.len() as u64 * u64::from(SHIFT) + u64::from(32 - top.leading_zeros()),
    }
}

/// 30-bit digits as 64-bit words, least significant first.
pub fn to_words(digits: &[u32]) -> Vec<u64> {
    let mut words = Vec::with_capacity(digits.len() / 2 + 1);
    let mut pending = 0u128;
    let mut bits = 0;
    for &digit in digits {
        pending |= u128::from(digit & MASK) << bits;
        bits += SHIFT;
        if bits >= 64 {
            words.push(pending as u64);
            pending >>= 64;
            bits -= 64;
        }
    }
    if pending != 0 {
        words.push(pending as u64);
    }
    words
}

/// 64-bit words as 30-bit digits without leading zeros.
pub fn from_words(words: &[u64]) -> Vec<u32> {
    let mut digits = Vec::with_capacity(words.len() * 64 / SHIFT as usize + 1);
    let mut pending = 0u128;
    let mut bits = 0;
    for &word in words {
        pending |= u128::from(word) << bits;
        bits += 64;
        while bits >= SHIFT {
            digits.push(pending as u32 & MASK);
            pending >>= SHIFT;
            bits -= SHIFT;
        }
    }
    digits.push(pending as u32 & MASK);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

/// The error of `sys.set_int_max_str_digits` for writing a number.
#[cold]
pub fn too_large_to_write(max_digits: usize) -> Error {
    Error::value(format!(
        "Exceeds the limit ({max_digits} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// Appends the decimal text of a magnitude. `max_digits` is `sys.get_int_max_str_digits()`: a longer text is refused;
/// 0 means no limit.
pub fn push_decimal(digits: &[u32], max_digits: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    let digits = normalized(digits);
    if digits.len() <= 2 {
        let low = digits.first().copied().unwrap_or(0);
        let high = digits.get(1).copied().unwrap_or(0);
        let mut buffer = [0; 24];
        let at = write_small(u64::from(low) | u64::from(high) << SHIFT, &mut buffer);
        out.extend_from_slice(&buffer[at..]);
        return Ok(());
    }
    let limited = max_digits != 0;
    if limited && max_digits >= MAX_STR_DIGITS_THRESHOLD {
        // A number of n bits has more than (n - 1) * log10(2) decimal digits: refuse before the work.
        let at_least = (u128::from(bit_length(digits) - 1) * 301_029_995 / 1_000_000_000) as usize + 1;
        if at_least > max_digits {
            return Err(too_large_to_write(max_digits));
        }
    }
    let start = out.len();
    if digits.len() <= QUADRATIC_WRITE {
        push_decimal_quadratic(digits, out);
    } else {
        let text = UBig::from_words(&to_words(digits)).to_string();
        out.try_reserve(text.len()).map_err(|_| Error::memory())?;
        out.extend_from_slice(text.as_bytes());
    }
    let written = out.len() - start;
    if limited && written > MAX_STR_DIGITS_THRESHOLD && written > max_digits {
        out.truncate(start);
        return Err(too_large_to_write(max_digits));
    }
    Ok(())
}

fn push_decimal_quadratic(digits: &[u32], out: &mut Vec<u8>) {
    const BASE: u64 = 1_000_000_000;
    // 30 bits are a little more than 9 decimal digits: 41 limbs hold 40 digits, and some.
    let mut limbs = [0u32; QUADRATIC_WRITE + 4];
    let mut len = 0;
    for &digit in digits.iter().rev() {
        let mut carry = u64::from(digit);
        for limb in &mut limbs[..len] {
            let wide = u64::from(*limb) << SHIFT | carry;
            carry = wide / BASE;
            *limb = (wide - carry * BASE) as u32;
        }
        while carry != 0 {
            limbs[len] = (carry % BASE) as u32;
            carry /= BASE;
            len += 1;
        }
    }
    let mut buffer = [0; 24];
    let Some((&top, rest)) = limbs[..len].split_last() else {
        out.push(b'0');
        return;
    };
    let at = write_small(u64::from(top), &mut buffer);
    out.extend_from_slice(&buffer[at..]);
    for &limb in rest.iter().rev() {
        // A leading one keeps the zeros.
        let at = write_small(BASE + u64::from(limb), &mut buffer);
        out.extend_from_slice(&buffer[at + 1..]);
    }
}

/// Appends the text of a magnitude in base 2, 8 or 16 (lower case), without a prefix; other bases are refused.
pub fn push_power_of_two(digits: &[u32], base: u32, out: &mut Vec<u8>) -> Result<(), Error> {
    let width = match base {
        2 => 1,
        8 => 3,
        16 => 4,
        _ => return Err(Error::value("int() base must be 2, 8 or 16")),
    };
    let bits = bit_length(digits);
    let count = usize::try_from(bits.div_ceil(width).max(1)).map_err(|_| Error::memory())?;
    out.try_reserve(count).map_err(|_| Error::memory())?;
    let start = out.len();
    out.resize(start + count, b'0');
    let mut pending = 0u64;
    let mut held = 0u64;
    let mut source = digits.iter();
    for slot in out[start..].iter_mut().rev() {
        if held < width {
            if let Some(&digit) = source.next() {
                pending |= u64::from(digit & MASK) << held;
                held += u64::from(SHIFT);
            } else {
                held = u64::MAX;
            }
        }
        *slot = b"0123456789abcdef"[(pending & ((1 << width) - 1)) as usize];
        pending >>= width;
        held -= width;
    }
    Ok(())
}

/// The magnitude of an integer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Magnitude {
    /// It fits into 64 bits.
    Small(u64),
    /// 30-bit digits, least significant first, the last one not zero; more than 64 bits.
    Big(Vec<u32>),
}

impl Magnitude {
    fn from_words(words: &[u64]) -> Self {
        match words {
            [] => Magnitude::Small(0),
            [word] => Magnitude::Small(*word),
            [word, rest @ ..] if rest.iter().all(|&w| w == 0) => Magnitude::Small(*word),
            _ => Magnitude::Big(from_words(words)),
        }
    }
}

/// An integer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Whether a minus sign stood before it.
    pub negative: bool,
    /// Its magnitude.
    pub magnitude: Magnitude,
}

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// `ValueError`: "invalid literal for int() with base 10: '…'"; the caller has the text to quote.
    Invalid,
    /// `ValueError`: "int() base must be >= 2 and <= 36, or 0".
    BadBase,
    /// `ValueError` of `sys.set_int_max_str_digits`; see [`ParseError::message`].
    TooManyDigits {
        /// The limit.
        limit: usize,
        /// How many digits the text has.
        digits: usize,
    },
}

impl ParseError {
    /// The exception's message; `base` and the `repr` of the text are used where it quotes them.
    pub fn message(&self, base: u32, repr: &str) -> String {
        match self {
            ParseError::Invalid => format!("invalid literal for int() with base {base}: {repr}"),
            ParseError::BadBase => "int() base must be >= 2 and <= 36, or 0".to_owned(),
            ParseError::TooManyDigits { limit, digits } => format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
        }
    }
}

/// `int(text, base)` of ASCII text: white space around it, a sign, a prefix where `base` (2 to 36, or 0) allows one, and
/// single underscores between digits. `max_digits` is `sys.get_int_max_str_digits()`, 0 for none.
///
/// For a str that is not ASCII the caller first replaces decimal digits of other scripts by ASCII ones and white space
/// by spaces.
pub fn parse(text: &[u8], base: u32, max_digits: usize) -> Result<Parsed, ParseError> {
    if base == 1 || base > 36 {
        return Err(ParseError::BadBase);
    }
    let text = trim(text);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let prefix_base = match body {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut digits = body;
    let mut only_zero = false;
    let base = if base == 0 {
        // "0", "00" and "0_0" are zero; "01" is an old octal and refused.
        only_zero = prefix_base == 0 && body.first() == Some(&b'0');
        if prefix_base == 0 { 10 } else { prefix_base }
    } else {
        base
    };
    if prefix_base == base {
        digits = &body[2..];
        // One underscore may follow the prefix.
        if digits.first() == Some(&b'_') {
            digits = &digits[1..];
        }
    }
    let magnitude = parse_digits(digits, base, max_digits)?;
    if only_zero && magnitude != Magnitude::Small(0) {
        return Err(ParseError::Invalid);
    }
    Ok(Parsed { negative, magnitude })
}

const INVALID: u8 = 255;

/// The value of every byte as a digit, up to base 36.
const VALUES: [u8; 256] = {
    let mut table = [INVALID; 256];
    let mut i = 0;
    while i < 10 {
        table[b'0' as usize + i] = i as u8;
        i += 1;
    }
    let mut i = 0;
    while i < 26 {
        table[b'a' as usize + i] = 10 + i as u8;
        table[b'A' as usize + i] = 10 + i as u8;
        i += 1;
    }
    table
};

/// Digits in `base` (2 to 36) with single underscores between them: no sign, prefix or space.
pub fn parse_digits(text: &[u8], base: u32, max_digits: usize) -> Result<Magnitude, ParseError> {
    if !(2..=36).contains(&base) {
        return Err(ParseError::BadBase);
    }
    // The quick path: few digits, no underscore.
    if text.len() <= 12 && !text.is_empty() {
        let mut value = 0u64;
        let mut plain = true;
        for &b in text {
            let digit = u32::from(VALUES[usize::from(b)]);
            if digit >= base {
                plain = false;
                break;
            }
            value = value * u64::from(base) + u64::from(digit);
        }
        if plain {
            return Ok(Magnitude::Small(value));
        }
    }
    let mut count = 0usize;
    let mut after_digit = false;
    for &b in text {
        if b == b'_' {
            if !after_digit {
                return Err(ParseError::Invalid);
            }
            after_digit = false;
        } else {
            if u32::from(VALUES[usize::from(b)]) >= base {
                return Err(ParseError::Invalid);
            }
            count += 1;
            after_digit = true;
        }
    }
    if !after_digit {
        return Err(ParseError::Invalid);
    }
    let values = text
        .iter()
        .filter(|&&b| b != b'_')
        .map(|&b| VALUES[usize::from(b)]);
    if base.is_power_of_two() {
        return Ok(parse_power_of_two(values.rev(), base.trailing_zeros(), count));
    }
    if max_digits != 0 && count > MAX_STR_DIGITS_THRESHOLD && count > max_digits {
        return Err(ParseError::TooManyDigits {
            limit: max_digits,
            digits: count,
        });
    }
    if count > QUADRATIC_READ {
        let plain: String = text
            .iter()
            .filter(|&&b| b != b'_')
            .map(|&b| char::from(b))
            .collect();
        return match UBig::from_str_radix(&plain, base) {
            Ok(value) => Ok(Magnitude::from_words(value.as_words())),
            Err(_) => Err(ParseError::Invalid),
        };
    }
    // Gather as many digits as fit into a word, then multiply and add.
    let base = u64::from(base);
    let mut words: Vec<u64> = Vec::new();
    let (mut chunk, mut scale) = (0u64, 1u64);
    for value in values {
        chunk = chunk * base + u64::from(value);
        scale *= base;
        if scale > u64::MAX / 36 {
            multiply_add(&mut words, scale, chunk);
            (chunk, scale) = (0, 1);
        }
    }
    if scale > 1 {
        multiply_add(&mut words, scale, chunk);
    }
    Ok(Magnitude::from_words(&words))
}

fn multiply_add(words: &mut Vec<u64>, factor: u64, addend: u64) {
    let mut carry = addend;
    for word in words.iter_mut() {
        let wide = u128::from(*word) * u128::from(factor) + u128::from(carry);
        *word = wide as u64;
        carry = (wide >> 64) as u64;
    }
    if carry != 0 {
        words.push(carry);
    }
}

fn parse_power_of_two(values: impl Iterator<Item = u8>, width: u32, count: usize) -> Magnitude {
    let mut words = Vec::with_capacity((count as u128 * u128::from(width) / 64) as usize + 1);
    let mut pending = 0u128;
    let mut bits = 0;
    for value in values {
        pending |= u128::from(value) << bits;
        bits += width;
        if bits >= 64 {
            words.push(pending as u64);
            pending >>= 64;
            bits -= 64;
        }
    }
    words.push(pending as u64);
    while words.last() == Some(&0) {
        words.pop();
    }
    Magnitude::from_words(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(digits: &[u32]) -> String {
        let mut out = Vec::new();
        push_decimal(digits, 0, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn digits_of(magnitude: Magnitude) -> Vec<u32> {
        match magnitude {
            Magnitude::Small(n) => from_words(&[n]),
            Magnitude::Big(digits) => digits,
        }
    }

    #[test]
    fn decimal_round_trips_at_every_size() {
        for len in [
            1, 2, 9, 10, 18, 19, 20, 21, 39, 100, 359, 360, 361, 375, 499, 500, 501, 2000,
        ] {
            let text: String = (0..len).map(|i| char::from(b'1' + (i * 7 % 9) as u8)).collect();
            let parsed = parse(text.as_bytes(), 10, 0).unwrap();
            assert!(!parsed.negative);
            assert_eq!(decimal(&digits_of(parsed.magnitude)), text);
            let power = format!("1{}", "0".repeat(len));
            assert_eq!(
                decimal(&digits_of(parse(power.as_bytes(), 10, 0).unwrap().magnitude)),
                power
            );
        }
        assert_eq!(decimal(&[]), "0");
    }

    #[test]
    fn powers_of_two() {
        for (base, text) in [
            (16, "123456789abcdef0fedcba987654321"),
            (8, "1234567012345670123456701"),
            (2, "1011"),
        ] {
            let digits = digits_of(parse(text.as_bytes(), base, 0).unwrap().magnitude);
            let mut out = Vec::new();
            push_power_of_two(&digits, base, &mut out).unwrap();
            assert_eq!(out, text.as_bytes());
        }
        let mut out = Vec::new();
        push_power_of_two(&[], 2, &mut out).unwrap();
        assert_eq!(out, b"0");
    }

    #[test]
    fn literals() {
        let small = |text: &str, base| match parse(text.as_bytes(), base, 4300) {
            Ok(Parsed {
                negative,
                magnitude: Magnitude::Small(n),
            }) => Some(if negative { -(n as i128) } else { n as i128 }),
            _ => None,
        };
        assert_eq!(small(" -0x_ff\n", 0), Some(-255));
        assert_eq!(small("0b1", 16), Some(0xb1));
        assert_eq!(small("zz", 36), Some(35 * 37));
        assert_eq!(small("0_0", 0), Some(0));
        assert_eq!(small("18446744073709551615", 10), Some(u64::MAX as i128));
        for (text, base) in [
            ("01", 0),
            ("_1", 10),
            ("1__0", 10),
            ("1_", 10),
            ("", 10),
            ("0x", 16),
            ("0x__1", 16),
            ("- 1", 10),
            ("2", 2),
        ] {
            assert_eq!(
                parse(text.as_bytes(), base, 0),
                Err(ParseError::Invalid),
                "{text}"
            );
        }
        assert_eq!(parse(b"1", 37, 0), Err(ParseError::BadBase));
        let long = "0".repeat(4301);
        assert_eq!(
            parse(long.as_bytes(), 10, 4300),
            Err(ParseError::TooManyDigits {
                limit: 4300,
                digits: 4301
            })
        );
    }
}
