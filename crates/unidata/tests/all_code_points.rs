//! The full differential check: everything the crate says about every code point, one line each, in the form in which
//! `gen/dump.py` prints what CPython says. `all_code_points.txt` holds a CRC of that for every 4,096 code points; it is
//! recorded by `python3.14 gen/dump.py --digest > tests/all_code_points.txt`.

use std::fmt::Write as _;

use unidata::normalize::{Form, normalize, quick_check};
use unidata::{case, data, names, ucd_3_2_0 as old};

fn hex(code_points: &[u32]) -> String {
    code_points
        .iter()
        .map(|c| format!("{c:x}"))
        .collect::<Vec<_>>()
        .join(".")
}

fn opt<T: std::fmt::Debug>(value: Option<T>) -> String {
    value.map_or("-".to_owned(), |v| format!("{v:?}"))
}

/// Python's `repr` of the numeric values that occur.
fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if value >= 1e16 => format!("{value:e}").replace('e', "e+"),
        value => opt(value),
    }
}

fn line(c: u32, out: &mut String) {
    let flags = [
        unidata::is_alpha(c),
        unidata::is_decimal(c),
        unidata::is_digit(c),
        unidata::is_numeric(c),
        unidata::is_space(c),
        unidata::is_printable(c),
        unidata::is_upper(c),
        unidata::is_lower(c),
        unidata::is_title(c) || unidata::is_upper(c),
        unidata::is_alnum(c),
        unidata::is_xid_start(c) || c == 0x5f,
        unidata::is_xid_continue(c),
        unidata::is_linebreak(c),
    ];
    let _ = write!(out, "{c:x};");
    for flag in flags {
        out.push(if flag { '1' } else { '0' });
    }
    let _ = write!(
        out,
        ";{};{};{};{};{};{};{}",
        opt(unidata::decimal(c)),
        opt(unidata::digit(c)),
        number(unidata::numeric(c)),
        hex(&case::to_upper(c)),
        hex(&case::to_lower(c)),
        hex(&case::to_title(c)),
        hex(&case::to_casefold(c))
    );
    let _ = write!(
        out,
        ";{};{};{}",
        case::to_upper_simple(c),
        case::to_lower_simple(c),
        case::to_title_simple(c)
    );
    let _ = write!(
        out,
        ";{};{};{};{};{};{};{}",
        data::category(c),
        data::bidirectional(c),
        data::combining(c),
        data::east_asian_width(c),
        u8::from(data::mirrored(c)),
        data::decomposition_text(c),
        names::name(c).unwrap_or_default()
    );
    for form in [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd] {
        let _ = write!(out, ";{}", hex(&normalize(form, [c])));
        let _ = write!(out, ";{}", hex(&old::normalize(form, [c])));
        assert!(quick_check(form, [c]) != unidata::normalize::QuickCheck::Yes || normalize(form, [c]) == [c]);
    }
    let _ = write!(
        out,
        ";{};{};{};{};{};{};{};{};{}",
        old::category(c),
        old::bidirectional(c),
        old::combining(c),
        old::east_asian_width(c),
        u8::from(old::mirrored(c)),
        old::decomposition_text(c),
        opt(old::decimal(c)),
        opt(old::digit(c)),
        number(old::numeric(c))
    );
    out.push('\n');
    if let Some(name) = names::name(c) {
        assert_eq!(
            names::lookup(name.to_ascii_lowercase().as_bytes()),
            Some(names::Named::CodePoint(c)),
            "{name}"
        );
    }
}

/// CRC-32 as zlib has it.
fn crc32(text: &str) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|i| {
        (0..8).fold(i as u32, |c, _| {
            if c & 1 == 1 {
                0xedb8_8320 ^ (c >> 1)
            } else {
                c >> 1
            }
        })
    });
    !text
        .bytes()
        .fold(!0, |crc, b| table[usize::from(crc as u8 ^ b)] ^ (crc >> 8))
}

#[test]
fn all_code_points_are_as_recorded() {
    let recorded = include_str!("all_code_points.txt");
    let mut out = String::new();
    for (start, want) in (0..0x11_0000).step_by(4096).zip(recorded.lines()) {
        out.clear();
        for c in start..start + 4096 {
            line(c, &mut out);
        }
        assert_eq!(
            format!("{start:06x} {:08x}", crc32(&out)),
            want,
            "compare with the output of gen/dump.py from U+{start:04X} on"
        );
    }
}

/// Aliases, named sequences, and what no name is.
#[test]
fn other_names() {
    use names::Named;
    assert_eq!(names::lookup(b"null"), Some(Named::CodePoint(0)));
    assert_eq!(
        names::lookup(b"Keycap Number Sign"),
        Some(Named::Sequence(&[0x23, 0xfe0f, 0x20e3]))
    );
    assert_eq!(
        names::lookup(b"tangut ideograph-17000"),
        Some(Named::CodePoint(0x17000))
    );
    assert_eq!(names::lookup(b"HANGUL SYLLABLE AX"), None);
    assert_eq!(names::lookup(b"HANGUL SYLLABLE "), None);
    assert_eq!(names::lookup(b"CJK UNIFIED IDEOGRAPH-04E00"), None);
    assert_eq!(names::lookup(b"CJK UNIFIED IDEOGRAPH-AC00"), None);
    assert_eq!(names::lookup(&[b'A'; 1000]), None);
    assert_eq!(names::lookup(b""), None);
}
