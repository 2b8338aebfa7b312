//! Styles: what they make invisible, and how prominent they make the rest.
//!
//! One cascade for all sources (CSS Cascade 4, section 6): presentational attributes, rules of style sheets by specificity
//! and order, inline declarations, then what is `!important` of the sheets and of the inline style. Later ones overrule
//! earlier ones property by property; only then it is decided what the sum hides.
//!
//! References: CSS 2.2 (display, visibility, overflow), CSS Fonts 4 (`font-size` keywords), CSS Color 4 (alpha), WCAG 2.2
//! (contrast).

mod color;
mod declaration;
mod matching;
mod media;
mod selector;
mod sheet;

pub(super) use color::attribute as attribute_color;
pub(super) use color::{Ink, Rgb};
pub(super) use declaration::{Declaration, each};
pub(super) use matching::{Matcher, NO_NODE};
pub(super) use sheet::Sheet;

use declaration::{Position, Property, Value};

/// The size that a client shows text in when nothing says another.
pub(super) const BASE_SIZE: f32 = 16.0;
/// The window that media queries and lengths are read for: a client on a desktop screen in light mode.
const VIEWPORT_WIDTH: f32 = 1024.0;
const VIEWPORT_HEIGHT: f32 = 768.0;
/// Text below this size cannot be read.
const SMALLEST_VISIBLE_SIZE: f32 = 2.0;
/// Contrast that a person cannot see, and one that cannot be read where the letters are small.
const LEAST_CONTRAST: f32 = 1.15;
const LEAST_CONTRAST_SMALL: f32 = 1.4;
/// Colours that differ by more than this in some channel are told apart.
const MOST_HIDDEN_DISTANCE: u8 = 40;
const SMALL_SIZE: f32 = 8.0;
/// Below this opacity nothing is seen.
const LEAST_OPACITY: f32 = 0.1;
/// A box of this many pixels shows no letter.
const FLAT: f32 = 1.0;
/// Shifted by this much, text is off the screen.
const OFF_SCREEN: f32 = -400.0;
/// No mail is so wide that this is on the screen.
const FAR_RIGHT: f32 = 3_000.0;

/// The computed style of an element, as far as it decides what is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The element and all inside it are not shown.
    pub(super) hidden: bool,
    /// It takes no room either: text before and after it touches.
    pub(super) boxless: bool,
    /// `visibility: hidden`, which a child may undo.
    pub(super) invisible: bool,
    /// Moved away by `text-indent`, which a child may undo.
    indented: bool,
    /// Lines without height, which a child may undo, and a box that cuts them off.
    flat_lines: bool,
    cut_lines: bool,
    opacity: f32,
    pub(super) size: f32,
    /// What `rem` is.
    pub(super) root_size: f32,
    pub(super) bold: bool,
    pub(super) spaced: bool,
    pub(super) monospace: bool,
    pub(super) centered: bool,
    pub(super) preformatted: bool,
    pub(super) color: Option<Ink>,
    /// `-webkit-text-fill-color`, which goes before the colour.
    fill: Option<Ink>,
    /// A shadow, or a background cut out by the letters, shows even transparent text.
    shadow: bool,
    background_in_letters: bool,
    /// What lies behind; `None` where that cannot be known (an image).
    pub(super) background: Option<Rgb>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            hidden: false,
            boxless: false,
            invisible: false,
            indented: false,
            flat_lines: false,
            cut_lines: false,
            opacity: 1.0,
            size: BASE_SIZE,
            root_size: BASE_SIZE,
            bold: false,
            spaced: false,
            monospace: false,
            centered: false,
            preformatted: false,
            color: None,
            fill: None,
            shadow: false,
            background_in_letters: false,
            background: Some([255, 255, 255]),
        }
    }
}

impl Style {
    /// Whether text set so can be seen.
    pub(super) fn shows_text(&self) -> bool {
        self.shows_boxes() && !self.cut_lines && self.size >= SMALLEST_VISIBLE_SIZE && !self.blends_in()
    }

    /// Whether an image or a link in it can be seen.
    pub(super) fn shows_boxes(&self) -> bool {
        !self.hidden && !self.invisible && !self.indented
    }

    /// Whether text set so leaves no gap.
    pub(super) fn takes_no_room(&self) -> bool {
        self.hidden || self.size < SMALLEST_VISIBLE_SIZE
    }

    fn blends_in(&self) -> bool {
        let Some(ink) = self.fill.or(self.color) else { return false };
        if ink.is_transparent() || self.background_in_letters {
            return !self.shadow && !self.background_in_letters;
        }
        let Some(background) = self.background else { return false };
        let Some(color) = ink.over(self.background) else { return false };
        // Luminance alone would call grey on blue invisible.
        let distance = color.iter().zip(background).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        if distance > MOST_HIDDEN_DISTANCE {
            return false;
        }
        let contrast = color::contrast(color, background);
        contrast < LEAST_CONTRAST || (self.size <= SMALL_SIZE && contrast < LEAST_CONTRAST_SMALL)
    }

    /// How the letters are set.
    fn font(&self) -> (f32, bool, bool, bool) {
        (self.size, self.bold, self.spaced, self.monospace)
    }
}

/// What an element's declarations say that is not inherited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Own {
    /// `display`, where it says something of use.
    pub(super) display: Option<Display>,
    /// A background other than its parent's.
    pub(super) background: bool,
    /// A border on some side other than `none` and `0`.
    pub(super) border: bool,
    /// Padding of at least some pixels.
    pub(super) padding: bool,
    /// It sets the size, weight, spacing or font of its text.
    pub(super) font: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    None,
    /// The element has no box, those inside have.
    Contents,
    Inline,
    InlineBlock,
    Block,
    /// A cell, a row, a caption, ...
    TablePart,
}

/// What an element is before `display` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Widths, heights, indents and transforms do not apply to it (CSS 2.2, 10.2).
    Inline,
    Block,
    /// Tables and what they are made of are never smaller than their content (CSS 2.2, 17.5).
    Table,
}

/// What an element's attributes say before any declaration (HTML standard, 15.2 to 15.4).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Hints {
    pub(super) hidden: bool,
    pub(super) background: Option<Rgb>,
    pub(super) background_image: bool,
    /// It sets the size of its text.
    pub(super) font: bool,
}

/// The declarations of one element, summed up: start with what it inherits, declare in the order of the cascade, finish.
pub(super) struct Cascade {
    parent: Style,
    /// How letters were set before the first declaration.
    font: (f32, bool, bool, bool),
    style: Style,
    own: Own,
    placing: Placing,
    display: Option<Display>,
    background: Option<Ink>,
    background_image: bool,
}

/// Where the box is and how large, and what is done to it as a whole.
#[derive(Debug, Clone, Copy)]
struct Placing {
    width: f32,
    height: f32,
    max_width: f32,
    max_height: f32,
    min_width: f32,
    min_height: f32,
    clips: bool,
    position: Position,
    floats: bool,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    margin_left: f32,
    margin_top: f32,
    indent: Option<f32>,
    flat_lines: Option<bool>,
    clip: bool,
    clip_path: bool,
    transform: bool,
    scale: bool,
    translate: bool,
    content_hidden: bool,
    opacity: f32,
    filter_opacity: f32,
}

impl Placing {
    const NORMAL: Self = Self {
        width: f32::INFINITY,
        height: f32::INFINITY,
        max_width: f32::INFINITY,
        max_height: f32::INFINITY,
        min_width: 0.0,
        min_height: 0.0,
        clips: false,
        position: Position::Static,
        floats: false,
        left: 0.0,
        top: 0.0,
        right: 0.0,
        bottom: 0.0,
        margin_left: 0.0,
        margin_top: 0.0,
        indent: None,
        flat_lines: None,
        clip: false,
        clip_path: false,
        transform: false,
        scale: false,
        translate: false,
        content_hidden: false,
        opacity: 1.0,
        filter_opacity: 1.0,
    };

    /// Whether the box shows nothing of what is in it; `sized` says that widths and transforms apply.
    fn hides(&self, sized: bool, flow: Flow) -> bool {
        let flat = self.width.min(self.max_width).max(self.min_width) <= FLAT || self.height.min(self.max_height).max(self.min_height) <= FLAT;
        let off = |n: f32| n <= OFF_SCREEN;
        let moved_away = self.position != Position::Static && (off(self.left) || off(self.top) || off(self.right) || off(self.bottom));
        let far_right = self.position == Position::Absolute && self.left >= FAR_RIGHT;
        let pulled_away = flow != Flow::Table && (off(self.margin_left) || off(self.margin_top));
        let transformed_away = (sized || flow == Flow::Table) && (self.transform || self.scale || self.translate);
        (sized && self.clips && flat)
            || moved_away
            || far_right
            || pulled_away
            || transformed_away
            || (self.clip && self.position == Position::Absolute)
            || self.clip_path
            || (self.content_hidden && (sized || flow == Flow::Table))
    }
}

impl Cascade {
    /// `style` is the parent's, with what the kind of element changes.
    pub(super) fn new(parent: Style, style: Style, hints: Hints) -> Self {
        let own = Own { font: hints.font, ..Own::default() };
        let background = hints.background.map(Ink::opaque);
        let display = hints.hidden.then_some(Display::None);
        Self { parent, font: style.font(), style, own, placing: Placing::NORMAL, display, background, background_image: hints.background_image }
    }

    /// Applies an inline style but for what is `!important` in it, which is put into `important`.
    pub(super) fn inline(&mut self, declarations: &str, important: &mut Vec<Declaration>) {
        each(declarations, |declaration, is_important| {
            // A person who writes it inline means this very element, whether it changes anything or not.
            self.own.font |= matches!(declaration.property, Property::FontSize | Property::Font | Property::FontWeight | Property::FontFamily)
                || (declaration.property == Property::LetterSpacing && declaration.value == Value::Is(true));
            if is_important {
                important.push(declaration);
            } else {
                self.declare(declaration);
            }
        });
    }

    /// Applies a declaration over those before it.
    pub(super) fn declare(&mut self, Declaration { property, value }: Declaration) {
        match value {
            Value::Inherit => return self.inherit(property, self.parent),
            Value::Initial => return self.inherit(property, Style::default()),
            Value::Unknown => return self.forget(property),
            _ => {}
        }
        let (style, own, placing) = (&mut self.style, &mut self.own, &mut self.placing);
        match (property, value) {
            (Property::Display, Value::Display(display)) => self.display = Some(display),
            (Property::Visibility, Value::Is(hidden)) => style.invisible = hidden,
            (Property::ContentVisibility, Value::Is(hidden)) => placing.content_hidden = hidden,
            (Property::Opacity, Value::Number(n)) => placing.opacity = n.clamp(0.0, 1.0),
            (Property::Filter, Value::Number(n)) => placing.filter_opacity = n.clamp(0.0, 1.0),
            (Property::Font, Value::Font { size, bold, monospace, flat_lines }) => {
                (style.bold, style.monospace, placing.flat_lines) = (bold, monospace, Some(flat_lines));
                style.size = size.map_or(style.size, |size| size.in_pixels(&self.parent));
            }
            (Property::FontSize, Value::Size(size)) => style.size = size.in_pixels(&self.parent),
            (Property::FontWeight, Value::Is(bold)) => style.bold = bold,
            (Property::FontFamily, Value::Is(monospace)) => style.monospace = monospace,
            (Property::LetterSpacing, Value::Is(spaced)) => style.spaced = spaced,
            (Property::LineHeight, Value::Is(flat)) => placing.flat_lines = Some(flat),
            (Property::TextAlign, Value::Is(centered)) => style.centered = centered,
            (Property::TextIndent, Value::Number(n)) => placing.indent = Some(n),
            (Property::TextShadow, Value::Is(shadow)) => style.shadow = shadow,
            (Property::WhiteSpace, Value::Is(preformatted)) => style.preformatted = preformatted,
            (Property::Color, Value::Ink(ink)) => style.color = Some(ink),
            (Property::TextFill, Value::Ink(ink)) => style.fill = Some(ink),
            (Property::Background, Value::Background { color, image, clips_to_text }) => {
                (self.background, self.background_image, style.background_in_letters) = (color, image, clips_to_text);
            }
            (Property::BackgroundColor, Value::Ink(ink)) => self.background = Some(ink),
            (Property::BackgroundImage, Value::Is(image)) => self.background_image = image,
            (Property::BackgroundClip, Value::Is(text)) => style.background_in_letters = text,
            (Property::Border, Value::Is(drawn)) => own.border = drawn,
            (Property::BorderSide, Value::Is(drawn)) => own.border |= drawn,
            (Property::Padding, Value::Is(wide)) => own.padding = wide,
            (Property::PaddingSide, Value::Is(wide)) => own.padding |= wide,
            (Property::Width, Value::Number(n)) => placing.width = n,
            (Property::Height, Value::Number(n)) => placing.height = n,
            (Property::MaxWidth, Value::Number(n)) => placing.max_width = n,
            (Property::MaxHeight, Value::Number(n)) => placing.max_height = n,
            (Property::MinWidth, Value::Number(n)) => placing.min_width = n,
            (Property::MinHeight, Value::Number(n)) => placing.min_height = n,
            (Property::Overflow, Value::Is(clips)) => placing.clips = clips,
            (Property::Position, Value::Position(position)) => placing.position = position,
            (Property::Float, Value::Is(floats)) => placing.floats = floats,
            (Property::Left, Value::Number(n)) => placing.left = n,
            (Property::Top, Value::Number(n)) => placing.top = n,
            (Property::Right, Value::Number(n)) => placing.right = n,
            (Property::Bottom, Value::Number(n)) => placing.bottom = n,
            (Property::Margin, Value::Margin { top, left }) => (placing.margin_top, placing.margin_left) = (top, left),
            (Property::MarginLeft, Value::Number(n)) => placing.margin_left = n,
            (Property::MarginTop, Value::Number(n)) => placing.margin_top = n,
            (Property::Clip, Value::Is(clip)) => placing.clip = clip,
            (Property::ClipPath, Value::Is(clip)) => placing.clip_path = clip,
            (Property::Transform, Value::Is(away)) => placing.transform = away,
            (Property::Scale, Value::Is(away)) => placing.scale = away,
            (Property::Translate, Value::Is(away)) => placing.translate = away,
            _ => {}
        }
    }

    /// A value that cannot be told: it is taken for one that hides nothing.
    fn forget(&mut self, property: Property) {
        let (style, placing) = (&mut self.style, &mut self.placing);
        match property {
            Property::Background | Property::BackgroundColor | Property::BackgroundImage => self.background_image = true,
            Property::Color => style.color = None,
            Property::TextFill => style.fill = None,
            Property::FontSize | Property::Font if style.size < SMALLEST_VISIBLE_SIZE => style.size = BASE_SIZE,
            Property::Width => placing.width = f32::INFINITY,
            Property::Height => placing.height = f32::INFINITY,
            Property::MaxWidth => placing.max_width = f32::INFINITY,
            Property::MaxHeight => placing.max_height = f32::INFINITY,
            Property::Opacity => placing.opacity = 1.0,
            _ => {}
        }
    }

    /// `inherit` and `initial`: the property as `from` has it. What is not inherited by itself goes back to where it starts.
    fn inherit(&mut self, property: Property, from: Style) {
        let (style, placing, normal) = (&mut self.style, &mut self.placing, Placing::NORMAL);
        match property {
            Property::Display => self.display = Some(Display::Inline),
            Property::Visibility => style.invisible = from.invisible,
            Property::ContentVisibility => placing.content_hidden = false,
            Property::Opacity => placing.opacity = normal.opacity,
            Property::Filter => placing.filter_opacity = normal.filter_opacity,
            Property::Font => (style.size, style.bold, style.monospace, placing.flat_lines) = (from.size, from.bold, from.monospace, Some(from.flat_lines)),
            Property::FontSize => style.size = from.size,
            Property::FontWeight => style.bold = from.bold,
            Property::FontFamily => style.monospace = from.monospace,
            Property::LetterSpacing => style.spaced = from.spaced,
            Property::LineHeight => placing.flat_lines = Some(from.flat_lines),
            Property::TextAlign => style.centered = from.centered,
            Property::TextIndent => placing.indent = Some(if from.indented { OFF_SCREEN } else { 0.0 }),
            Property::TextShadow => style.shadow = from.shadow,
            Property::WhiteSpace => style.preformatted = from.preformatted,
            Property::Color => style.color = from.color,
            Property::TextFill => style.fill = from.fill,
            Property::Background => (self.background, self.background_image, style.background_in_letters) = (None, false, false),
            Property::BackgroundColor => self.background = None,
            Property::BackgroundImage => self.background_image = false,
            Property::BackgroundClip => style.background_in_letters = false,
            Property::Border | Property::BorderSide => self.own.border = false,
            Property::Padding | Property::PaddingSide => self.own.padding = false,
            Property::Width => placing.width = normal.width,
            Property::Height => placing.height = normal.height,
            Property::MaxWidth => placing.max_width = normal.max_width,
            Property::MaxHeight => placing.max_height = normal.max_height,
            Property::MinWidth => placing.min_width = normal.min_width,
            Property::MinHeight => placing.min_height = normal.min_height,
            Property::Overflow => placing.clips = false,
            Property::Position => placing.position = Position::Static,
            Property::Float => placing.floats = false,
            Property::Left => placing.left = 0.0,
            Property::Top => placing.top = 0.0,
            Property::Right => placing.right = 0.0,
            Property::Bottom => placing.bottom = 0.0,
            Property::Margin => (placing.margin_top, placing.margin_left) = (0.0, 0.0),
            Property::MarginLeft => placing.margin_left = 0.0,
            Property::MarginTop => placing.margin_top = 0.0,
            Property::Clip => placing.clip = false,
            Property::ClipPath => placing.clip_path = false,
            Property::Transform => placing.transform = false,
            Property::Scale => placing.scale = false,
            Property::Translate => placing.translate = false,
        }
    }

    /// The computed style, and what is the element's own.
    pub(super) fn finish(self, flow: Flow) -> (Style, Own) {
        let Self { font, mut style, mut own, placing, display, .. } = self;
        own.font |= style.font() != font;
        own.display = display.filter(|display| matches!(display, Display::Inline | Display::InlineBlock | Display::Block));
        if display == Some(Display::Contents) {
            // What belongs to a box goes with it; what is inherited stays.
            own = Own { font: own.font, display: Some(Display::Inline), ..Own::default() };
            return (style, own);
        }
        if display == Some(Display::None) {
            (style.hidden, style.boxless) = (true, true);
        }
        let flow = match display {
            Some(Display::Inline) if flow != Flow::Table => Flow::Inline,
            Some(Display::Block | Display::InlineBlock) => Flow::Block,
            Some(Display::TablePart) => Flow::Table,
            _ => flow,
        };
        let flow = if placing.position == Position::Absolute || placing.floats { Flow::Block } else { flow };
        let sized = flow == Flow::Block;
        style.hidden |= placing.hides(sized, flow);
        style.opacity *= placing.opacity * placing.filter_opacity;
        style.hidden |= style.opacity < LEAST_OPACITY;
        if let Some(indent) = placing.indent.filter(|_| flow != Flow::Inline) {
            style.indented = indent <= OFF_SCREEN;
        }
        if let Some(flat) = placing.flat_lines {
            style.flat_lines = flat;
            style.cut_lines &= flat;
        }
        style.cut_lines |= style.flat_lines && sized && placing.clips && placing.height.is_infinite() && placing.min_height <= FLAT;
        self.paint(&mut style, &mut own);
        (style, own)
    }

    /// The background over the parent's.
    fn paint(&self, style: &mut Style, own: &mut Own) {
        if let Some(ink) = self.background {
            let seen = ink.over(self.parent.background);
            own.background = seen != self.parent.background;
            style.background = seen;
        }
        if self.background_image {
            style.background = None;
            own.background = true;
        }
    }
}

/// A font size before the parent's is known (CSS Fonts 4, section 2.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Size {
    Pixels(f32),
    /// A multiple of the parent's.
    OfParent(f32),
    OfRoot(f32),
}

impl Size {
    /// Keywords, lengths and percentages; negative ones are none.
    fn parse(value: &str) -> Option<Self> {
        if let Some((n, unit)) = number(value) {
            let size = match () {
                () if unit.is_empty() || is(unit, "px") => Self::Pixels(n),
                () if is(unit, "pt") => Self::Pixels(n * 4.0 / 3.0),
                () if is(unit, "em") => Self::OfParent(n),
                () if is(unit, "%") => Self::OfParent(n / 100.0),
                () if is(unit, "rem") => Self::OfRoot(n),
                () if is(unit, "ex") || is(unit, "ch") => Self::OfParent(n / 2.0),
                () if is(unit, "vw") || is(unit, "vh") => Self::Pixels(n * 6.0),
                () => return None,
            };
            return (n >= 0.0).then_some(size);
        }
        const KEYWORDS: [(&str, Size); 10] = [
            ("xx-small", Size::Pixels(9.0)),
            ("x-small", Size::Pixels(10.0)),
            ("small", Size::Pixels(13.0)),
            ("medium", Size::Pixels(16.0)),
            ("large", Size::Pixels(18.0)),
            ("x-large", Size::Pixels(24.0)),
            ("xx-large", Size::Pixels(32.0)),
            ("xxx-large", Size::Pixels(48.0)),
            ("smaller", Size::OfParent(1.0 / 1.2)),
            ("larger", Size::OfParent(1.2)),
        ];
        KEYWORDS.iter().find(|(keyword, _)| is(value, keyword)).map(|(_, size)| *size)
    }

    fn in_pixels(self, parent: &Style) -> f32 {
        match self {
            Self::Pixels(n) => n,
            Self::OfParent(n) => n * parent.size,
            Self::OfRoot(n) => n * parent.root_size,
        }
    }
}

fn is(value: &str, keyword: &str) -> bool {
    value.eq_ignore_ascii_case(keyword)
}

/// A number and its unit at the start of a value.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.bytes().position(|c| !c.is_ascii_digit() && !matches!(c, b'.' | b'-' | b'+')).unwrap_or(value.len());
    let n = value[..end].parse().ok()?;
    let unit = value[end..].trim_start();
    let unit_end = unit.bytes().position(|c| !c.is_ascii_alphabetic() && c != b'%').unwrap_or(unit.len());
    Some((n, &unit[..unit_end]))
}

pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(declarations: &str, flow: Flow) -> Style {
        let mut cascade = Cascade::new(Style::default(), Style::default(), Hints::default());
        let mut important = Vec::new();
        cascade.inline(declarations, &mut important);
        important.into_iter().for_each(|declaration| cascade.declare(declaration));
        cascade.finish(flow).0
    }

    fn shows(declarations: &str) -> bool {
        computed(declarations, Flow::Block).shows_text()
    }

    #[test]
    fn every_way_to_hide_hides() {
        for hidden in [
            "display:none",
            "DISPLAY : None !important",
            "display:none!important;display:block",
            "visibility:hidden",
            "opacity:0",
            "opacity:5%",
            "filter:opacity(0)",
            "font-size:0",
            "font-size:1px",
            "font:0/0 a",
            "color:#fff",
            "color:transparent",
            "color:rgba(0,0,0,.01)",
            "color:#fff;background:rgba(0,0,0,0)",
            "-webkit-text-fill-color:transparent",
            "color:#fefefe;font-size:6px",
            "max-height:0;overflow:hidden",
            "height:0px;overflow:hidden",
            "width:0;overflow:hidden",
            "height:1px;overflow:auto",
            "line-height:0;overflow:hidden",
            "position:absolute;left:-9999px",
            "position:fixed;top:-999em",
            "position:absolute;left:9999px",
            "position:absolute;clip:rect(0,0,0,0)",
            "position:absolute;clip:rect(1px 1px 1px 1px)",
            "clip-path:inset(100%)",
            "clip-path:inset(50%)",
            "clip-path:circle(0)",
            "clip-path:polygon(0 0, 0 0, 0 0)",
            "transform:scale(0)",
            "transform:translateX(-9999px)",
            "transform:rotateX(90deg)",
            "margin:-9999px 0 0 -9999px",
            "text-indent:-9999px",
            "content-visibility:hidden",
            "mso-hide:all;display:none",
            "color:#f7f7f7;font-size:6px",
        ] {
            assert!(!shows(hidden), "{hidden}");
        }
    }

    #[test]
    fn ordinary_styles_show() {
        for shown in [
            "display:block",
            "display:none;display:table-cell",
            "display:none;display:block!important",
            "color:#fff;background:#06c",
            "color:#999999;font-size:11px",
            "height:0",
            "max-height:0",
            "height:1em;overflow:hidden",
            "width:1px;min-width:100%;overflow:hidden",
            "height:0;min-height:30px;overflow:hidden",
            "font:bold 14px/1.5 Arial",
            "opacity:.8",
            "opacity:0;opacity:1",
            "color:white;background-image:url(x)",
            "color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text",
            "color:transparent;text-shadow:0 0 0 #000",
            "color:rgba(0,0,0,.5)",
            "background:rgba(0,0,0,.05);color:#888",
            "background:#3271c0;color:#777",
            "background:#06c;color:#fff;mso-hide:all",
            "clip:rect(0,0,0,0)",
            "clip-path:inset(10px)",
            "transform:scale(1.2)",
            "transform:translate(-50%,-50%)",
            "position:relative;left:-20px",
            "margin-left:-100%",
            "line-height:0",
            "text-indent:-20px",
            "filter:opacity(80%)",
        ] {
            assert!(shows(shown), "{shown}");
        }
    }

    #[test]
    fn sizes_and_transforms_do_not_apply_to_inline_boxes() {
        for declarations in ["height:0;overflow:hidden", "transform:scale(0)", "text-indent:-9999px"] {
            assert!(computed(declarations, Flow::Inline).shows_text(), "{declarations}");
            assert!(!computed(&format!("{declarations};display:inline-block"), Flow::Inline).shows_text(), "{declarations}");
        }
        assert!(computed("height:0;overflow:hidden", Flow::Table).shows_text());
    }

    #[test]
    fn sizes_are_read_in_every_unit() {
        let parent = Style { size: 10.0, ..Style::default() };
        let size = |value| Size::parse(value).map(|size| size.in_pixels(&parent).round());
        assert_eq!(size("12pt"), Some(16.0));
        assert_eq!(size("2em"), Some(20.0));
        assert_eq!(size("150%"), Some(15.0));
        assert_eq!(size("1.5rem"), Some(24.0));
        assert_eq!(size("x-large"), Some(24.0));
        assert_eq!(size("calc(1px)"), None);
        assert_eq!(size("-1px"), None);
    }
}
