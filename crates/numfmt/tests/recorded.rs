//! Runs the cases of `recorded.txt`, which `record.py` recorded from CPython 3.14. `NUMFMT_CASES` names another file of
//! cases to run instead.

use numfmt::int::{Magnitude, Parsed};
use numfmt::percent::Piece;
use numfmt::render::{self, IntConversion, Locale};
use numfmt::spec::Spec;
use numfmt::{Error, float, hex, int, markup, percent};

fn unescape(text: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            let hex: String = chars.by_ref().take_while(|&c| c != '.').collect();
            out.push(u32::from_str_radix(&hex, 16).unwrap());
        } else {
            out.push(c as u32);
        }
    }
    out
}

fn escape(text: &[u32]) -> String {
    text.iter()
        .map(|&c| match c {
            0x20..=0x7e if c != 0x5c => char::from_u32(c).unwrap().to_string(),
            _ => format!("\\{c:x}."),
        })
        .collect()
}

fn answer<T>(result: Result<T, Error>, show: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => format!("={}", show(value)),
        Err(error) => {
            format!(
                "!{}",
                escape(&error.to_string().chars().map(u32::from).collect::<Vec<_>>())
            )
        }
    }
}

fn bits(x: f64) -> String {
    format!("{:x}", x.to_bits())
}

fn float_of(text: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(text, 16).unwrap())
}

fn ascii(text: &[u32]) -> Vec<u8> {
    text.iter().map(|&c| c as u8).collect()
}

fn digits_of(magnitude: &Magnitude) -> Vec<u32> {
    match magnitude {
        Magnitude::Small(n) => int::from_words(&[*n]),
        Magnitude::Big(digits) => digits.clone(),
    }
}

fn in_base(digits: &[u32], base: u32) -> Vec<u8> {
    let mut out = Vec::new();
    if base == 10 {
        int::push_decimal(digits, 0, &mut out).unwrap();
    } else {
        int::push_power_of_two(digits, base, &mut out).unwrap();
    }
    out
}

fn format_int(text: &str, spec: &[u32]) -> Result<Vec<u32>, Error> {
    let Parsed { negative, magnitude } = int::parse(text.as_bytes(), 10, 0).unwrap();
    let digits = digits_of(&magnitude);
    let spec = Spec::parse_int(spec, "int")?;
    let mut out = Vec::new();
    match spec.int_conversion("int")? {
        IntConversion::Digits(base) => {
            render::format_int(&spec, negative, &in_base(&digits, base), &Locale::C, &mut out)?;
        }
        IntConversion::Char => match magnitude {
            Magnitude::Small(n) if n < 1 << 63 => {
                if negative && n > 0 || n >= 0x11_0000 {
                    return Err(Error::overflow("%c arg not in range(0x110000)"));
                }
                render::format_char(&spec, n as u32, &mut out)?;
            }
            _ => return Err(Error::overflow("Python int too large to convert to C long")),
        },
        IntConversion::Float => {
            render::format_float(&spec, "int", text.parse().unwrap(), &Locale::C, &mut out)?;
        }
    }
    Ok(out)
}

fn conversion(format: &[u32]) -> Result<(percent::Parser<&[u32]>, percent::Conversion), Error> {
    let mut parser = percent::Parser::new(format, false, false);
    loop {
        if let Some(Piece::Conversion(conversion)) = parser.next()? {
            return Ok((parser, conversion));
        }
    }
}

fn percent_bad(format: &[u32], bytes: bool) -> Result<String, Error> {
    let mut parser = percent::Parser::new(format, false, bytes);
    match parser.next()? {
        Some(Piece::Conversion(conversion)) => Err(parser.unsupported(&conversion)),
        Some(Piece::Literal { start, end }) if format[start..end] == [b'%'.into()] => {
            Err(Error::type_error(format!(
                "not all arguments converted during {} formatting",
                if bytes { "bytes" } else { "string" }
            )))
        }
        piece => panic!("{piece:?}"),
    }
}

fn parse_markup(text: &[u32]) -> Result<String, Error> {
    let mut shown = Vec::new();
    for piece in markup::Parser::new(text) {
        let piece = piece?;
        let part = |range: markup::Range| escape(&text[range.start..range.end]);
        let field = match piece.field {
            None => "-,-,-".to_owned(),
            Some(field) => format!(
                "{},{},{}",
                part(field.name),
                part(field.spec),
                field.conversion.map_or("-".to_owned(), |c| escape(&[c]))
            ),
        };
        shown.push(format!("{},{field}", part(piece.literal)));
    }
    Ok(shown.join("|"))
}

fn field(text: &[u32]) -> Result<String, Error> {
    let range = markup::Range {
        start: 0,
        end: text.len(),
    };
    let name = markup::FieldName::split(text, range, None)?;
    let part = |range: markup::Range| escape(&text[range.start..range.end]);
    let mut shown = vec![match name.first {
        markup::First::Index(n) => format!("int:{n}"),
        markup::First::Name(range) => format!("str:{}", part(range)),
    }];
    for step in name {
        shown.push(match step? {
            markup::Step::Attribute(range) => format!("str:.str:{}", part(range)),
            markup::Step::Key(range) => format!("str:[str:{}", part(range)),
            markup::Step::Index(n) => format!("str:[int:{n}"),
        });
    }
    Ok(shown.join("|"))
}

fn run(fields: &[&str]) -> String {
    let text = |i: usize| unescape(fields[i]);
    let mut out: Vec<u32> = Vec::new();
    match fields[0] {
        "repr" => float::repr_string(float_of(fields[1])),
        "hex" => hex::to_hex(float_of(fields[1])),
        "round" => answer(
            float::round(float_of(fields[1]), fields[2].parse().unwrap()),
            bits,
        ),
        "float" => {
            let quoted = String::from_utf8(ascii(&text(1))).unwrap().replace('\n', "\\n");
            let error = || Error::value(format!("could not convert string to float: '{quoted}'"));
            answer(float::parse(&ascii(&text(1))).ok_or_else(error), bits)
        }
        "fromhex" => answer(hex::from_hex(&ascii(&text(1))), bits),
        "format_float" => answer(
            Spec::parse_float(&text(2)[..], "float").and_then(|spec| {
                render::format_float(&spec, "float", float_of(fields[1]), &Locale::C, &mut out)
            }),
            |()| escape(&out),
        ),
        "format_int" => answer(format_int(fields[1], &text(2)), |out| escape(&out)),
        "format_complex" => answer(
            Spec::parse_complex(&text(3)[..], "complex").and_then(|spec| {
                let (re, im) = (float_of(fields[1]), float_of(fields[2]));
                render::format_complex(&spec, "complex", re, im, &Locale::C, &mut out)
            }),
            |()| escape(&out),
        ),
        "format_str" => answer(
            Spec::parse_str(&text(2)[..], "str")
                .and_then(|spec| render::format_str(&spec, "str", &text(1)[..], &mut out)),
            |()| escape(&out),
        ),
        "percent_int" => answer(
            conversion(&text(1)).and_then(|(parser, conversion)| {
                let base = conversion.base().ok_or_else(|| parser.unsupported(&conversion))?;
                let Parsed { negative, magnitude } = int::parse(fields[2].as_bytes(), 10, 0).unwrap();
                conversion.write_int(negative, &in_base(&digits_of(&magnitude), base), &mut out)
            }),
            |()| escape(&out),
        ),
        "percent_float" => answer(
            conversion(&text(1)).and_then(|(parser, conversion)| {
                if !"eEfFgG".contains(conversion.kind_char()) {
                    return Err(parser.unsupported(&conversion));
                }
                conversion.write_float(float_of(fields[2]), &mut out)
            }),
            |()| escape(&out),
        ),
        "percent_str" => answer(
            conversion(&text(1)).and_then(|(parser, conversion)| {
                if conversion.kind_char() != 's' {
                    return Err(parser.unsupported(&conversion));
                }
                conversion.write_text(&text(2)[..], true, &mut out)
            }),
            |()| escape(&out),
        ),
        "percent_bad" => answer(percent_bad(&text(1), false), |s| s),
        "percent_bad_bytes" => answer(percent_bad(&text(1), true), |s| s),
        "markup" => answer(parse_markup(&text(1)), |s| s),
        "field" => answer(field(&text(1)), |s| s),
        "int" => {
            let base = fields[2].parse().unwrap();
            let source = ascii(&text(1));
            match int::parse(&source, base, 0) {
                Ok(Parsed { negative, magnitude }) => {
                    let digits = digits_of(&magnitude);
                    let sign = if negative && !digits.is_empty() { "-" } else { "" };
                    let shown = [10, 16, 8, 2]
                        .map(|base| format!("{sign}{}", String::from_utf8(in_base(&digits, base)).unwrap()));
                    format!("={}", shown.join(" "))
                }
                Err(error) => {
                    // int() quotes 200 characters at most.
                    let quoted = format!("'{}'", String::from_utf8(source).unwrap().replace('\t', "\\t"));
                    let message = error.message(base, &quoted[..quoted.len().min(200)]);
                    let all: Vec<u32> = format!("ValueError: {message}").chars().map(u32::from).collect();
                    format!("!{}", escape(&all))
                }
            }
        }
        kind => panic!("unknown kind {kind}"),
    }
}

#[test]
fn recorded_answers() {
    let other = std::env::var("NUMFMT_CASES").map(|path| std::fs::read_to_string(path).unwrap());
    let cases = other.as_deref().unwrap_or(include_str!("recorded.txt"));
    let mut wrong = 0;
    for line in cases.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (want, case) = fields.split_last().unwrap();
        let got = run(case);
        if got != *want {
            wrong += 1;
            if wrong <= 40 {
                println!("{case:?}\n   got {got}\n  want {want}");
            }
        }
    }
    assert_eq!(wrong, 0, "cases that differ");
}
