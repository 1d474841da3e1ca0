//! Hostile code words, long subjects, interruption.

use sre::{InvalidCode, Mode, Program, Request, STD, Scratch, Stop, Subject};

const ALL: usize = usize::MAX;

fn program(text: &str, groups: u32) -> Result<Program, InvalidCode> {
    let words: Vec<u32> = text
        .split_whitespace()
        .map(|word| word.parse().expect("a number"))
        .collect();
    Program::new(&words, groups, &STD)
}

fn find(program: &Program, subject: &[u8], mode: Mode) -> Result<Option<(usize, usize)>, Stop> {
    let mut scratch = Scratch::new();
    let request = Request {
        mode,
        start: 0,
        end: ALL,
        must_advance: false,
    };
    let mut budget = 2000;
    let found = program.find(Subject::U8(subject), &request, &mut scratch, &mut || {
        budget -= 1;
        budget > 0
    })?;
    Ok(found.then(|| scratch.span()))
}

/// `(?:(a)|b)*` over 10 MB, in memory proportional to the subject by a small factor; and the strided `([ab])*`.
#[test]
fn long_subjects() {
    let subject = b"ab".repeat(5 << 20);
    // re.compile('(?:(a)|b)*')
    let general = "14 4 0 0 4294967295 23 19 0 4294967295 7 9 17 0 16 97 17 1 15 7 5 16 98 15 2 0 18 1";
    let general = program(general, 1).expect("valid");
    assert_eq!(
        find(&general, &subject, Mode::FullMatch),
        Ok(Some((0, subject.len())))
    );
    // re.compile('([ab])*')
    let strided = "14 4 0 0 4294967295 23 13 0 4294967295 17 0 13 5 22 97 98 0 17 1 18 1";
    let strided = program(strided, 1).expect("valid");
    assert_eq!(
        find(&strided, &subject, Mode::FullMatch),
        Ok(Some((0, subject.len())))
    );
}

/// `(a+)+b` takes exponential time, until somebody says stop.
#[test]
fn interruption() {
    let slow = "14 4 0 2 4294967295 23 14 1 4294967295 17 0 24 6 1 4294967295 16 97 1 17 1 18 16 98 1";
    let slow = program(slow, 1).expect("valid");
    assert_eq!(find(&slow, &[b'a'; 64], Mode::Match), Err(Stop::Interrupted));
}

#[test]
fn invalid_code() {
    let bad = [
        "",
        "0",
        "99",
        "16",
        "16 97",
        "1 1",
        "17 0",
        "17 2 1",
        "11 1 1",
        "6 12 1",
        "8 18 1",
        "23 1 1",
        "23 100 0 1 18 1",
        "23 4 2 1 18 1",
        "23 3 0 1 1 1",
        "23 3 0 1",
        "24 6 0 1 16 97 0 1",
        "24 7 0 1 16 97 1 1",
        "24 6 3 1 16 97 1 1",
        "24 4 0 1 1 1",
        "7 1 1",
        "7 0 1",
        "7 3 15 1 0 15 1 1",
        "7 3 15 5 0 1",
        "13 1 1",
        "13 0 1",
        "13 3 16 97 1 1",
        "13 4 21 16 97 1",
        "13 3 9 0 0 1",
        "13 2 99 0 1",
        "14 0 1",
        "14 9 0 0 0 1",
        "14 4 9 0 0 1",
        "14 4 5 0 0 1",
        "14 4 2 0 0 1",
        "14 6 1 1 1 1000000 0 1",
        "4 0 0 1 1",
        "4 1 0 1",
        "4 2 0 0 1",
        "27 1 0 1",
        "27 0 1",
        "15 1 1",
        "12 0 9 1",
        "12 0 0 1",
        "18 1",
        "19 1",
        "21 1",
        "22 0 1 1",
        "28 3 0 1 0 1",
        "0 0 0",
    ];
    for code in bad {
        assert_eq!(program(code, 1).err(), Some(InvalidCode), "{code}");
    }
}

/// Deep nesting takes heap, not native stack.
#[test]
fn deep_nesting() {
    let depth = 100_000u32;
    let mut code: Vec<u32> = vec![];
    for level in 0..depth {
        code.extend([27, 2 + 3 * (depth - 1 - level) + 2]);
    }
    code.extend([16, 97]);
    code.extend(vec![1; depth as usize + 1]);
    // ATOMIC_GROUP skip … SUCCESS: a skip spans what is inside and the closing word.
    for level in 0..depth as usize {
        code[2 * level + 1] = (code.len() - 1 - level - (2 * level + 1)) as u32;
    }
    let program = Program::new(&code, 0, &STD).expect("valid");
    assert_eq!(find(&program, b"a", Mode::Match), Ok(Some((0, 1))));
}

/// Code words changed at random are refused or run; they never panic, and never run on when told to stop.
#[test]
fn mutated_code() {
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % bound as u64) as usize
    };
    let recorded = include_str!("recorded.txt");
    let patterns: Vec<(u32, Vec<u32>)> = recorded
        .lines()
        .filter_map(|line| line.strip_prefix("pattern\t"))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let words = fields[2]
                .split(' ')
                .map(|word| u32::from_str_radix(word, 16).expect("a number"));
            (fields[1].parse().expect("a number"), words.collect())
        })
        .filter(|(_, words): &(u32, Vec<u32>)| words.len() < 100)
        .collect();
    let mut ran = 0;
    for _ in 0..20_000 {
        let (groups, mut words) = patterns[random(patterns.len())].clone();
        for _ in 0..1 + random(3) {
            let at = random(words.len());
            words[at] = match random(4) {
                0 => words[random(words.len())],
                1 => random(45) as u32,
                2 => words[at].wrapping_add(random(3) as u32).wrapping_sub(1),
                _ => u32::MAX,
            };
        }
        let Ok(program) = Program::new(&words, groups, &STD) else {
            continue;
        };
        ran += 1;
        let mut scratch = Scratch::new();
        for mode in [Mode::Match, Mode::Search] {
            let request = Request {
                mode,
                start: 0,
                end: ALL,
                must_advance: false,
            };
            let mut budget = 10;
            let found = program.find(Subject::U8(b"aabab\nc "), &request, &mut scratch, &mut || {
                budget -= 1;
                budget > 0
            });
            if found == Ok(true) {
                let (start, end) = scratch.span();
                assert!(start <= 8 && end <= 8);
            }
        }
    }
    assert!(ran > 1000);
}
