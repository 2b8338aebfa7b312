//! Declarations: what of a block or of a `style` attribute decides how text is seen.
//!
//! A block is split at its semicolons, not tokenized: inline styles are the hot path of the view. Strings, brackets,
//! comments and escapes are told apart where they occur; a block inside a block (CSS Nesting) is skipped. A value that is
//! not understood loses its own declaration and nothing else (CSS Syntax 3, section 2.2). Custom properties and arithmetic
//! (`var()`, `calc()`) are not computed: a colour, background or size that depends on them is unknown, and hides nothing.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::borrow::Cow;

use super::color::{self, Ink};
use super::{BASE_SIZE, Display, Size, VIEWPORT_WIDTH, contains_ignoring_case, is, number};

/// A property that decides what is seen. Vendor prefixes are those of WebKit, which most clients are built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property {
    Display,
    Visibility,
    ContentVisibility,
    Opacity,
    Filter,
    Font,
    FontSize,
    FontWeight,
    FontFamily,
    LetterSpacing,
    LineHeight,
    TextAlign,
    TextIndent,
    TextShadow,
    WhiteSpace,
    Color,
    TextFill,
    Background,
    BackgroundColor,
    BackgroundImage,
    BackgroundClip,
    Border,
    BorderSide,
    Padding,
    PaddingSide,
    FlexDirection,
    Order,
    Direction,
    UnicodeBidi,
    TextDecoration,
    Width,
    Height,
    MaxWidth,
    MaxHeight,
    MinWidth,
    MinHeight,
    Overflow,
    Position,
    Float,
    Left,
    Top,
    Right,
    Bottom,
    Margin,
    MarginLeft,
    MarginTop,
    Clip,
    ClipPath,
    Transform,
    Scale,
    Translate,
}

/// The longest of the words that every property may have: `revert-layer`.
const MAX_KEYWORD: usize = 12;
/// The longest name of a property in the table, and some room.
const MAX_NAME: usize = 24;

impl Property {
    fn named(name: &str) -> Option<Self> {
        let mut buffer = [0u8; MAX_NAME];
        let lower = buffer.get_mut(..name.len())?;
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"display" => Self::Display,
            b"visibility" => Self::Visibility,
            b"content-visibility" => Self::ContentVisibility,
            b"opacity" => Self::Opacity,
            b"filter" | b"-webkit-filter" => Self::Filter,
            b"font" => Self::Font,
            b"font-size" => Self::FontSize,
            b"font-weight" => Self::FontWeight,
            b"font-family" => Self::FontFamily,
            b"letter-spacing" => Self::LetterSpacing,
            b"line-height" => Self::LineHeight,
            b"text-align" => Self::TextAlign,
            b"text-indent" => Self::TextIndent,
            b"text-shadow" => Self::TextShadow,
            b"white-space" => Self::WhiteSpace,
            b"color" => Self::Color,
            b"-webkit-text-fill-color" => Self::TextFill,
            b"background" => Self::Background,
            b"background-color" => Self::BackgroundColor,
            b"background-image" => Self::BackgroundImage,
            b"background-clip" | b"-webkit-background-clip" => Self::BackgroundClip,
            b"border" => Self::Border,
            b"border-top" | b"border-bottom" | b"border-left" | b"border-width" | b"border-style" => Self::BorderSide,
            b"padding" => Self::Padding,
            b"padding-top" | b"padding-left" | b"padding-right" | b"padding-bottom" => Self::PaddingSide,
            b"flex-direction" | b"-webkit-flex-direction" | b"flex-flow" => Self::FlexDirection,
            b"order" | b"-webkit-order" => Self::Order,
            b"direction" => Self::Direction,
            b"unicode-bidi" => Self::UnicodeBidi,
            b"text-decoration" | b"text-decoration-line" => Self::TextDecoration,
            b"width" => Self::Width,
            b"height" => Self::Height,
            b"max-width" => Self::MaxWidth,
            b"max-height" => Self::MaxHeight,
            b"min-width" => Self::MinWidth,
            b"min-height" => Self::MinHeight,
            b"overflow" | b"overflow-x" | b"overflow-y" => Self::Overflow,
            b"position" => Self::Position,
            b"float" => Self::Float,
            b"left" => Self::Left,
            b"top" => Self::Top,
            b"right" => Self::Right,
            b"bottom" => Self::Bottom,
            b"margin" => Self::Margin,
            b"margin-left" => Self::MarginLeft,
            b"margin-top" => Self::MarginTop,
            b"clip" => Self::Clip,
            b"clip-path" | b"-webkit-clip-path" => Self::ClipPath,
            b"transform" | b"-webkit-transform" => Self::Transform,
            b"scale" => Self::Scale,
            b"translate" => Self::Translate,
            // `mso-hide: all` hides from Outlook alone: bulletproof buttons carry it because Outlook draws a VML twin. We
            // read as every other client does; what is to be hidden everywhere says so in other words too.
            _ => return None,
        })
    }

    /// Properties that a child takes from its parent unless told otherwise: `unset` means `inherit` for them.
    fn is_inherited(self) -> bool {
        use Property::*;
        matches!(
            self,
            Visibility | Font | FontSize | FontWeight | FontFamily | LetterSpacing | LineHeight | TextAlign | TextIndent | TextShadow | WhiteSpace | Color | TextFill | Direction
        )
    }
}

/// How the box is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Default)]
pub(super) enum Position {
    #[default]
    Static,
    /// `relative`, `sticky`: moved from where it would be.
    Relative,
    /// `absolute`, `fixed`: out of the flow.
    Absolute,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    Inherit,
    Initial,
    /// It depends on what is not computed here: custom properties, arithmetic.
    Unknown,
    Display(Display),
    /// It is hidden, bold, centred, clipped, ...: see [`Property`].
    Is(bool),
    /// Pixels, or a share of one.
    Number(f32),
    Size(Size),
    Font {
        size: Option<Size>,
        bold: bool,
        monospace: bool,
        flat_lines: bool,
    },
    Ink(Ink),
    Background {
        color: Option<Ink>,
        image: bool,
        clips_to_text: bool,
    },
    Position(Position),
    /// A float, and whether it is one to the right.
    Float {
        floats: bool,
        right: bool,
    },
    /// Items that do not stand in a row from first to last, and whether they go from last to first.
    Items {
        in_other_order: bool,
        reversed: bool,
    },
    Margin {
        top: f32,
        left: f32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::body::view) struct Declaration {
    pub(super) property: Property,
    pub(super) value: Value,
}

impl Declaration {
    fn parse(name: &str, value: &str) -> Option<Self> {
        let property = Property::named(name)?;
        let value = match () {
            () if value.len() > MAX_KEYWORD && !is_computed(value) => parse_value(property, value)?,
            () if is(value, "inherit") => Value::Inherit,
            () if is(value, "initial") => Value::Initial,
            // `revert` takes back what the author said; for what is read here that is the value of the parent or the initial one.
            () if is(value, "unset") || is(value, "revert") || is(value, "revert-layer") => {
                if property.is_inherited() {
                    Value::Inherit
                } else {
                    Value::Initial
                }
            }
            () if is_computed(value) => Value::Unknown,
            () => parse_value(property, value)?,
        };
        Some(Self { property, value })
    }
}

/// Calls `found` with each declaration of a block that is understood, and whether it is `!important`. Linear.
pub(in crate::body::view) fn each(block: &str, mut found: impl FnMut(Declaration, bool)) {
    let block = without_comments_and_escapes(block);
    let mut rest = &*block;
    while !rest.is_empty() {
        let (piece, after) = split(rest);
        rest = after;
        // A byte at a time: pieces are short, and this is the hot path.
        let Some(colon) = piece.bytes().position(|c| c == b':') else { continue };
        let (value, important) = split_important(piece[colon + 1..].trim_ascii());
        if let Some(declaration) = Declaration::parse(piece[..colon].trim_ascii(), value) {
            found(declaration, important);
        }
    }
}

/// The first declaration of a block, and what follows it. A piece that ends with a block of its own is none.
fn split(block: &str) -> (&str, &str) {
    let bytes = block.as_bytes();
    match bytes.iter().position(|c| matches!(c, b';' | b'"' | b'\'' | b'(' | b'[' | b'{' | b'}')) {
        None => return (block, ""),
        Some(end) if bytes[end] == b';' => return (&block[..end], &block[end + 1..]),
        Some(_) => {}
    }
    let (mut depth, mut braces, mut at) = (0usize, 0usize, 0);
    while let Some(c) = bytes.get(at) {
        match c {
            b'"' | b'\'' => at = memchr::memchr2(*c, b'\n', &bytes[at + 1..]).map_or(bytes.len(), |n| at + 1 + n),
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' => (braces, depth) = (braces + 1, 0),
            b'}' if braces <= 1 => return ("", &block[at + 1..]),
            b'}' => braces -= 1,
            b';' if depth == 0 && braces == 0 => return (&block[..at], &block[at + 1..]),
            _ => {}
        }
        at += 1;
    }
    (if braces == 0 { block } else { "" }, "")
}

fn split_important(value: &str) -> (&str, bool) {
    match value.bytes().rposition(|c| c == b'!') {
        Some(at) if is(value[at + 1..].trim_ascii(), "important") => (value[..at].trim_ascii_end(), true),
        _ => (value, false),
    }
}

/// CSS Syntax 3, sections 4.3.2 and 4.3.7. What an escape stands for is kept where it may stand in a name.
fn without_comments_and_escapes(block: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'*', block.as_bytes()).is_none() {
        return Cow::Borrowed(block);
    }
    let mut out = String::with_capacity(block.len());
    let mut rest = block;
    while let Some(at) = rest.find(['\\', '/']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("/*") {
            out.push(' ');
            rest = memchr::memmem::find(comment.as_bytes(), b"*/").map_or("", |end| &comment[end + 2..]);
        } else if let Some(escape) = rest.strip_prefix('\\') {
            let (c, after) = unescape(escape);
            out.push(if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { char::REPLACEMENT_CHARACTER });
            rest = after;
        } else {
            out.push('/');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn unescape(escape: &str) -> (char, &str) {
    let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
    if digits == 0 {
        let mut chars = escape.chars();
        return (chars.next().unwrap_or(char::REPLACEMENT_CHARACTER), chars.as_str());
    }
    let c = u32::from_str_radix(&escape[..digits], 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let after = &escape[digits..];
    (c, after.strip_prefix(|c: char| c.is_ascii_whitespace()).unwrap_or(after))
}

fn parse_value(property: Property, value: &str) -> Option<Value> {
    Some(match property {
        Property::Display => Value::Display(display(value)?),
        Property::Visibility => Value::Is(one_of(value, &["hidden", "collapse"], &["visible"])?),
        Property::ContentVisibility => Value::Is(one_of(value, &["hidden"], &["visible", "auto"])?),
        Property::Opacity => Value::Number(share(value)?),
        Property::Filter => Value::Number(filter_opacity(value)),
        Property::Font => font(value),
        Property::FontSize => Value::Size(Size::parse(value)?),
        Property::FontWeight => match number(value) {
            Some((n, _)) => Value::Is(n >= 600.0),
            None => Value::Is(one_of(value, &["bold", "bolder"], &["normal", "lighter"])?),
        },
        Property::FontFamily => Value::Is(is_monospace(value)),
        Property::LetterSpacing => match number(value) {
            Some((n, unit)) => Value::Is(if unit == "em" { n >= 0.08 } else { n >= 1.5 }),
            None => Value::Is(one_of(value, &[], &["normal"])?),
        },
        Property::LineHeight => Value::Is(number(value).map(|(n, _)| n == 0.0).or_else(|| is(value, "normal").then_some(false))?),
        Property::TextAlign => Value::Is(is(value, "center")),
        Property::TextIndent => Value::Number(shift(value)?),
        Property::TextShadow => Value::Is(value.split_whitespace().any(|word| color::parse(word.trim_end_matches(',')).is_some_and(|ink| ink.alpha >= 128))),
        Property::WhiteSpace => Value::Is(value.get(..3).is_some_and(|start| is(start, "pre"))),
        Property::Color | Property::TextFill if is(value, "currentcolor") => Value::Inherit,
        Property::Color | Property::TextFill => Value::Ink(color::parse(value)?),
        Property::Background => background(value)?,
        Property::BackgroundColor => Value::Ink(color::parse(value)?),
        Property::BackgroundImage => Value::Is(!is(value, "none")),
        Property::BackgroundClip => Value::Is(is(value, "text")),
        Property::Border | Property::BorderSide => Value::Is(!is(value, "none") && !value.starts_with('0') && !is(value, "hidden")),
        Property::Padding | Property::PaddingSide => Value::Is(value.split_whitespace().any(|v| number(v).is_some_and(|(n, _)| n >= 3.0))),
        Property::FlexDirection => {
            let any = |words: &[&str]| value.split_whitespace().any(|word| words.iter().any(|known| is(word, known)));
            let reversed = any(&["row-reverse", "column-reverse", "wrap-reverse"]);
            Value::Items { in_other_order: reversed || any(&["column"]), reversed }
        }
        Property::Order => Value::Is(number(value)?.0 != 0.0),
        Property::Direction => Value::Is(one_of(value, &["rtl"], &["ltr"])?),
        Property::UnicodeBidi => Value::Is(one_of(value, &["bidi-override", "isolate-override"], &["normal", "embed", "isolate", "plaintext"])?),
        Property::TextDecoration => Value::Is(value.split_whitespace().any(|word| is(word, "line-through"))),
        Property::Width | Property::MaxWidth => Value::Number(extent(value, true)?),
        Property::Height | Property::MaxHeight => Value::Number(extent(value, false)?),
        Property::MinWidth => Value::Number(if is(value, "auto") { 0.0 } else { extent(value, true)? }),
        Property::MinHeight => Value::Number(if is(value, "auto") || value.ends_with('%') { 0.0 } else { extent(value, false)? }),
        // A scroller without height shows as little as a box that cuts.
        Property::Overflow => Value::Is(!value.split_whitespace().all(|word| is(word, "visible"))),
        Property::Position => match () {
            () if is(value, "absolute") || is(value, "fixed") => Value::Position(Position::Absolute),
            () if is(value, "relative") || is(value, "sticky") || is(value, "-webkit-sticky") => Value::Position(Position::Relative),
            () if is(value, "static") => Value::Position(Position::Static),
            () => return None,
        },
        Property::Float => Value::Float { floats: one_of(value, &["left", "right"], &["none"])?, right: is(value, "right") },
        Property::Left | Property::Top | Property::Right | Property::Bottom => Value::Number(if is(value, "auto") { 0.0 } else { shift(value)? }),
        // Columns are laid out with margins of -100 %: what a percentage comes to is not known here.
        Property::MarginLeft | Property::MarginTop => Value::Number(if is(value, "auto") { 0.0 } else { pixels(value).unwrap_or(0.0) }),
        Property::Margin => {
            let sides: Vec<f32> = value.split_whitespace().take(4).map(|side| pixels(side).unwrap_or(0.0)).collect();
            Value::Margin { top: *sides.first()?, left: *sides.get(3).or(sides.get(1)).or(sides.first())? }
        }
        Property::Clip => Value::Is(clips_all(value)),
        Property::ClipPath => Value::Is(clip_path_clips_all(value)),
        Property::Transform => Value::Is(transforms_away(value)),
        Property::Scale => Value::Is(value.split_whitespace().take(2).any(|factor| share(factor) == Some(0.0))),
        Property::Translate => Value::Is(value.split_whitespace().any(is_off_screen)),
    })
}

/// CSS Values 4, section 10; CSS Variables 1.
fn is_computed(value: &str) -> bool {
    const FUNCTIONS: [&str; 9] = ["var(", "calc(", "clamp(", "min(", "max(", "env(", "attr(", "color-mix(", "light-dark("];
    memchr::memchr(b'(', value.as_bytes()).is_some() && FUNCTIONS.iter().any(|function| contains_ignoring_case(value, function))
}

/// Whether `value` is one of the first words; `None` where it is none of both.
fn one_of(value: &str, yes: &[&str], no: &[&str]) -> Option<bool> {
    yes.iter().any(|word| is(value, word)).then_some(true).or_else(|| no.iter().any(|word| is(value, word)).then_some(false))
}

fn display(value: &str) -> Option<Display> {
    const WORDS: [(&str, Display); 29] = [
        ("none", Display::None),
        ("contents", Display::Contents),
        ("inline", Display::Inline),
        ("inline-block", Display::InlineBlock),
        ("inline-flex", Display::InlineFlex),
        ("inline-table", Display::InlineBlock),
        ("inline-grid", Display::InlineFlex),
        ("-webkit-inline-box", Display::InlineFlex),
        ("-webkit-inline-flex", Display::InlineFlex),
        ("-ms-inline-flexbox", Display::InlineFlex),
        ("block", Display::Block),
        ("flex", Display::Flex),
        ("grid", Display::Flex),
        ("table", Display::Block),
        ("list-item", Display::Block),
        ("flow-root", Display::Block),
        ("-webkit-box", Display::Flex),
        ("-webkit-flex", Display::Flex),
        ("-ms-flexbox", Display::Flex),
        ("-ms-grid", Display::Flex),
        ("table-cell", Display::TablePart),
        ("table-row", Display::TablePart),
        ("table-row-group", Display::TablePart),
        ("table-header-group", Display::TablePart),
        ("table-footer-group", Display::TablePart),
        ("table-caption", Display::TablePart),
        ("table-column", Display::None),
        ("table-column-group", Display::None),
        ("run-in", Display::Inline),
    ];
    WORDS.iter().find(|(word, _)| is(value, word)).map(|(_, display)| *display)
}

/// A number from 0 to 1, or a percentage.
fn share(value: &str) -> Option<f32> {
    number(value).map(|(n, unit)| if unit == "%" { n / 100.0 } else { n })
}

/// What a percentage is taken of: a usual column of a mail.
const COLUMN_WIDTH: f32 = 500.0;

/// A length in pixels; `None` for percentages.
fn pixels(value: &str) -> Option<f32> {
    let (n, unit) = number(value)?;
    let factor = match () {
        () if unit.is_empty() || is(unit, "px") => 1.0,
        () if is(unit, "vw") || is(unit, "vh") => VIEWPORT_WIDTH / 100.0,
        () if is(unit, "em") || is(unit, "rem") => BASE_SIZE,
        () if is(unit, "ex") || is(unit, "ch") => BASE_SIZE / 2.0,
        () if is(unit, "pt") => 4.0 / 3.0,
        () if is(unit, "in") => 96.0,
        () if is(unit, "cm") => 37.8,
        () if is(unit, "mm") => 3.78,
        () => return None,
    };
    Some(n * factor)
}

/// A length in pixels, or a percentage of a column.
fn shift(value: &str) -> Option<f32> {
    match number(value)? {
        (n, "%") => Some(n / 100.0 * COLUMN_WIDTH),
        _ => pixels(value),
    }
}

/// A width or height. Percentages of a height mean nothing where the parent has none.
fn extent(value: &str, horizontal: bool) -> Option<f32> {
    match number(value) {
        Some((n, "%")) if n < 0.0 => None,
        Some((n, "%")) => Some(if horizontal { n / 100.0 * COLUMN_WIDTH } else { f32::INFINITY }),
        Some(_) => pixels(value),
        None => ["auto", "none", "min-content", "max-content", "fit-content", "-webkit-fill-available"].iter().any(|word| is(value, word)).then_some(f32::INFINITY),
    }
}

/// `font: bold 14px/1.5 Arial`: weight, size, and whether lines have a height.
fn font(value: &str) -> Value {
    let (mut size, mut bold, mut flat_lines) = (None, false, false);
    for word in value.split_whitespace() {
        let (word, line) = word.split_once('/').unwrap_or((word, ""));
        match number(word) {
            Some((n, "")) if n >= 100.0 => bold = n >= 600.0,
            Some((n, unit)) if !unit.is_empty() || n == 0.0 => {
                size = Size::parse(word);
                flat_lines = number(line).is_some_and(|(n, _)| n == 0.0);
                break;
            }
            _ => bold |= is(word, "bold") || is(word, "bolder"),
        }
    }
    Value::Font { size, bold, monospace: is_monospace(value), flat_lines }
}

fn is_monospace(value: &str) -> bool {
    ["mono", "courier", "consolas", "menlo"].iter().any(|name| contains_ignoring_case(value, name))
}

fn background(value: &str) -> Option<Value> {
    let image = contains_ignoring_case(value, "url(") || contains_ignoring_case(value, "gradient(");
    let clips_to_text = value.split_whitespace().any(|word| is(word, "text"));
    let color = color::parse(value).or_else(|| color_among(value));
    if color.is_none() && !image && !is(value, "none") && !value.split_whitespace().all(|word| number(word).is_some() || is(word, "none")) {
        return None;
    }
    Some(Value::Background { color, image, clips_to_text })
}

/// The colour among the words of a value; `rgb(1, 2, 3)` is one word.
fn color_among(value: &str) -> Option<Ink> {
    let mut rest = value.trim_start();
    while !rest.is_empty() {
        let word_end = rest.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(rest.len());
        let end = if rest[word_end..].starts_with('(') { rest[word_end..].find(')').map_or(rest.len(), |n| word_end + n + 1) } else { word_end };
        if let Some(ink) = color::parse(&rest[..end]) {
            return Some(ink);
        }
        rest = rest[end..].trim_start();
    }
    None
}

/// The arguments of `name(...)` in a value.
fn arguments<'v>(value: &'v str, name: &str) -> Option<impl Iterator<Item = &'v str>> {
    let at = value.as_bytes().windows(name.len() + 1).position(|w| w[name.len()] == b'(' && w[..name.len()].eq_ignore_ascii_case(name.as_bytes()))?;
    // "translate(" is no "late(".
    if at > 0 && (value.as_bytes()[at - 1].is_ascii_alphanumeric() || value.as_bytes()[at - 1] == b'-') {
        return None;
    }
    let inside = &value[at + name.len() + 1..];
    let inside = &inside[..inside.find(')').unwrap_or(inside.len())];
    Some(inside.split(|c: char| c == ',' || c.is_whitespace()).filter(|argument| !argument.is_empty()))
}

fn filter_opacity(value: &str) -> f32 {
    arguments(value, "opacity").and_then(|mut all| all.next().map_or(Some(1.0), share)).unwrap_or(1.0)
}

/// CSS 2.2, 11.1.2: `rect(top, right, bottom, left)`; a pixel is as little as nothing.
fn clips_all(value: &str) -> bool {
    let Some(sides) = arguments(value, "rect") else { return false };
    let sides: Vec<Option<f32>> = sides.take(4).map(pixels).collect();
    let empty = |from: usize, to: usize| matches!((sides.get(from), sides.get(to)), (Some(from), Some(Some(to))) if *to <= from.unwrap_or(0.0) + 1.0);
    empty(0, 2) || empty(3, 1)
}

/// CSS Shapes 1, section 3: basic shapes without area.
fn clip_path_clips_all(value: &str) -> bool {
    if let Some(sides) = arguments(value, "inset") {
        let sides: Vec<f32> = sides.map_while(|side| number(side).map(|(n, unit)| if unit == "%" { n } else { n / 10.0 })).take(4).collect();
        let side = |at: usize| sides.get(at).or(sides.get(at % 2)).or(sides.first()).copied().unwrap_or(0.0);
        return side(0) + side(2) >= 100.0 || side(1) + side(3) >= 100.0;
    }
    let zero = |word: &str| number(word).is_some_and(|(n, _)| n <= 0.0);
    if let Some(mut radius) = arguments(value, "circle") {
        return radius.next().is_some_and(zero);
    }
    if let Some(radii) = arguments(value, "ellipse") {
        return radii.take(2).any(zero);
    }
    arguments(value, "polygon").is_some_and(|mut points| points.all(zero)) || arguments(value, "rect").is_some_and(|mut sides| sides.all(zero))
}

/// CSS Transforms 1: scaled to nothing, turned to its edge or moved off the screen.
fn transforms_away(value: &str) -> bool {
    let zero = |word: &str| share(word) == Some(0.0);
    let any = |name: &str, test: &dyn Fn(&str) -> bool| arguments(value, name).is_some_and(|mut all| all.any(test));
    let first = |name: &str, count: usize| arguments(value, name).is_some_and(|all| all.take(count).any(zero));
    let edge_on = |word: &str| matches!(number(word), Some((90.0 | 270.0 | -90.0, "deg")));
    first("scale", 2)
        || first("scaleX", 1)
        || first("scaleY", 1)
        || first("scale3d", 2)
        || first("matrix", 1)
        || ["rotateX", "rotateY"].iter().any(|name| any(name, &edge_on))
        || ["translate", "translateX", "translateY", "translate3d"].iter().any(|name| any(name, &is_off_screen))
}

fn is_off_screen(length: &str) -> bool {
    pixels(length).is_some_and(|n| n <= super::OFF_SCREEN || n >= super::FAR_RIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(block: &str) -> Vec<(Property, Value, bool)> {
        let mut out = Vec::new();
        each(block, |declaration, important| out.push((declaration.property, declaration.value, important)));
        out
    }

    #[test]
    fn strings_brackets_and_comments_hide_no_semicolon() {
        let visible = [(Property::Visibility, Value::Is(false), false)];
        for block in [
            "font-faces:'a;display:none';visibility:visible",
            "x:url(data:image/png;display:none);visibility:visible",
            "/* display:none; */visibility:visible",
            "{a;display:none}visibility:visible",
            ".a:b{display:none}visibility:visible",
            "display:foo;visibility:visible",
            ";;:;x;display;visibility:visible;",
        ] {
            assert_eq!(all(block), visible, "{block}");
        }
    }

    #[test]
    fn escapes_and_comments_are_seen_through() {
        for block in ["dis\\70 lay:none", "display:n\\6fne", "display:/**/none/**/", "d\\isplay:none", "DISPLAY:NONE"] {
            assert_eq!(all(block), [(Property::Display, Value::Display(Display::None), false)], "{block}");
        }
        assert_eq!(all("display\\3anone"), []);
        assert_eq!(all("display:none\\"), []);
    }

    #[test]
    fn importance_is_read_in_every_spelling() {
        for block in ["display:none!important", "display:none ! IMPORTANT ", "display: none !important;"] {
            assert_eq!(all(block), [(Property::Display, Value::Display(Display::None), true)], "{block}");
        }
    }

    #[test]
    fn a_background_is_read_among_other_words() {
        let color = |block: &str| match all(block)[..] {
            [(_, Value::Background { color, .. }, _)] => color.map(|ink| ink.rgb),
            _ => None,
        };
        assert_eq!(color("background:no-repeat rgb(1, 2, 3) center"), Some([1, 2, 3]));
        assert_eq!(color("background:url(x.png) #fff"), Some([255, 255, 255]));
        assert_eq!(color("background:none"), None);
    }
}
