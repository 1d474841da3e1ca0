//! Runs the cases of `recorded.txt`, which `record.py` recorded from CPython's `_decimal`. `DECIMAL_CASES` names another
//! file of cases to run instead.

use decimal::context::Rounding;
use decimal::functions::same_quantum;
use decimal::text::parse;
use decimal::{Context, Number, Status};

const ROUNDINGS: [Rounding; 8] = [
    Rounding::Up,
    Rounding::Down,
    Rounding::Ceiling,
    Rounding::Floor,
    Rounding::HalfUp,
    Rounding::HalfDown,
    Rounding::HalfEven,
    Rounding::ZeroFiveUp,
];

fn show(number: Number) -> String {
    number.to_text(false, true)
}

fn truth(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

fn run(name: &str, c: &Context, args: &[Number], s: &mut Status) -> String {
    let a = &args[0];
    let b = args.get(1).unwrap_or(a);
    show(match name {
        "plus" => c.plus(a, s),
        "minus" => c.minus(a, s),
        "abs" => c.abs(a, s),
        "sqrt" => c.sqrt(a, s),
        "exp" => c.exp(a, s),
        "ln" => c.ln(a, s),
        "log10" => c.log10(a, s),
        "logb" => c.logb(a, s),
        "normalize" => c.normalize(a, s),
        "next_minus" => c.next_minus(a, s),
        "next_plus" => c.next_plus(a, s),
        "to_integral_exact" => c.to_integral(a, true, s),
        "to_integral_value" => c.to_integral(a, false, s),
        "logical_invert" => c.logical_invert(a, s),
        "number_class" => return c.number_class(a).to_owned(),
        "is_normal" => return truth(c.is_normal(a)),
        "is_subnormal" => return truth(c.is_subnormal(a)),
        "to_eng_string" => return a.to_text(true, true),
        "to_sci_string" => return a.to_text(false, true),
        "copy_abs" => a.with_sign(false),
        "add" => c.add(a, b, s),
        "subtract" => c.subtract(a, b, s),
        "multiply" => c.multiply(a, b, s),
        "divide" => c.divide(a, b, s),
        "divide_int" => c.divide_int(a, b, s),
        "remainder" => c.remainder(a, b, s),
        "divmod" => {
            let (quotient, remainder) = c.divmod(a, b, s);
            return format!("{}|{}", show(quotient), show(remainder));
        }
        "remainder_near" => c.remainder_near(a, b, s),
        "compare" => c.compare(a, b, s),
        "compare_signal" => c.compare_signal(a, b, s),
        "compare_total" => Number::small(a.compare_total(b) as i64),
        "compare_total_mag" => Number::small(a.compare_total_magnitudes(b) as i64),
        "quantize" => c.quantize(a, b, s),
        "max" => c.extremum(a, b, true, false, s),
        "min" => c.extremum(a, b, false, false, s),
        "max_mag" => c.extremum(a, b, true, true, s),
        "min_mag" => c.extremum(a, b, false, true, s),
        "next_toward" => c.next_toward(a, b, s),
        "scaleb" => c.scaleb(a, b, s),
        "shift" => c.shift(a, b, s),
        "rotate" => c.rotate(a, b, s),
        "logical_and" => c.logical(a, b, |x, y| x & y, s),
        "logical_or" => c.logical(a, b, |x, y| x | y, s),
        "logical_xor" => c.logical(a, b, |x, y| x ^ y, s),
        "power" => c.power(a, b, s),
        "same_quantum" => return truth(same_quantum(a, b)),
        "fma" => c.fma(a, b, &args[2], s),
        "powmod" => c.power_modulo(a, b, &args[2], s),
        _ => panic!("unknown operation {name}"),
    })
}

fn flags(s: Status) -> String {
    [
        Status::CLAMPED,
        Status::ANY_INVALID,
        Status::DIVISION_BY_ZERO,
        Status::INEXACT,
        Status::OVERFLOW,
        Status::ROUNDED,
        Status::SUBNORMAL,
        Status::UNDERFLOW,
    ]
    .map(|condition| if s.has(condition) { '1' } else { '0' })
    .iter()
    .collect()
}

#[test]
fn recorded_answers() {
    let other = std::env::var("DECIMAL_CASES").map(|path| std::fs::read_to_string(path).unwrap());
    let cases = other.as_deref().unwrap_or(include_str!("recorded.txt"));
    let mut wrong = std::collections::BTreeMap::new();
    for line in cases.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, context, args @ .., answer, conditions] = &fields[..] else {
            panic!("{line}")
        };
        let numbers: Vec<i64> = context.split(',').map(|n| n.parse().unwrap()).collect();
        let context = Context {
            prec: numbers[0],
            emax: numbers[1],
            emin: numbers[2],
            rounding: ROUNDINGS[numbers[3] as usize],
            clamp: numbers[4] == 1,
        };
        let args: Vec<Number> = args.iter().map(|a| parse(a.as_bytes()).unwrap()).collect();
        let mut status = Status::default();
        let got = run(name, &context, &args, &mut status);
        if got != *answer || flags(status) != *conditions {
            let entry = wrong.entry(*name).or_insert(0);
            *entry += 1;
            if *entry <= 4 {
                println!("{line}\n   got {got} {}", flags(status));
            }
        }
    }
    assert!(wrong.is_empty(), "operations that differ: {wrong:?}");
}
