//! The interpreter of the grammar in `rules.peg`: a packrat parser that builds no tree, but remembers enough of
//! what it matched to word an error.

use super::grammar::*;
use crate::error::{ErrorKind, SyntaxError};
use crate::parser::{Mode, Options, check_conversion, check_formatted, check_literal};
use crate::report::{Lines, Place};
use crate::tokenizer::{Bracket, LexErrorKind, Token, TokenKind as K, Tokens};

/// Rules may nest this deep.
const MAX_LEVELS: u32 = 6000;
/// The search for a message ends after so many steps, and a thousand for each token: some invalid programs make it exponential.
const MAX_STEPS: u64 = 30_000_000;

/// What an item matched.
#[derive(Clone, Copy, Debug)]
enum Val {
    /// Nothing (an optional item that was not there).
    Absent,
    /// A token, or something of which only the first token matters.
    Tok(u32),
    Node(u32),
}

struct Node {
    kind: NodeKind,
    /// The first and last token.
    first: u32,
    last: u32,
    parts: Box<[Val]>,
}

struct Memo {
    rule: RuleId,
    result: Option<Val>,
    mark: u32,
}

/// How an alternative came out.
enum Outcome {
    Matched(Val),
    /// Try the next alternative.
    Failed,
    /// The rule fails as a whole.
    Refused,
}

/// Why the passes ended.
pub(super) enum Verdict {
    /// The tokens can be parsed after all.
    Accepted,
    Failed(SyntaxError),
    /// No error was found; the index of the last token that the first pass read.
    Unexplained(usize),
    TooDeep,
}

pub(super) struct Machine<'s> {
    text: &'s str,
    lines: Lines<'s>,
    tokens: &'s Tokens,
    grammar: &'static Grammar,
    mark: usize,
    /// How many tokens have been looked at.
    pub(super) fill: usize,
    memo: Vec<Vec<Memo>>,
    nodes: Vec<Node>,
    invalid: bool,
    levels: u32,
    steps: u64,
    error: Option<SyntaxError>,
    /// Whether the error came from the tokenizer.
    pub(super) tokenizer_error: bool,
    too_deep: bool,
    flufl: bool,
    options: Options,
    pub(super) last_stmt: (u32, u32),
}

impl<'s> Machine<'s> {
    pub(super) fn new(text: &'s str, tokens: &'s Tokens, options: Options) -> Self {
        Machine {
            text,
            lines: Lines::new(text),
            tokens,
            grammar: grammar(),
            mark: 0,
            fill: 0,
            memo: Vec::new(),
            nodes: Vec::new(),
            invalid: false,
            levels: 0,
            steps: 0,
            error: None,
            tokenizer_error: false,
            too_deep: false,
            flufl: options.barry_as_flufl,
            options,
            last_stmt: (0, 0),
        }
    }

    /// Parses without and then with the rules for errors. `between` is asked after the first pass whether to
    /// stop.
    pub(super) fn run(&mut self, mode: Mode, between: impl FnOnce(&Self) -> Option<SyntaxError>) -> Verdict {
        let start = match mode {
            Mode::Exec => self.grammar.file,
            Mode::Single => self.grammar.interactive,
            Mode::Eval => self.grammar.eval,
            Mode::FuncType => self.grammar.func_type,
        };
        let accepted = self.pass(start);
        if self.too_deep {
            return Verdict::TooDeep;
        }
        if accepted {
            return Verdict::Accepted;
        }
        let last = self.fill.saturating_sub(1);
        if let Some(error) = between(self) {
            return Verdict::Failed(error);
        }
        if let Some(error) = self.error.take() {
            return Verdict::Failed(error);
        }
        self.invalid = true;
        self.pass(start);
        if self.too_deep && self.error.is_none() {
            return Verdict::TooDeep;
        }
        match self.error.take() {
            Some(error) => Verdict::Failed(error),
            None => Verdict::Unexplained(last),
        }
    }

    fn pass(&mut self, start: RuleId) -> bool {
        self.mark = 0;
        self.levels = 0;
        self.steps = 0;
        self.nodes.clear();
        self.memo.clear();
        self.memo.resize_with(self.tokens.tokens.len() + 1, Vec::new);
        self.rule(start).is_some()
    }

    pub(super) fn token(&self, index: usize) -> Token {
        self.tokens.tokens[index.min(self.tokens.tokens.len() - 1)]
    }

    fn token_text(&self, index: usize) -> &'s str {
        let token = self.token(index);
        &self.text[token.start as usize..token.end as usize]
    }

    /// The kind of the token at the mark, which is read if it has not been.
    fn look(&mut self) -> Option<K> {
        let token = self.token(self.mark);
        if self.mark >= self.fill {
            self.fill = self.mark + 1;
            if token.kind == K::Error && self.error.is_none() {
                self.error = Some(self.word_tokenizer_error());
                self.tokenizer_error = true;
            }
        }
        if self.error.is_some() {
            None
        } else {
            Some(token.kind)
        }
    }

    fn rule(&mut self, id: RuleId) -> Option<Val> {
        self.steps += 1;
        if self.error.is_some() || self.too_deep {
            return None;
        }
        if self.levels >= MAX_LEVELS || self.steps > MAX_STEPS + 1000 * self.tokens.tokens.len() as u64 {
            self.too_deep |= self.levels >= MAX_LEVELS;
            if !self.too_deep {
                self.give_up();
            }
            return None;
        }
        self.levels += 1;
        let grammar = self.grammar;
        let rule = &grammar.rules[id as usize];
        let result = if rule.left {
            self.left_rule(id, rule)
        } else if rule.memo {
            self.look();
            match self.recall(id) {
                Some(result) => result,
                None => {
                    let start = self.mark;
                    let result = self.alternatives(&rule.alternatives);
                    self.memo[start].push(Memo {
                        rule: id,
                        result,
                        mark: self.mark as u32,
                    });
                    result
                }
            }
        } else if rule.without_invalid {
            let invalid = std::mem::replace(&mut self.invalid, false);
            let result = self.alternatives(&rule.alternatives);
            self.invalid = invalid;
            result
        } else {
            self.alternatives(&rule.alternatives)
        };
        self.levels -= 1;
        result
    }

    /// Ends the search without a result.
    fn give_up(&mut self) {
        let last = self.token(self.fill.saturating_sub(1));
        self.error = Some(self.error_at(ErrorKind::SyntaxError, token_place(&last), "invalid syntax"));
    }

    fn recall(&mut self, id: RuleId) -> Option<Option<Val>> {
        let memo = self.memo[self.mark].iter().find(|memo| memo.rule == id)?;
        let (result, mark) = (memo.result, memo.mark);
        self.mark = mark as usize;
        Some(result)
    }

    /// A rule that begins with itself: its result grows from round to round.
    fn left_rule(&mut self, id: RuleId, rule: &'static Rule) -> Option<Val> {
        self.look();
        if let Some(result) = self.recall(id) {
            return result;
        }
        let start = self.mark;
        let mut end = start;
        let mut result = None;
        let slot = self.memo[start].len();
        self.memo[start].push(Memo {
            rule: id,
            result: None,
            mark: start as u32,
        });
        loop {
            self.memo[start][slot].result = result;
            self.memo[start][slot].mark = end as u32;
            self.mark = start;
            let grown = self.alternatives(&rule.alternatives);
            if self.error.is_some() {
                return None;
            }
            if grown.is_none() || self.mark <= end {
                break;
            }
            end = self.mark;
            result = grown;
        }
        self.mark = end;
        result
    }

    fn alternatives(&mut self, alternatives: &'static [Alternative]) -> Option<Val> {
        let start = self.mark;
        for alternative in alternatives {
            if alternative.invalid && !self.invalid {
                continue;
            }
            match self.alternative(alternative, start) {
                Outcome::Matched(value) => return Some(value),
                Outcome::Refused => return None,
                Outcome::Failed => {}
            }
            if self.error.is_some() || self.too_deep {
                return None;
            }
            self.mark = start;
        }
        None
    }

    fn alternative(&mut self, alternative: &'static Alternative, start: usize) -> Outcome {
        let mut values = [Val::Absent; 16];
        let mut cut = false;
        for (i, (item, _)) in alternative.items.iter().enumerate() {
            if matches!(item, Item::Cut) {
                cut = true;
                continue;
            }
            match self.item(item) {
                Some(value) => values[i.min(15)] = value,
                None => {
                    if cut {
                        self.mark = start;
                        return Outcome::Refused;
                    }
                    return Outcome::Failed;
                }
            }
        }
        self.act(alternative, &values, start)
    }

    fn item(&mut self, item: &'static Item) -> Option<Val> {
        match item {
            Item::Token(kind) => self.expect(*kind),
            Item::Soft(text) => {
                if self.look()? == K::Name && self.token_text(self.mark) == *text {
                    return self.advance();
                }
                None
            }
            Item::AnySoft => {
                let soft = ["_", "case", "match", "type"];
                if self.look()? == K::Name && soft.contains(&self.token_text(self.mark)) {
                    return self.advance();
                }
                None
            }
            Item::NotEqual => {
                if self.flufl && self.look()? == K::Less {
                    let next = self.token(self.mark + 1);
                    if next.kind == K::Greater && next.start == self.token(self.mark).end {
                        self.advance();
                        self.look()?;
                        return self.advance();
                    }
                }
                let value = self.expect(K::NotEqual)?;
                if self.flufl {
                    let message = "with Barry as BDFL, use '<>' instead of '!='";
                    self.raise_here(ErrorKind::SyntaxError, message);
                    return None;
                }
                Some(value)
            }
            Item::Rule(id) => self.rule(*id),
            Item::Group(alternatives) => self.group(alternatives),
            Item::Optional(item) => {
                let value = self.item(item);
                if self.error.is_some() || self.too_deep {
                    return None;
                }
                Some(value.unwrap_or(Val::Absent))
            }
            Item::Repeat(item, some) => self.repeat(item, *some),
            Item::Separated(separator, item) => self.separated(separator, item),
            Item::Ahead(item, wanted) => {
                let mark = self.mark;
                let found = self.item(item).is_some();
                self.mark = mark;
                if self.error.is_some() || self.too_deep || found != *wanted {
                    return None;
                }
                Some(Val::Absent)
            }
            Item::Forced(kind, message) => {
                if self.look()? == *kind {
                    return self.advance();
                }
                let place = token_place(&self.token(self.mark));
                self.error = Some(self.error_at(ErrorKind::SyntaxError, place, message));
                None
            }
            Item::Cut => Some(Val::Absent),
        }
    }

    fn expect(&mut self, kind: K) -> Option<Val> {
        if self.look()? == kind {
            self.advance()
        } else {
            None
        }
    }

    fn advance(&mut self) -> Option<Val> {
        self.mark += 1;
        Some(Val::Tok(self.mark as u32 - 1))
    }

    fn group(&mut self, alternatives: &'static [Alternative]) -> Option<Val> {
        if self.levels >= MAX_LEVELS {
            self.too_deep = true;
            return None;
        }
        self.levels += 1;
        let value = self.alternatives(alternatives);
        self.levels -= 1;
        value
    }

    fn repeat(&mut self, item: &'static Item, some: bool) -> Option<Val> {
        let start = self.mark;
        let mut values = Vec::new();
        loop {
            let mark = self.mark;
            match self.item(item) {
                Some(value) if self.mark > mark => values.push(value),
                _ => {
                    self.mark = mark;
                    break;
                }
            }
        }
        if self.error.is_some() || self.too_deep || (some && values.is_empty()) {
            return None;
        }
        Some(self.sequence(values, start))
    }

    fn separated(&mut self, separator: &'static Item, item: &'static Item) -> Option<Val> {
        let start = self.mark;
        let mut values = vec![self.item(item)?];
        loop {
            let mark = self.mark;
            let more = self.item(separator).and_then(|_| self.item(item));
            match more {
                Some(value) => values.push(value),
                None => {
                    self.mark = mark;
                    break;
                }
            }
        }
        if self.error.is_some() || self.too_deep {
            return None;
        }
        Some(self.sequence(values, start))
    }

    fn sequence(&mut self, values: Vec<Val>, start: usize) -> Val {
        self.node(NodeKind::Sequence, values, start)
    }

    fn node(&mut self, kind: NodeKind, parts: Vec<Val>, start: usize) -> Val {
        let mut last = self.mark.max(start + 1) - 1;
        while last > start && is_structure(self.token(last).kind) {
            last -= 1;
        }
        self.nodes.push(Node {
            kind,
            first: start as u32,
            last: last as u32,
            parts: parts.into(),
        });
        Val::Node(self.nodes.len() as u32 - 1)
    }

    /// What the values hold, sequences dissolved.
    fn flat(&self, values: impl IntoIterator<Item = Val>, out: &mut Vec<Val>) {
        for value in values {
            match value {
                Val::Absent => {}
                Val::Node(i) if self.nodes[i as usize].kind == NodeKind::Sequence => {
                    self.flat(self.nodes[i as usize].parts.iter().copied(), out);
                }
                value => out.push(value),
            }
        }
    }

    fn parts(&self, value: Val) -> Vec<Val> {
        let mut out = Vec::new();
        match value {
            Val::Node(i) => self.flat(self.nodes[i as usize].parts.iter().copied(), &mut out),
            value => self.flat([value], &mut out),
        }
        out
    }

    fn kind(&self, value: Val) -> Option<NodeKind> {
        match value {
            Val::Node(i) => Some(self.nodes[i as usize].kind),
            _ => None,
        }
    }

    fn ends(&self, value: Val) -> (usize, usize) {
        match value {
            Val::Absent => (self.mark, self.mark),
            Val::Tok(i) => (i as usize, i as usize),
            Val::Node(i) => (
                self.nodes[i as usize].first as usize,
                self.nodes[i as usize].last as usize,
            ),
        }
    }

    /// What a message calls the expression.
    fn expression_name(&self, value: Val) -> &'static str {
        let kind = match value {
            Val::Node(i) => self.nodes[i as usize].kind,
            Val::Tok(i) => {
                return match self.token(i as usize).kind {
                    K::Name => "name",
                    K::True => "True",
                    K::False => "False",
                    K::None => "None",
                    K::Ellipsis => "ellipsis",
                    _ => "literal",
                };
            }
            Val::Absent => return "expression",
        };
        match kind {
            NodeKind::Attribute => "attribute",
            NodeKind::Subscript => "subscript",
            NodeKind::Starred => "starred",
            NodeKind::List => "list",
            NodeKind::Tuple => "tuple",
            NodeKind::Lambda => "lambda",
            NodeKind::Call => "function call",
            NodeKind::GeneratorExp => "generator expression",
            NodeKind::Yield => "yield expression",
            NodeKind::Await => "await expression",
            NodeKind::ListComp => "list comprehension",
            NodeKind::SetComp => "set comprehension",
            NodeKind::DictComp => "dict comprehension",
            NodeKind::Dict => "dict literal",
            NodeKind::Set => "set display",
            NodeKind::JoinedStr => "f-string expression",
            NodeKind::TemplateStr => "t-string expression",
            NodeKind::Compare => "comparison",
            NodeKind::IfExp => "conditional expression",
            NodeKind::NamedExpr => "named expression",
            NodeKind::Literal => "literal",
            _ => "expression",
        }
    }

    /// The first part of an expression that cannot be a target.
    fn invalid_target(&self, value: Val, targets: Targets) -> Option<Val> {
        let Some(kind) = self.kind(value) else {
            return match value {
                Val::Tok(i) if self.token(i as usize).kind == K::Name => None,
                value => Some(value),
            };
        };
        match kind {
            NodeKind::List | NodeKind::Tuple => self
                .parts(value)
                .into_iter()
                .find_map(|part| self.invalid_target(part, targets)),
            NodeKind::Starred if targets == Targets::Del => Some(value),
            NodeKind::Starred => self
                .parts(value)
                .first()
                .and_then(|part| self.invalid_target(*part, targets)),
            NodeKind::Compare if targets == Targets::For => match *self.parts(value) {
                [left, operator, ..] if self.kind(operator) == Some(NodeKind::In) => {
                    self.invalid_target(left, targets)
                }
                _ => None,
            },
            NodeKind::Subscript | NodeKind::Attribute => None,
            _ => Some(value),
        }
    }

    fn is_legacy(&self, value: Val) -> bool {
        matches!(value, Val::Tok(i) if self.token(i as usize).kind == K::Name
            && ["print", "exec"].contains(&self.token_text(i as usize)))
    }

    /// Remembers where a compound statement began; only the second pass does.
    fn register(&mut self, statement: Val) {
        let (first, _) = self.ends(statement);
        let kinds = (self.token(first).kind, self.token(first + 1).kind);
        // Here a function is matched by the rule for wrong ones, which does not say where it began.
        if matches!(kinds, (K::Def, _) | (K::Async, K::Def)) {
            return;
        }
        let place = (self.token(first).lineno, self.token(first).col.max(0) as u32);
        if self.last_stmt.0 < place.0 {
            self.last_stmt = place;
        }
    }

    /// Whether adjacent strings are partly bytes and partly not.
    fn mixes_bytes(&self, strings: Val) -> bool {
        let is_bytes = |part: &Val| match part {
            Val::Tok(i) => {
                let text = self.token_text(*i as usize);
                let prefix = text.split(['"', '\'']).next().unwrap_or("");
                prefix.contains(['b', 'B'])
            }
            _ => false,
        };
        let parts = self.parts(strings);
        parts.iter().any(is_bytes) && !parts.iter().all(is_bytes)
    }

    /// What an alternative that matched stands for.
    fn act(&mut self, alternative: &'static Alternative, values: &[Val; 16], start: usize) -> Outcome {
        let matched = match &alternative.action {
            Action::Default => {
                let mut with_value = alternative.items.iter().enumerate().filter(|(_, (_, has))| *has);
                match (with_value.next(), with_value.next()) {
                    (Some((i, _)), None) => values[i],
                    _ => Val::Tok(start as u32),
                }
            }
            Action::Value(i) => values[*i],
            Action::Node(kind, items) => {
                let mut parts = Vec::new();
                self.flat(items.iter().map(|i| values[*i]), &mut parts);
                self.node(*kind, parts, start)
            }
            Action::Strings(i) => {
                if self.mixes_bytes(values[*i]) {
                    self.raise_here(ErrorKind::SyntaxError, "cannot mix bytes and nonbytes literals");
                    return Outcome::Refused;
                }
                let formatted = |part: &Val| self.kind(*part) == Some(NodeKind::JoinedStr);
                let kind = if self.parts(values[*i]).iter().any(formatted) {
                    NodeKind::JoinedStr
                } else {
                    NodeKind::Literal
                };
                self.node(kind, Vec::new(), start)
            }
            Action::Alternatives(i) => match *self.parts(values[*i]) {
                [only] => only,
                _ => self.node(NodeKind::Node, Vec::new(), start),
            },
            Action::Statement(i) => {
                if self.invalid {
                    self.register(values[*i]);
                }
                values[*i]
            }
            Action::Fail => return Outcome::Refused,
            Action::Literal(i) => {
                let (index, _) = self.ends(values[*i]);
                if let Err(error) = check_literal(self.text, &self.tokens.tokens, self.options, index) {
                    self.raise_string_error(error);
                    return Outcome::Refused;
                }
                values[*i]
            }
            Action::Formatted(kind) => {
                let tokens = &self.tokens.tokens;
                if let Err(error) = check_formatted(self.text, tokens, self.options, start, self.mark) {
                    self.error = Some(error);
                    return Outcome::Refused;
                }
                self.node(*kind, Vec::new(), start)
            }
            Action::Conversion(mark, name) => {
                let (mark, name) = (self.ends(values[*mark]).0, self.ends(values[*name]).0);
                if let Err(error) = check_conversion(self.text, &self.tokens.tokens, self.options, mark, name)
                {
                    self.error = Some(error);
                    return Outcome::Refused;
                }
                Val::Tok(start as u32)
            }
            Action::Future(i) => {
                let (first, last) = self.ends(values[*i]);
                if first == last && self.token_text(first) == "__future__" && first == start + 1 {
                    self.flufl |= (last..self.mark).any(|i| self.token_text(i) == "barry_as_FLUFL");
                }
                Val::Tok(start as u32)
            }
            Action::RealNumber(i) | Action::ImaginaryNumber(i) => {
                let real = matches!(alternative.action, Action::RealNumber(_));
                let text = self.token_text(self.ends(values[*i]).0);
                if text.ends_with(['j', 'J']) == real {
                    let kind = if real { "real" } else { "imaginary" };
                    self.raise_between(
                        values[*i],
                        values[*i],
                        &format!("{kind} number required in complex literal"),
                    );
                    return Outcome::Refused;
                }
                values[*i]
            }
            error => {
                self.report(error, values);
                return Outcome::Refused;
            }
        };
        Outcome::Matched(matched)
    }

    /// Raises the error of a string literal; that of a codec stands where the tokenizer does.
    fn raise_string_error(&mut self, error: SyntaxError) {
        if error.msg.starts_with('(') {
            self.raise_here(ErrorKind::SyntaxError, &error.msg);
        } else {
            self.error = Some(error);
        }
    }

    /// Raises the error of an alternative, or decides that it is none.
    fn report(&mut self, action: &'static Action, values: &[Val; 16]) {
        match action {
            Action::Error(place, labels, message) => {
                let picked: Vec<Val> = labels.iter().map(|label| self.pick(values, *label)).collect();
                self.report_at(*place, &picked, message);
            }
            Action::Target(targets, i) => {
                if let Some(target) = self.invalid_target(values[*i], *targets) {
                    let verb = if *targets == Targets::Del {
                        "delete"
                    } else {
                        "assign to"
                    };
                    let message = format!("cannot {verb} {}", self.expression_name(target));
                    self.raise_between(target, target, &message);
                }
            }
            Action::GenexpInCall(args, clauses) => {
                let args = self.parts(values[*args]);
                let keyword =
                    |v: &Val| matches!(self.kind(*v), Some(NodeKind::Keyword | NodeKind::KeywordUnpack));
                let positional: Vec<Val> = args.into_iter().filter(|v| !keyword(v)).collect();
                if let [_, .., last] = *positional {
                    let end = self.pick(
                        values,
                        Value {
                            item: *clauses,
                            part: Part::Last,
                        },
                    );
                    self.raise_between(last, end, "Generator expression must be parenthesized");
                }
            }
            Action::ArgumentOrder(args) => {
                let unpacked = self
                    .parts(values[*args])
                    .iter()
                    .any(|v| self.kind(*v) == Some(NodeKind::KeywordUnpack));
                let what = if unpacked {
                    "keyword argument unpacking"
                } else {
                    "keyword argument"
                };
                self.raise_here(
                    ErrorKind::SyntaxError,
                    &format!("positional argument follows {what}"),
                );
            }
            Action::ForgottenComma(a, b) => {
                let (a, b) = (values[*a], values[*b]);
                if !self.is_legacy(a) && self.token(self.mark - 1).level > 0 {
                    self.raise_between(a, b, "invalid syntax. Perhaps you forgot a comma?");
                }
            }
            Action::LegacyCall(a, b) => {
                let (a, b) = (values[*a], values[*b]);
                if self.is_legacy(a) {
                    let name = self.token_text(self.ends(a).0);
                    let message =
                        format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                    self.raise_between(a, b, &message);
                }
            }
            Action::Adjacent(a, b) => {
                let (first, second) = (
                    self.token(self.ends(values[*a]).0),
                    self.token(self.ends(values[*b]).0),
                );
                if first.end == second.start {
                    let message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                    self.raise_between(values[*a], values[*b], message);
                }
            }
            Action::Bound(colon, bound, what) => {
                let tuple = self.kind(values[*bound]) == Some(NodeKind::Tuple);
                let given = if tuple { "constraints" } else { "bound" };
                self.raise_from(values[*colon], &format!("cannot use {given} with {what}"));
            }
            Action::MissingValue(i) => {
                let (first, last) = self.ends(values[*i]);
                let (first, last) = (self.token(first), self.token(last));
                let place = Place {
                    lineno: first.lineno,
                    col: last.end_col - 1,
                    end_lineno: last.end_lineno as i32,
                    end_col: -1,
                };
                self.raise(ErrorKind::SyntaxError, place, "':' expected after dictionary key");
            }
            _ => {}
        }
    }

    fn pick(&self, values: &[Val; 16], label: Value) -> Val {
        let value = values[label.item];
        let parts = match label.part {
            Part::Whole => return value,
            _ => self.parts(value),
        };
        let part = if label.part == Part::First {
            parts.first()
        } else {
            parts.last()
        };
        let part = part.copied().unwrap_or(value);
        match self.kind(part) {
            // The last of a comprehension's clauses ends with its last condition.
            Some(NodeKind::Comprehension) => self.parts(part).last().copied().unwrap_or(part),
            _ => part,
        }
    }

    fn report_at(&mut self, place: Where, values: &[Val], message: &str) {
        let filled = match (place, values) {
            (Where::Indent, [at, ..]) => {
                message.replace("{}", &self.token(self.ends(*at).0).lineno.to_string())
            }
            (_, [at, ..]) if message.contains("{}") => message.replace("{}", self.expression_name(*at)),
            _ => message.replace("\\\"", "\""),
        };
        match (place, values) {
            (Where::Span, [a, b, ..]) => self.raise_between(*a, *b, &filled),
            (Where::At | Where::Span, [a, ..]) => self.raise_between(*a, *a, &filled),
            (Where::From, [a, ..]) => self.raise_from(*a, &filled),
            (Where::Next, _) => {
                if self.look().is_some() {
                    let token = self.token(self.mark);
                    self.raise_token(ErrorKind::SyntaxError, &token, &filled);
                }
            }
            (Where::Indent, _) => self.raise_here(ErrorKind::IndentationError, &filled),
            _ => self.raise_here(ErrorKind::SyntaxError, &filled),
        }
    }

    /// The source from a line on.
    pub(super) fn text_from(&self, lineno: u32) -> &'s str {
        &self.text[self.lines.start(lineno)..]
    }

    pub(super) fn error_at_place(&self, kind: ErrorKind, place: Place, message: &str) -> SyntaxError {
        self.error_at(kind, place, message)
    }

    /// An error; its text has a line end where it is the line that the tokenizer is on.
    fn error_at(&self, kind: ErrorKind, place: Place, message: &str) -> SyntaxError {
        let current = self.token(self.fill.max(1) - 1).end_lineno;
        self.lines.error(kind, place, message, current)
    }

    fn raise(&mut self, kind: ErrorKind, place: Place, message: &str) {
        if self.error.is_none() {
            self.error = Some(self.error_at(kind, place, message));
        }
    }

    fn raise_between(&mut self, from: Val, to: Val, message: &str) {
        let (first, last) = (self.token(self.ends(from).0), self.token(self.ends(to).1));
        let place = Place {
            lineno: first.lineno,
            col: first.col,
            end_lineno: last.end_lineno as i32,
            end_col: last.end_col,
        };
        self.raise(ErrorKind::SyntaxError, place, message);
    }

    /// From the beginning of a value to where the tokenizer has come.
    fn raise_from(&mut self, from: Val, message: &str) {
        let first = self.token(self.ends(from).0);
        let last = self.token(self.fill - 1);
        let cursor = last.end as usize - self.lines.start(last.end_lineno);
        let place = Place {
            lineno: first.lineno,
            col: first.col,
            end_lineno: last.end_lineno as i32,
            end_col: cursor as i32 - 1,
        };
        self.raise(ErrorKind::SyntaxError, place, message);
    }

    pub(super) fn raise_here(&mut self, kind: ErrorKind, message: &str) {
        let token = self.token(self.fill.max(1) - 1);
        self.raise_token(kind, &token, message);
    }

    fn raise_token(&mut self, kind: ErrorKind, token: &Token, message: &str) {
        let place = self.place_of(token);
        self.raise(kind, place, message);
    }

    /// A token's place; one without text is where the tokenizer stands.
    pub(super) fn place_of(&self, token: &Token) -> Place {
        let mut place = token_place(token);
        if token.col < 0 {
            let last = self.token(self.fill.max(1) - 1);
            let start = self.lines.start(last.end_lineno);
            place.col = (last.end as usize).saturating_sub(start) as i32 - 1;
            place.end_col = -2;
        }
        place
    }

    fn word_tokenizer_error(&self) -> SyntaxError {
        let Some(failed) = &self.tokens.error else {
            return SyntaxError::new(ErrorKind::SyntaxError, "invalid token");
        };
        match failed.kind {
            LexErrorKind::Complete | LexErrorKind::Line => failed.error.clone(),
            LexErrorKind::Eof => match failed.bracket {
                Some(bracket) => self.unclosed(bracket),
                None => {
                    let place = self.place_of(&self.token(self.tokens.tokens.len() - 1));
                    self.error_at(ErrorKind::SyntaxError, place, &failed.error.msg)
                }
            },
            LexErrorKind::Dedent => {
                let lineno = failed.error.lineno;
                let end = self.lines.line(lineno).len() as i32;
                let place = Place {
                    lineno,
                    col: end - 1,
                    end_lineno: lineno as i32,
                    end_col: -2,
                };
                self.error_at(ErrorKind::IndentationError, place, &failed.error.msg)
            }
        }
    }

    pub(super) fn unclosed(&self, bracket: Bracket) -> SyntaxError {
        let place = Place {
            lineno: bracket.lineno,
            col: bracket.col,
            end_lineno: bracket.lineno as i32,
            end_col: -1,
        };
        let message = format!("'{}' was never closed", bracket.open as char);
        self.error_at(ErrorKind::SyntaxError, place, &message)
    }
}

fn is_structure(kind: K) -> bool {
    matches!(kind, K::Newline | K::Indent | K::Dedent | K::EndMarker)
}

pub(super) fn token_place(token: &Token) -> Place {
    Place {
        lineno: token.lineno,
        col: token.col,
        end_lineno: token.end_lineno as i32,
        end_col: token.end_col,
    }
}
