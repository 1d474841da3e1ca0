//! Runs the patterns of `recorded.txt`, compiled and matched by CPython (`record.py` says how), and compares every span.
//!
//! `SRE_RECORDED=file` names another recording, for a longer run.

use sre::{Mode, Program, Request, Scratch, Subject};

struct Case<'a> {
    mode: &'a str,
    subject: Vec<u32>,
    start: usize,
    end: usize,
    outcome: &'a str,
}

fn outcome(scratch: &Scratch, groups: usize) -> String {
    let mut spans = vec![scratch.span()].into_iter().map(Some).collect::<Vec<_>>();
    spans.extend((1..=groups).map(|group| scratch.group(group)));
    let spans: Vec<String> = spans
        .iter()
        .map(|span| span.map_or("-1,-1".into(), |(a, b)| format!("{a},{b}")))
        .collect();
    format!("{}:{}", scratch.last_index().unwrap_or(0), spans.join(";"))
}

fn run(program: &Program, case: &Case<'_>, subject: Subject<'_>, scratch: &mut Scratch) -> String {
    let mode = match case.mode {
        "match" => Mode::Match,
        "fullmatch" => Mode::FullMatch,
        _ => Mode::Search,
    };
    let mut request = Request {
        mode,
        start: case.start,
        end: case.end,
        must_advance: false,
    };
    let mut found = Vec::new();
    while program
        .find(subject, &request, scratch, &mut || true)
        .expect("not stopped")
    {
        found.push(outcome(scratch, program.groups()));
        if case.mode != "all" {
            break;
        }
        let (start, end) = scratch.span();
        request.must_advance = start == end;
        request.start = end;
    }
    if found.is_empty() {
        "-".into()
    } else {
        found.join("/")
    }
}

#[test]
fn recorded() {
    let text = match std::env::var("SRE_RECORDED") {
        Ok(file) => std::fs::read_to_string(file).expect("readable"),
        Err(_) => include_str!("recorded.txt").into(),
    };
    let mut program = None;
    let mut pattern = "";
    let mut scratch = Scratch::new();
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let hex = |text: &str| -> Vec<u32> {
            text.split_whitespace()
                .map(|word| u32::from_str_radix(word, 16).expect("hexadecimal"))
                .collect()
        };
        if fields[0] == "pattern" {
            pattern = fields[1];
            let groups = fields[2].parse().expect("a number");
            program = Program::new(&hex(fields[3]), groups, &sre::STD)
                .inspect_err(|error| wrong.push(format!("{pattern}: {error}")))
                .ok();
            continue;
        }
        let case = Case {
            mode: fields[1],
            subject: hex(fields[2]),
            start: fields[3].parse().expect("a number"),
            end: fields[4].parse().expect("a number"),
            outcome: fields[5],
        };
        let Some(program) = &program else { continue };
        let bytes: Option<Vec<u8>> = case.subject.iter().map(|&c| c.try_into().ok()).collect();
        let shorts: Option<Vec<u16>> = case.subject.iter().map(|&c| c.try_into().ok()).collect();
        let mut subjects = vec![Subject::U32(&case.subject)];
        subjects.extend(shorts.as_deref().map(Subject::U16));
        subjects.extend(bytes.as_deref().map(Subject::U8));
        for subject in subjects {
            cases += 1;
            let got = run(program, &case, subject, &mut scratch);
            if got != case.outcome {
                wrong.push(format!(
                    "{pattern} {} {subject:x?}: {got}, not {}",
                    case.mode, case.outcome
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    assert!(cases > 1000);
}
