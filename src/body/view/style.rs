//! Inline styles: what they make invisible, and how prominent they make the rest.
//!
//! References: CSS 2.2 (display, visibility, overflow), CSS Fonts 4 (`font-size` keywords), WCAG 2.2 (contrast).

/// The size that a client shows text in when nothing says another.
pub(super) const BASE_SIZE: f32 = 16.0;
/// Text below this size cannot be read.
const SMALLEST_VISIBLE_SIZE: f32 = 2.0;
/// Contrast that a person cannot see, and one that cannot be read where the letters are small.
const LEAST_CONTRAST: f32 = 1.15;
const LEAST_CONTRAST_SMALL: f32 = 1.4;
/// Colours that differ by more than this in some channel are told apart.
const MOST_HIDDEN_DISTANCE: u8 = 40;
const SMALL_SIZE: f32 = 8.0;
/// Shifted by this much, text is off the screen.
const OFF_SCREEN: f32 = -400.0;

/// A colour without transparency: red, green, blue.
pub(super) type Rgb = [u8; 3];

/// The computed style of an element, as far as it decides what is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The element and all inside it are not shown.
    pub(super) hidden: bool,
    /// `visibility: hidden`, which a child may undo.
    pub(super) invisible: bool,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) spaced: bool,
    pub(super) monospace: bool,
    pub(super) centered: bool,
    pub(super) preformatted: bool,
    pub(super) color: Option<Rgb>,
    /// What lies behind; `None` where that cannot be known (an image, a style sheet).
    pub(super) background: Option<Rgb>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            hidden: false,
            invisible: false,
            size: BASE_SIZE,
            bold: false,
            spaced: false,
            monospace: false,
            centered: false,
            preformatted: false,
            color: None,
            background: Some([255, 255, 255]),
        }
    }
}

impl Style {
    /// Whether text set so can be seen.
    pub(super) fn shows_text(&self) -> bool {
        !self.hidden && !self.invisible && self.size >= SMALLEST_VISIBLE_SIZE && !self.blends_in()
    }

    fn blends_in(&self) -> bool {
        let (Some(color), Some(background)) = (self.color, self.background) else { return false };
        // Luminance alone would call grey on blue invisible.
        let distance = color.iter().zip(background).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        if distance > MOST_HIDDEN_DISTANCE {
            return false;
        }
        let contrast = contrast(color, background);
        contrast < LEAST_CONTRAST || (self.size <= SMALL_SIZE && contrast < LEAST_CONTRAST_SMALL)
    }
}

/// WCAG 2.2 contrast ratio, 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: Rgb) -> f32 {
    let [r, g, b] = rgb.map(|channel| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// What one `style` attribute declares that is not inherited.
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
    Inline,
    InlineBlock,
    Block,
}

/// Applies a `style` attribute to the style inherited from the parent.
pub(super) fn apply(declarations: &str, style: &mut Style) -> Own {
    let mut own = Own::default();
    let parent_size = style.size;
    let mut box_ = BoxSize::default();
    for declaration in declarations.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value = value.trim();
        let value = value.strip_suffix("!important").unwrap_or(value).trim_end();
        let mut lower = [0u8; 24];
        let Some(name) = lowered(name.trim(), &mut lower) else { continue };
        match name {
            "display" => match_display(value, style, &mut own),
            "visibility" => style.invisible = is(value, "hidden") || is(value, "collapse"),
            "opacity" => style.hidden |= number(value).is_some_and(|(n, unit)| (if unit == "%" { n / 100.0 } else { n }) < 0.1),
            // `mso-hide: all` hides from Outlook alone: bulletproof buttons carry it because Outlook draws a VML twin. We
            // read as every other client does; what is to be hidden everywhere says so in other words too.
            "font-size" => {
                style.size = font_size(value, parent_size).unwrap_or(style.size);
                own.font = true;
            }
            "font" => {
                own.font = true;
                font_shorthand(value, style, parent_size);
            }
            "font-weight" => {
                style.bold = is(value, "bold") || is(value, "bolder") || number(value).is_some_and(|(n, _)| n >= 600.0);
                own.font = true;
            }
            "font-family" => {
                style.monospace = is_monospace(value);
                own.font = true;
            }
            "letter-spacing" => {
                style.spaced = number(value).is_some_and(|(n, unit)| if unit == "em" { n >= 0.08 } else { n >= 1.5 });
                own.font |= style.spaced;
            }
            "text-align" => style.centered = is(value, "center"),
            "white-space" => style.preformatted = value.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("pre")),
            "color" => style.color = color(value, style),
            "background" | "background-color" => background(value, style, &mut own),
            "background-image" if !is(value, "none") => style.background = None,
            "border" | "border-top" | "border-bottom" | "border-left" | "border-width" | "border-style" => {
                own.border |= !is(value, "none") && !value.starts_with('0') && !is(value, "hidden")
            }
            "padding" | "padding-top" | "padding-left" | "padding-right" | "padding-bottom" => {
                own.padding |= number(value).is_some_and(|(n, _)| n >= 3.0) || value.split_whitespace().any(|v| number(v).is_some_and(|(n, _)| n >= 3.0))
            }
            "max-height" | "height" | "width" | "max-width" => box_.flat |= number(value).is_some_and(|(n, _)| n <= 1.0),
            "overflow" | "overflow-x" | "overflow-y" => box_.clipped |= is(value, "hidden") || is(value, "clip"),
            "position" => box_.positioned |= is(value, "absolute") || is(value, "fixed"),
            "left" | "top" | "right" | "bottom" => box_.shifted |= number(value).is_some_and(|(n, _)| n <= OFF_SCREEN),
            "margin-left" | "margin-top" | "text-indent" => style.hidden |= number(value).is_some_and(|(n, _)| n <= OFF_SCREEN),
            _ => {}
        }
    }
    style.hidden |= (box_.flat && box_.clipped) || (box_.positioned && box_.shifted);
    own
}

#[derive(Default)]
struct BoxSize {
    flat: bool,
    clipped: bool,
    positioned: bool,
    shifted: bool,
}

fn is(value: &str, keyword: &str) -> bool {
    value.eq_ignore_ascii_case(keyword)
}

/// `name` in lower case, in the given buffer; longer names are none that this module reads.
fn lowered<'b>(name: &str, buffer: &'b mut [u8; 24]) -> Option<&'b str> {
    let target = buffer.get_mut(..name.len())?;
    target.copy_from_slice(name.as_bytes());
    target.make_ascii_lowercase();
    std::str::from_utf8(target).ok()
}

fn match_display(value: &str, style: &mut Style, own: &mut Own) {
    if is(value, "none") {
        style.hidden = true;
    } else if is(value, "inline") {
        own.display = Some(Display::Inline);
    } else if is(value, "inline-block") || is(value, "inline-flex") || is(value, "inline-table") {
        own.display = Some(Display::InlineBlock);
    } else if is(value, "block") || is(value, "flex") || is(value, "grid") || is(value, "table") || is(value, "list-item") {
        own.display = Some(Display::Block);
    }
}

/// A number and its unit at the start of a value.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.bytes().position(|c| !c.is_ascii_digit() && !matches!(c, b'.' | b'-' | b'+')).unwrap_or(value.len());
    let n = value[..end].parse().ok()?;
    let unit = value[end..].trim_start();
    let unit_end = unit.bytes().position(|c| !c.is_ascii_alphabetic() && c != b'%').unwrap_or(unit.len());
    Some((n, &unit[..unit_end]))
}

/// CSS Fonts 4, section 2.5: keywords, lengths and percentages, in pixels.
pub(super) fn font_size(value: &str, parent: f32) -> Option<f32> {
    if let Some((n, unit)) = number(value) {
        let factor = match () {
            () if is(unit, "px") || unit.is_empty() => 1.0,
            () if is(unit, "pt") => 4.0 / 3.0,
            () if is(unit, "em") => parent,
            () if is(unit, "%") => parent / 100.0,
            () if is(unit, "rem") => BASE_SIZE,
            () if is(unit, "ex") || is(unit, "ch") => parent / 2.0,
            () if is(unit, "vw") || is(unit, "vh") => 6.0,
            () => return None,
        };
        return Some(n * factor);
    }
    const KEYWORDS: [(&str, f32); 8] =
        [("xx-small", 9.0), ("x-small", 10.0), ("small", 13.0), ("medium", 16.0), ("large", 18.0), ("x-large", 24.0), ("xx-large", 32.0), ("xxx-large", 48.0)];
    KEYWORDS.iter().find(|(keyword, _)| is(value, keyword)).map(|(_, size)| *size).or(match () {
        () if is(value, "smaller") => Some(parent / 1.2),
        () if is(value, "larger") => Some(parent * 1.2),
        () => None,
    })
}

/// `font: bold 14px/1.5 Arial`: weight and size are read.
fn font_shorthand(value: &str, style: &mut Style, parent: f32) {
    style.bold = false;
    for word in value.split_whitespace() {
        let word = word.split('/').next().unwrap_or(word);
        match number(word) {
            Some((n, unit)) if unit.is_empty() && n >= 100.0 => style.bold = n >= 600.0,
            Some((n, unit)) if !unit.is_empty() || n == 0.0 => {
                style.size = font_size(word, parent).unwrap_or(style.size);
                break;
            }
            _ => style.bold |= is(word, "bold") || is(word, "bolder"),
        }
    }
    style.monospace = is_monospace(value);
}

fn is_monospace(value: &str) -> bool {
    ["mono", "courier", "consolas", "menlo"].iter().any(|name| contains_ignoring_case(value, name))
}

pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

/// The colour that `value` gives text: transparent text takes the colour of what lies behind it.
fn color(value: &str, style: &Style) -> Option<Rgb> {
    match csscolorparser::parse(value) {
        Ok(parsed) => {
            let [r, g, b, a] = parsed.to_rgba8();
            if a < 25 { style.background } else { Some([r, g, b]) }
        }
        Err(_) => style.color,
    }
}

fn background(value: &str, style: &mut Style, own: &mut Own) {
    if contains_ignoring_case(value, "url(") || contains_ignoring_case(value, "gradient(") {
        style.background = None;
        own.background = true;
        return;
    }
    let parsed = csscolorparser::parse(value).ok().or_else(|| value.split_whitespace().find_map(|word| csscolorparser::parse(word).ok()));
    let Some([r, g, b, a]) = parsed.map(|c| c.to_rgba8()) else { return };
    if a >= 128 {
        own.background |= style.background != Some([r, g, b]);
        style.background = Some([r, g, b]);
    }
}

/// The colour of a `bgcolor` or `color` attribute.
pub(super) fn attribute_color(value: &str) -> Option<Rgb> {
    let value = value.trim();
    let parsed = csscolorparser::parse(value).ok().or_else(|| (value.len() == 6).then(|| csscolorparser::parse(&format!("#{value}")).ok()).flatten())?;
    let [r, g, b, _] = parsed.to_rgba8();
    Some([r, g, b])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(declarations: &str) -> bool {
        let mut style = Style::default();
        apply(declarations, &mut style);
        style.shows_text()
    }

    #[test]
    fn every_way_to_hide_hides() {
        for hidden in [
            "display:none",
            "DISPLAY : None !important",
            "visibility:hidden",
            "opacity:0",
            "font-size:0",
            "font-size:1px",
            "font:0/0 a",
            "color:#fff",
            "color:#fefefe;font-size:6px",
            "max-height:0;overflow:hidden",
            "height:0px;overflow:hidden",
            "width:0;overflow:hidden",
            "position:absolute;left:-9999px",
            "text-indent:-9999px",
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
            "color:#fff;background:#06c",
            "color:#999999;font-size:11px",
            "height:0",
            "max-height:0",
            "font:bold 14px/1.5 Arial",
            "opacity:.8",
            "color:white;background-image:url(x)",
            "background:#3271c0;color:#777",
            "background:#06c;color:#fff;mso-hide:all",
        ] {
            assert!(shows(shown), "{shown}");
        }
    }

    #[test]
    fn sizes_are_read_in_every_unit() {
        let size = |value| font_size(value, 10.0).map(f32::round);
        assert_eq!(size("12pt"), Some(16.0));
        assert_eq!(size("2em"), Some(20.0));
        assert_eq!(size("150%"), Some(15.0));
        assert_eq!(size("1.5rem"), Some(24.0));
        assert_eq!(size("x-large"), Some(24.0));
        assert_eq!(size("calc(1px)"), None);
    }
}
