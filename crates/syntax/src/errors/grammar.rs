//! The grammar of the second pass: `rules.peg` read into rules.

use crate::tokenizer::TokenKind as K;
use std::collections::HashMap;
use std::sync::OnceLock;

pub(super) type RuleId = u16;

#[derive(Debug)]
pub(super) enum Item {
    Token(K),
    Soft(&'static str),
    /// Any soft keyword.
    AnySoft,
    /// `!=`, or `<>` under `barry_as_FLUFL`.
    NotEqual,
    Rule(RuleId),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    /// The item again and again; at least once if the flag says so.
    Repeat(Box<Item>, bool),
    /// Separator and item.
    Separated(Box<Item>, Box<Item>),
    Ahead(Box<Item>, bool),
    Forced(K, &'static str),
    Cut,
}

/// A labelled value: its place among the items, and which part of a sequence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub item: usize,
    pub part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Whole,
    First,
    Last,
}

/// The kinds of values that the messages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Sequence,
    /// Something that no message names.
    Node,
    Args,
    Keyword,
    KeywordUnpack,
    Comprehension,
    In,
    Literal,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    /// `BoolOp`, `BinOp` and `UnaryOp`.
    Operation,
    GeneratorExp,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    JoinedStr,
    TemplateStr,
    Compare,
    IfExp,
    NamedExpr,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Where {
    Here,
    Next,
    At,
    Span,
    From,
    Indent,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Targets {
    Star,
    Del,
    For,
}

#[derive(Debug)]
pub(super) enum Action {
    /// The value of the only item that has one, or nothing in particular.
    Default,
    Value(usize),
    Node(NodeKind, Vec<usize>),
    Strings(usize),
    Alternatives(usize),
    Error(Where, Vec<Value>, &'static str),
    Target(Targets, usize),
    /// A top-level or nested statement is complete.
    Statement(usize),
    /// The alternative matches, and the rule fails.
    Fail,
    Future(usize),
    /// A string literal, whose escape sequences are checked.
    Literal(usize),
    /// The same for the text of an f-string or t-string.
    Formatted(NodeKind),
    /// `!` and the name of a conversion.
    Conversion(usize, usize),
    GenexpInCall(usize, usize),
    ArgumentOrder(usize),
    ForgottenComma(usize, usize),
    LegacyCall(usize, usize),
    Adjacent(usize, usize),
    Bound(usize, usize, &'static str),
    MissingValue(usize),
    RealNumber(usize),
    ImaginaryNumber(usize),
}

#[derive(Debug)]
pub(super) struct Alternative {
    /// The items, and whether each yields a value.
    pub items: Vec<(Item, bool)>,
    pub action: Action,
    /// Tried only when the message is sought.
    pub invalid: bool,
}

#[derive(Debug)]
pub(super) struct Rule {
    #[cfg(test)]
    pub name: &'static str,
    pub alternatives: Vec<Alternative>,
    pub memo: bool,
    pub left: bool,
    /// Below this rule, no `invalid_` rules are tried.
    pub without_invalid: bool,
}

pub(super) struct Grammar {
    pub rules: Vec<Rule>,
    pub file: RuleId,
    pub interactive: RuleId,
    pub eval: RuleId,
    pub func_type: RuleId,
}

/// The grammar, read once.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| read(include_str!("rules.peg")))
}

fn read(text: &'static str) -> Grammar {
    let lines = || {
        text.lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
    };
    let mut ids = HashMap::new();
    for line in lines().filter(|line| !line.starts_with(' ')) {
        let name = line.split(' ').next().unwrap_or(line);
        ids.insert(name, ids.len() as RuleId);
    }
    let mut rules: Vec<Rule> = Vec::with_capacity(ids.len());
    for line in lines() {
        if let Some(alternative) = line.strip_prefix("  | ") {
            let mut reader = Reader {
                rest: alternative,
                ids: &ids,
            };
            if let Some(rule) = rules.last_mut() {
                rule.alternatives.push(reader.alternative());
            }
            continue;
        }
        let mut words = line.split(' ');
        let name = words.next().unwrap_or(line);
        let flags: Vec<&str> = words.collect();
        rules.push(Rule {
            #[cfg(test)]
            name,
            alternatives: Vec::new(),
            memo: flags.contains(&"memo"),
            left: flags.contains(&"left"),
            without_invalid: name.ends_with("without_invalid"),
        });
    }
    let id = |name: &str| ids.get(name).copied().unwrap_or(0);
    Grammar {
        rules,
        file: id("file"),
        interactive: id("interactive"),
        eval: id("eval"),
        func_type: id("func_type"),
    }
}

/// The token kinds of operators, by their text.
const OPERATORS: &[(&str, K)] = &[
    ("(", K::LPar),
    (")", K::RPar),
    ("[", K::LSqb),
    ("]", K::RSqb),
    ("{", K::LBrace),
    ("}", K::RBrace),
    (":", K::Colon),
    (",", K::Comma),
    (";", K::Semi),
    ("+", K::Plus),
    ("-", K::Minus),
    ("*", K::Star),
    ("/", K::Slash),
    ("|", K::VBar),
    ("&", K::Amper),
    ("<", K::Less),
    (">", K::Greater),
    ("=", K::Equal),
    (".", K::Dot),
    ("%", K::Percent),
    ("==", K::EqEqual),
    ("<=", K::LessEqual),
    (">=", K::GreaterEqual),
    ("~", K::Tilde),
    ("^", K::Circumflex),
    ("<<", K::LeftShift),
    (">>", K::RightShift),
    ("**", K::DoubleStar),
    ("+=", K::PlusEqual),
    ("-=", K::MinEqual),
    ("*=", K::StarEqual),
    ("/=", K::SlashEqual),
    ("%=", K::PercentEqual),
    ("&=", K::AmperEqual),
    ("|=", K::VBarEqual),
    ("^=", K::CircumflexEqual),
    ("<<=", K::LeftShiftEqual),
    (">>=", K::RightShiftEqual),
    ("**=", K::DoubleStarEqual),
    ("//", K::DoubleSlash),
    ("//=", K::DoubleSlashEqual),
    ("@", K::At),
    ("@=", K::AtEqual),
    ("->", K::RArrow),
    ("...", K::Ellipsis),
    (":=", K::ColonEqual),
    ("!", K::Exclamation),
];

/// The token kinds that rules name.
const KINDS: &[(&str, K)] = &[
    ("NAME", K::Name),
    ("NUMBER", K::Number),
    ("STRING", K::String),
    ("NEWLINE", K::Newline),
    ("INDENT", K::Indent),
    ("DEDENT", K::Dedent),
    ("ENDMARKER", K::EndMarker),
    ("TYPE_COMMENT", K::TypeComment),
    ("FSTRING_START", K::FStringStart),
    ("FSTRING_MIDDLE", K::FStringMiddle),
    ("FSTRING_END", K::FStringEnd),
    ("TSTRING_START", K::TStringStart),
    ("TSTRING_MIDDLE", K::TStringMiddle),
    ("TSTRING_END", K::TStringEnd),
];

const NODES: &[(&str, NodeKind)] = &[
    ("Seq", NodeKind::Sequence),
    ("Node", NodeKind::Node),
    ("Args", NodeKind::Args),
    ("Keyword", NodeKind::Keyword),
    ("KeywordUnpack", NodeKind::KeywordUnpack),
    ("Comprehension", NodeKind::Comprehension),
    ("In", NodeKind::In),
    ("Attribute", NodeKind::Attribute),
    ("Subscript", NodeKind::Subscript),
    ("Starred", NodeKind::Starred),
    ("List", NodeKind::List),
    ("Tuple", NodeKind::Tuple),
    ("Lambda", NodeKind::Lambda),
    ("Call", NodeKind::Call),
    ("BoolOp", NodeKind::Operation),
    ("BinOp", NodeKind::Operation),
    ("UnaryOp", NodeKind::Operation),
    ("GeneratorExp", NodeKind::GeneratorExp),
    ("Yield", NodeKind::Yield),
    ("YieldFrom", NodeKind::Yield),
    ("Await", NodeKind::Await),
    ("ListComp", NodeKind::ListComp),
    ("SetComp", NodeKind::SetComp),
    ("DictComp", NodeKind::DictComp),
    ("Dict", NodeKind::Dict),
    ("Set", NodeKind::Set),
    ("JoinedStr", NodeKind::JoinedStr),
    ("TemplateStr", NodeKind::TemplateStr),
    ("Compare", NodeKind::Compare),
    ("IfExp", NodeKind::IfExp),
    ("NamedExpr", NodeKind::NamedExpr),
];

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
}

struct Reader<'g> {
    rest: &'static str,
    ids: &'g HashMap<&'static str, RuleId>,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'static str {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn quoted(&mut self, quote: char) -> &'static str {
        let body = &self.rest[1..];
        let end = body.find(quote).unwrap_or(body.len());
        self.rest = &body[(end + 1).min(body.len())..];
        &body[..end]
    }

    /// One alternative, up to its end or to what encloses it.
    fn alternative(&mut self) -> Alternative {
        let mut items: Vec<(Item, bool)> = Vec::new();
        let mut labels: Vec<(&str, usize)> = Vec::new();
        let mut invalid = false;
        let mut action = Action::Default;
        loop {
            self.skip();
            if self.rest.is_empty() || self.rest.starts_with(['|', ')', ']']) {
                break;
            }
            if self.eat("=> ") {
                action = self.action(&labels);
                break;
            }
            let word_end = self.rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_'));
            if let Some(end) = word_end
                && end > 0
                && self.rest[end..].starts_with('=')
            {
                labels.push((&self.rest[..end], items.len()));
                self.rest = &self.rest[end + 1..];
            }
            invalid |= self.rest.starts_with("invalid_");
            let item = self.item();
            let has_value = !matches!(item, Item::Ahead(..) | Item::Cut);
            items.push((item, has_value));
        }
        Alternative {
            // An alternative with more than the name of such a rule is always tried.
            invalid: invalid && items.len() == 1,
            items,
            action,
        }
    }

    fn item(&mut self) -> Item {
        if self.eat("&&") {
            let text = self.quoted('\'');
            let shown = match text {
                "(" => "expected '('",
                _ => "expected ':'",
            };
            return Item::Forced(find(OPERATORS, text).unwrap_or(K::Colon), shown);
        }
        if self.eat("&") {
            return Item::Ahead(Box::new(self.atom()), true);
        }
        if self.rest.starts_with('!') {
            self.rest = &self.rest[1..];
            return Item::Ahead(Box::new(self.atom()), false);
        }
        if self.eat("~") {
            return Item::Cut;
        }
        let atom = self.atom();
        if self.eat("?") {
            return Item::Optional(Box::new(atom));
        }
        if self.eat("*") {
            return Item::Repeat(Box::new(atom), false);
        }
        if self.eat("+") {
            return Item::Repeat(Box::new(atom), true);
        }
        if self.eat(".") {
            let item = self.atom();
            self.eat("+");
            return Item::Separated(Box::new(atom), Box::new(item));
        }
        atom
    }

    fn group(&mut self, close: &str) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.alternative());
            self.skip();
            if !self.eat("|") {
                break;
            }
        }
        self.eat(close);
        alternatives
    }

    fn atom(&mut self) -> Item {
        self.skip();
        match self.rest.as_bytes().first() {
            Some(b'(') => {
                self.rest = &self.rest[1..];
                Item::Group(self.group(")"))
            }
            Some(b'[') => {
                self.rest = &self.rest[1..];
                let group = self.group("]");
                Item::Optional(Box::new(Item::Group(group)))
            }
            Some(b'\'') => {
                let text = self.quoted('\'');
                let kind = find(OPERATORS, text).or_else(|| K::keyword(text.as_bytes()));
                Item::Token(kind.unwrap_or(K::Error))
            }
            Some(b'"') => {
                let text = self.quoted('"');
                match find(OPERATORS, text) {
                    Some(kind) => Item::Token(kind),
                    None => Item::Soft(text),
                }
            }
            _ => {
                let word = self.word();
                match word {
                    "SOFT_KEYWORD" => Item::AnySoft,
                    "NOTEQ" => Item::NotEqual,
                    _ => match find(KINDS, word) {
                        Some(kind) => Item::Token(kind),
                        None => Item::Rule(self.ids.get(word).copied().unwrap_or(RuleId::MAX)),
                    },
                }
            }
        }
    }

    fn label(&mut self, labels: &[(&str, usize)]) -> Option<Value> {
        self.skip();
        let before = self.rest;
        let name = self.word();
        let Some(item) = find(labels, name) else {
            self.rest = before;
            return None;
        };
        let part = if self.eat(".first") {
            Part::First
        } else if self.eat(".last") {
            Part::Last
        } else {
            Part::Whole
        };
        Some(Value { item, part })
    }

    fn place(&mut self, labels: &[(&str, usize)]) -> usize {
        self.label(labels).map_or(0, |value| value.item)
    }

    /// The rest of an alternative's line, within its quotes.
    fn message(&mut self) -> &'static str {
        self.skip();
        let message = self.rest.trim_end();
        self.rest = "";
        message
            .strip_prefix('"')
            .and_then(|m| m.strip_suffix('"'))
            .unwrap_or(message)
    }

    fn action(&mut self, labels: &[(&str, usize)]) -> Action {
        self.skip();
        if let Some(value) = self.label(labels) {
            return Action::Value(value.item);
        }
        let name = self.word();
        if let Some(kind) = find(NODES, name) {
            let mut parts = Vec::new();
            while let Some(value) = self.label(labels) {
                parts.push(value.item);
            }
            return Action::Node(kind, parts);
        }
        match name {
            "error" => {
                self.skip();
                let place = match self.word() {
                    "here" => Where::Here,
                    "next" => Where::Next,
                    "at" => Where::At,
                    "span" => Where::Span,
                    "from" => Where::From,
                    _ => Where::Indent,
                };
                let mut values = Vec::new();
                while let Some(value) = self.label(labels) {
                    values.push(value);
                }
                Action::Error(place, values, self.message())
            }
            "target" => {
                self.skip();
                let targets = match self.word() {
                    "del" => Targets::Del,
                    "for" => Targets::For,
                    _ => Targets::Star,
                };
                Action::Target(targets, self.place(labels))
            }
            "statement" => Action::Statement(self.place(labels)),
            "fail" => Action::Fail,
            "future" => Action::Future(self.place(labels)),
            "literal" => Action::Literal(self.place(labels)),
            "conversion" => Action::Conversion(self.place(labels), self.place(labels)),
            "formatted" => {
                self.skip();
                Action::Formatted(find(NODES, self.word()).unwrap_or(NodeKind::JoinedStr))
            }
            "genexp_in_call" => Action::GenexpInCall(self.place(labels), self.place(labels)),
            "argument_order" => Action::ArgumentOrder(self.place(labels)),
            "forgotten_comma" => Action::ForgottenComma(self.place(labels), self.place(labels)),
            "legacy_call" => Action::LegacyCall(self.place(labels), self.place(labels)),
            "adjacent" => Action::Adjacent(self.place(labels), self.place(labels)),
            "bound" => {
                let (colon, bound) = (self.place(labels), self.place(labels));
                Action::Bound(colon, bound, self.message())
            }
            "missing_value" => Action::MissingValue(self.place(labels)),
            "real_number" => Action::RealNumber(self.place(labels)),
            "imaginary_number" => Action::ImaginaryNumber(self.place(labels)),
            "Strings" => Action::Strings(self.place(labels)),
            "Alternatives" => Action::Alternatives(self.place(labels)),
            _ => Action::Default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_item(item: &Item, rule: &str, count: usize) {
        match item {
            Item::Rule(id) => assert!((*id as usize) < count, "{rule} names a rule that is not there"),
            Item::Token(kind) => assert_ne!(*kind, K::Error, "{rule} names a token that is not there"),
            Item::Group(alternatives) => alternatives.iter().for_each(|a| check(a, rule, count)),
            Item::Optional(item) | Item::Repeat(item, _) | Item::Ahead(item, _) => {
                check_item(item, rule, count)
            }
            Item::Separated(a, b) => {
                check_item(a, rule, count);
                check_item(b, rule, count);
            }
            _ => {}
        }
    }

    fn check(alternative: &Alternative, rule: &str, count: usize) {
        assert!(!alternative.items.is_empty(), "{rule} has an empty alternative");
        alternative
            .items
            .iter()
            .for_each(|(item, _)| check_item(item, rule, count));
    }

    #[test]
    fn every_name_in_the_grammar_is_defined() {
        let grammar = grammar();
        assert!(grammar.rules.len() > 250);
        for rule in &grammar.rules {
            assert!(!rule.alternatives.is_empty(), "{} has no alternatives", rule.name);
            rule.alternatives
                .iter()
                .for_each(|a| check(a, rule.name, grammar.rules.len()));
        }
    }
}
