//! Media queries, as a client answers them on one of two screens (Media Queries 4).
//!
//! What is not known is neither true nor false, and a query that comes to that does not match, negated or not.

use cssparser::{Delimiter, ParseError, Parser, Token};

use super::{BASE_SIZE, VIEWPORT_HEIGHT, VIEWPORT_WIDTH};

/// The screen that a mail is read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::body::view) enum Screen {
    /// A desktop in light mode, which every mail is read for.
    Desktop,
    /// A phone in dark mode: most that a mail shows or hides on a small screen or on a dark one it does here.
    DarkPhone,
}

impl Screen {
    fn width(self) -> f32 {
        if self == Screen::Desktop { VIEWPORT_WIDTH } else { 390.0 }
    }

    fn height(self) -> f32 {
        if self == Screen::Desktop { VIEWPORT_HEIGHT } else { 844.0 }
    }

    fn resolution(self) -> f32 {
        if self == Screen::Desktop { 1.0 } else { 3.0 }
    }
}

/// Brackets inside brackets: real queries have one level.
const MAX_DEPTH: usize = 4;

/// Whether a list of queries matches; an empty one does.
pub(super) fn list_matches(queries: &str, screen: Screen) -> bool {
    plain_list(queries, screen).unwrap_or_else(|| matches(&mut Parser::new(queries), screen))
}

/// Whether a list of queries matches that are written as nearly all are: `only screen and (max-width: 600px)`. Read without tokens.
/// `None` for whatever has more in it.
fn plain_list(queries: &str, screen: Screen) -> Option<bool> {
    let mut any = false;
    for query in queries.split(',') {
        any |= plain_query(query.trim_ascii(), screen)? == Some(true);
    }
    Some(any)
}

fn plain_query(query: &str, screen: Screen) -> Option<Option<bool>> {
    let (mut answer, mut rest) = if query.starts_with('(') {
        plain_feature(query, screen)?
    } else {
        let (first, rest) = plain_word(query)?;
        let (medium, rest) = if first.eq_ignore_ascii_case("only") { plain_word(rest)? } else { (first, rest) };
        if ["not", "only", "and", "or"].iter().any(|word| medium.eq_ignore_ascii_case(word)) {
            return None;
        }
        (Some(medium.eq_ignore_ascii_case("all") || medium.eq_ignore_ascii_case("screen")), rest)
    };
    while !rest.is_empty() {
        let (_, after) = plain_word(rest).filter(|(word, _)| word.eq_ignore_ascii_case("and"))?;
        let feature;
        (feature, rest) = plain_feature(after, screen)?;
        answer = and(answer, feature);
    }
    Some(answer)
}

/// Letters up to a blank or the end, and what follows.
fn plain_word(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((text, ""));
    (!word.is_empty() && word.bytes().all(|c| c.is_ascii_alphabetic())).then(|| (word, rest.trim_ascii_start()))
}

/// `(name: value)` with blanks or the end behind it, answered, and what follows.
fn plain_feature(text: &str, screen: Screen) -> Option<(Option<bool>, &str)> {
    let (inside, rest) = text.strip_prefix('(')?.split_once(')')?;
    let (name, value) = inside.split_once(':')?;
    let (name, value) = (name.trim_ascii(), value.trim_ascii());
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    let behind = rest.trim_ascii_start();
    if !is_name || !behind.is_empty() && behind.len() == rest.len() {
        return None;
    }
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = value.split_at_checked(digits)?;
    let value = match (digits, unit) {
        (0, word) if !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase()) => word_value(word),
        (1..=6, "") => Value::Number(number.parse().ok()?),
        (1..=6, "px") => Value::Number(number.parse().ok()?),
        (1..=6, "em") => Value::Number(number.parse::<f32>().ok()? * BASE_SIZE),
        _ => return None,
    };
    Some((plain(name, value, screen), behind))
}

/// The same where there are tokens.
pub(super) fn matches(input: &mut Parser<'_>, screen: Screen) -> bool {
    if input.is_exhausted() {
        return true;
    }
    let mut any = false;
    loop {
        // The closure never fails, and what it leaves of the query is skipped.
        let one = input.parse_until_before(Delimiter::Comma, |input| {
            let answer = query(input, screen).unwrap_or(None);
            let rest = !input.is_exhausted();
            while input.next().is_ok() {}
            Ok::<_, ParseError<()>>(answer == Some(true) && !rest)
        });
        any |= one.unwrap_or(false);
        if input.next().is_err() {
            return any;
        }
    }
}

/// The query cannot be read.
struct Unreadable;

type Answer = Result<Option<bool>, Unreadable>;

fn query(input: &mut Parser<'_>, screen: Screen) -> Answer {
    let start = input.state();
    let Ok(Token::Ident(first)) = input.next().cloned() else {
        input.reset(&start);
        return condition(input, screen, 0);
    };
    let negated = first.eq_ignore_ascii_case("not");
    let medium = if negated || first.eq_ignore_ascii_case("only") {
        match input.next().cloned() {
            Ok(Token::Ident(medium)) => medium,
            _ => {
                input.reset(&start);
                return condition(input, screen, 0);
            }
        }
    } else {
        first
    };
    let mut answer = Some(medium.eq_ignore_ascii_case("all") || medium.eq_ignore_ascii_case("screen"));
    while !input.is_exhausted() {
        input.expect_ident_matching("and").map_err(|_| Unreadable)?;
        answer = and(answer, in_brackets(input, screen, 0)?);
    }
    Ok(if negated { answer.map(|answer| !answer) } else { answer })
}

/// `not (...)`, `(...) and (...)`, `(...) or (...)`.
fn condition(input: &mut Parser<'_>, screen: Screen, depth: usize) -> Answer {
    if input.try_parse(|input| input.expect_ident_matching("not")).is_ok() {
        return Ok(in_brackets(input, screen, depth)?.map(|answer| !answer));
    }
    let mut answer = in_brackets(input, screen, depth)?;
    while !input.is_exhausted() {
        let joined_by_and = match input.next() {
            Ok(Token::Ident(word)) if word.eq_ignore_ascii_case("and") => true,
            Ok(Token::Ident(word)) if word.eq_ignore_ascii_case("or") => false,
            _ => return Err(Unreadable),
        };
        let next = in_brackets(input, screen, depth)?;
        answer = if joined_by_and { and(answer, next) } else { or(answer, next) };
    }
    Ok(answer)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    if a == Some(false) || b == Some(false) { Some(false) } else { a.and(b) }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    if a == Some(true) || b == Some(true) { Some(true) } else { a.and(b) }
}

fn in_brackets(input: &mut Parser<'_>, screen: Screen, depth: usize) -> Answer {
    match input.next() {
        Ok(Token::ParenthesisBlock) if depth < MAX_DEPTH => {}
        // `selector(...)`, `style(...)`, or too deep.
        Ok(Token::ParenthesisBlock | Token::Function(_)) => return Ok(None),
        _ => return Err(Unreadable),
    }
    let inside = input.parse_nested_block(|input| {
        let start = input.state();
        let answer = match feature(input, screen) {
            Some(answer) if input.is_exhausted() => answer,
            _ => {
                input.reset(&start);
                condition(input, screen, depth + 1).unwrap_or(None)
            }
        };
        while input.next().is_ok() {}
        Ok::<_, ParseError<()>>(answer)
    });
    Ok(inside.unwrap_or(None))
}

/// A part of what stands in brackets.
enum Piece {
    Name(String),
    Value(Value),
}

#[derive(Clone, Copy)]
enum Value {
    /// In pixels where it is a length, in dots per pixel where it is a resolution.
    Number(f32),
    Light,
    Dark,
    NoPreference,
    Landscape,
    Portrait,
    Hover,
    Absent,
    Fine,
    Coarse,
    Other,
}

fn piece(input: &mut Parser<'_>) -> Option<Piece> {
    Some(match input.next().ok()? {
        Token::Ident(text) => Piece::Name(text.to_ascii_lowercase()),
        Token::Number { value, .. } => Piece::Value(Value::Number(*value)),
        Token::Dimension { value, unit, .. } => {
            const UNITS: [(&str, f32); 9] =
                [("px", 1.0), ("em", BASE_SIZE), ("rem", BASE_SIZE), ("pt", 4.0 / 3.0), ("in", 96.0), ("cm", 37.8), ("dppx", 1.0), ("x", 1.0), ("dpi", 1.0 / 96.0)];
            let factor = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name)).map(|(_, factor)| factor);
            Piece::Value(factor.map_or(Value::Other, |factor| Value::Number(value * factor)))
        }
        _ => return None,
    })
}

/// `name`, `name: value`, `name < value`, `value < name <= value`.
fn feature(input: &mut Parser<'_>, screen: Screen) -> Option<Option<bool>> {
    match piece(input)? {
        Piece::Name(name) => {
            if input.is_exhausted() {
                return Some(matches!(&*name, "width" | "height" | "color" | "hover" | "any-hover" | "pointer" | "any-pointer").then_some(true));
            }
            if input.try_parse(|input| input.expect_colon()).is_ok() {
                let value = match piece(input)? {
                    Piece::Value(value) => value,
                    Piece::Name(word) => word_value(&word),
                };
                return Some(plain(&name, value, screen));
            }
            let order = comparison(input)?;
            let Piece::Value(value) = piece(input)? else { return None };
            Some(compare(&name, order, value, screen))
        }
        Piece::Value(low) => {
            let order = comparison(input)?;
            let Piece::Name(name) = piece(input)? else { return None };
            let mut answer = compare(&name, order.turned(), low, screen);
            if !input.is_exhausted() {
                let order = comparison(input)?;
                let Piece::Value(high) = piece(input)? else { return None };
                answer = and(answer, compare(&name, order, high, screen));
            }
            Some(answer)
        }
    }
}

fn word_value(word: &str) -> Value {
    match word {
        "light" => Value::Light,
        "dark" => Value::Dark,
        "no-preference" => Value::NoPreference,
        "landscape" => Value::Landscape,
        "portrait" => Value::Portrait,
        "hover" => Value::Hover,
        "none" => Value::Absent,
        "fine" => Value::Fine,
        "coarse" => Value::Coarse,
        _ => Value::Other,
    }
}

#[derive(Clone, Copy)]
struct Comparison {
    less: bool,
    equal: bool,
}

impl Comparison {
    /// `a < b` as `b > a`.
    fn turned(self) -> Self {
        Self { less: !self.less, ..self }
    }
}

fn comparison(input: &mut Parser<'_>) -> Option<Comparison> {
    let less = match input.next().ok()? {
        Token::Delim('<') => true,
        Token::Delim('>') => false,
        _ => return None,
    };
    let equal = input.try_parse(|input| input.expect_delim('=')).is_ok();
    Some(Comparison { less, equal })
}

fn compare(name: &str, order: Comparison, value: Value, screen: Screen) -> Option<bool> {
    let (Value::Number(n), Some(ours)) = (value, ours(name, screen)) else { return None };
    Some((order.equal && ours == n) || if order.less { ours < n } else { ours > n })
}

fn ours(name: &str, screen: Screen) -> Option<f32> {
    Some(match name {
        "width" | "device-width" => screen.width(),
        "height" | "device-height" => screen.height(),
        "resolution" | "device-pixel-ratio" | "-webkit-device-pixel-ratio" | "-moz-device-pixel-ratio" => screen.resolution(),
        _ => return None,
    })
}

fn plain(name: &str, value: Value, screen: Screen) -> Option<bool> {
    match (name, value) {
        ("prefers-color-scheme", value) => Some(matches!((value, screen), (Value::Light, Screen::Desktop) | (Value::Dark, Screen::DarkPhone))),
        ("prefers-reduced-motion" | "prefers-contrast" | "prefers-reduced-transparency" | "prefers-reduced-data", value) => Some(matches!(value, Value::NoPreference)),
        ("orientation", value) => Some(matches!((value, screen), (Value::Landscape, Screen::Desktop) | (Value::Portrait, Screen::DarkPhone))),
        ("hover" | "any-hover", value) => Some(matches!((value, screen), (Value::Hover, Screen::Desktop) | (Value::Absent, Screen::DarkPhone))),
        ("pointer" | "any-pointer", value) => Some(matches!((value, screen), (Value::Fine, Screen::Desktop) | (Value::Coarse, Screen::DarkPhone))),
        (name, Value::Number(n)) => {
            if let Some(plain) = name.strip_prefix("min-") {
                return ours(plain, screen).map(|ours| ours >= n);
            }
            if let Some(plain) = name.strip_prefix("max-") {
                return ours(plain, screen).map(|ours| ours <= n);
            }
            // `-webkit-min-device-pixel-ratio`, `min--moz-device-pixel-ratio`.
            let plain = name.replacen("min-", "", 1);
            if plain != name {
                return ours(&plain, screen).map(|ours| ours >= n);
            }
            let plain = name.replacen("max-", "", 1);
            if plain != name {
                return ours(&plain, screen).map(|ours| ours <= n);
            }
            ours(name, screen).map(|ours| ours == n)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_answered_without_tokens_as_with_them() {
        let pieces = [
            "only",
            "not",
            "screen",
            "all",
            "print",
            "and",
            "or",
            " ",
            " ",
            " ",
            ",",
            "(",
            ")",
            ":",
            "max-width",
            "min-width",
            "width",
            "600px",
            "1000px",
            "20em",
            "480",
            "1.5",
            "prefers-color-scheme",
            "dark",
            "light",
            "x-y",
            "(max-width: 600px)",
            "(min-width:600px)",
            "(prefers-color-scheme: dark)",
            "and(",
            "/**/",
            "PX",
            "-",
        ];
        let (mut seed, mut plain) = (5u32, 0);
        for _ in 0..60_000 {
            let mut text = String::new();
            for _ in 0..seed % 9 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            for screen in [Screen::Desktop, Screen::DarkPhone] {
                let by_tokens = matches(&mut Parser::new(&text), screen);
                assert_eq!(list_matches(&text, screen), by_tokens, "{text}");
                plain += u32::from(plain_list(&text, screen) == Some(true));
            }
        }
        assert!(plain > 300, "{plain}");
    }

    #[test]
    fn queries_are_answered_as_a_desktop_screen_in_light_mode_does() {
        for yes in [
            "",
            "all",
            "screen",
            "ONLY screen",
            "print, screen",
            "not print",
            "screen and (min-width: 600px)",
            "(min-width:600px) and (max-width:1200px)",
            "(width > 600px)",
            "(400px <= width <= 1200px)",
            "not (max-width: 600px)",
            "(max-width: 600px) or (min-width: 601px)",
            "((min-width: 600px))",
            "(prefers-color-scheme: light)",
            "screen and (-webkit-min-device-pixel-ratio:0)",
            "(orientation: landscape)",
            "made-up, all",
        ] {
            assert!(matches(&mut Parser::new(yes), Screen::Desktop), "{yes}");
        }
        for no in [
            "print",
            "tv",
            "yahoo",
            "not screen",
            "screen and (max-width:600px)",
            "only screen and (max-device-width:480px)",
            "(width < 600px)",
            "(prefers-color-scheme: dark)",
            "(-webkit-min-device-pixel-ratio:2)",
            "(made-up)",
            "not (made-up)",
            "(min-width)",
            "screen (min-width:1px)",
            "screen and",
            "screen and and",
            "(((((((min-width:1px)))))))",
            "((((((((((((((((((((((",
            ",",
            "and",
            "(min-width:1px) and (max-width:2000px) or (width)x",
        ] {
            assert!(!matches(&mut Parser::new(no), Screen::Desktop), "{no}");
        }
    }

    #[test]
    fn a_phone_in_dark_mode_answers_otherwise() {
        for query in [
            "(max-width: 480px)",
            "(prefers-color-scheme: dark)",
            "(max-width:600px) and (prefers-color-scheme:dark)",
            "(orientation: portrait)",
            "(hover: none)",
            "(pointer: coarse)",
        ] {
            assert!(matches(&mut Parser::new(query), Screen::DarkPhone) && !matches(&mut Parser::new(query), Screen::Desktop), "{query}");
        }
        for query in ["(min-width: 600px)", "(prefers-color-scheme: light)", "(hover)x", "print"] {
            assert!(!matches(&mut Parser::new(query), Screen::DarkPhone), "{query}");
        }
    }
}
