//! Colours: read, laid over one another, and told apart.

mod function;

/// A colour without transparency: red, green, blue.
pub(in crate::body::view) type Rgb = [u8; 3];

/// A colour with its alpha channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::body::view) struct Ink {
    pub(super) rgb: Rgb,
    pub(super) alpha: u8,
}

/// Below this alpha a colour cannot be seen.
const LEAST_ALPHA: u8 = 25;
/// From this alpha on a colour is taken for itself where what lies behind it is not known.
const OPAQUE_ENOUGH: u8 = 128;

impl Ink {
    pub(in crate::body::view) fn opaque(rgb: Rgb) -> Self {
        Self { rgb, alpha: 255 }
    }

    pub(super) fn is_transparent(self) -> bool {
        self.alpha < LEAST_ALPHA
    }

    /// The colour seen where this one lies over another, which may be unknown.
    pub(super) fn over(self, behind: Option<Rgb>) -> Option<Rgb> {
        match behind {
            _ if self.alpha == 255 => Some(self.rgb),
            _ if self.alpha == 0 => behind,
            Some(behind) => {
                let alpha = u16::from(self.alpha);
                let mix = |top: u8, bottom: u8| ((u16::from(top) * alpha + u16::from(bottom) * (255 - alpha) + 127) / 255) as u8;
                Some([mix(self.rgb[0], behind[0]), mix(self.rgb[1], behind[1]), mix(self.rgb[2], behind[2])])
            }
            None => (self.alpha >= OPAQUE_ENOUGH).then_some(self.rgb),
        }
    }
}

/// The longest name of a colour.
const MAX_NAME: usize = "lightgoldenrodyellow".len();

/// CSS Color 4: names, hexadecimal, and functions. Hexadecimal may do without its `#`, as in quirks mode.
pub(super) fn parse(value: &str) -> Option<Ink> {
    let value = value.trim();
    let hex = value.strip_prefix('#').unwrap_or(value);
    if let Ok((r, g, b, alpha)) = cssparser::color::parse_hash_color(hex.as_bytes()) {
        return Some(Ink { rgb: [r, g, b], alpha: byte(alpha) });
    }
    if let Some((name, arguments)) = value.strip_suffix(')').and_then(|value| value.split_once('(')) {
        let [r, g, b, alpha] = function::parse(name.trim_end(), arguments)?.map(byte);
        return Some(Ink { rgb: [r, g, b], alpha });
    }
    if value.len() > MAX_NAME {
        return None;
    }
    if super::is(value, "transparent") {
        return Some(Ink { rgb: [0; 3], alpha: 0 });
    }
    cssparser::color::parse_named_color(value).ok().map(|(r, g, b)| Ink::opaque([r, g, b]))
}

/// A share of one as a byte.
fn byte(share: f32) -> u8 {
    (share * 255.0).round().clamp(0.0, 255.0) as u8
}

/// The colour of a `bgcolor` or `color` attribute.
pub(in crate::body::view) fn attribute(value: &str) -> Option<Rgb> {
    let value = value.trim();
    parse(value).or_else(|| (value.len() == 6).then(|| parse(&format!("#{value}"))).flatten()).map(|ink| ink.rgb)
}

/// WCAG 2.2 contrast ratio, 1 to 21.
pub(super) fn contrast(a: Rgb, b: Rgb) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_every_notation() {
        for (value, rgb, alpha) in [
            ("#fff", [255, 255, 255], 255),
            ("#0102037f", [1, 2, 3], 127),
            ("c0ffee", [192, 255, 238], 255),
            ("RebeccaPurple", [102, 51, 153], 255),
            ("transparent", [0, 0, 0], 0),
            ("rgb(1, 2,3)", [1, 2, 3], 255),
            ("RGBA( 10% 20% 30% / 50% )", [26, 51, 77], 128),
            ("rgb(300,-1,none)", [255, 0, 0], 255),
            ("hsl(120,100%,25%)", [0, 128, 0], 255),
            ("hsla(-0.5turn 50% 50% / .2)", [64, 191, 191], 51),
            ("hwb(60deg 20% 20%)", [204, 204, 51], 255),
            ("hwb(0 80% 80%)", [128, 128, 128], 255),
            ("lab(100 0 0)", [255, 255, 255], 255),
            ("lab(52.2345% 40.1645 59.9971)", [198, 93, 7], 255),
            ("lch(52.2345% 72.2 56.2)", [198, 93, 7], 255),
            ("oklab(1 0 0)", [255, 255, 255], 255),
            ("oklab(59.69% 0.1007 0.1191)", [198, 93, 7], 255),
            ("oklch(59.69% 0.156 49.77deg / 0)", [198, 93, 7], 0),
            ("color(srgb 1 0.5 0)", [255, 128, 0], 255),
            ("color(srgb-linear 1 0.2140411 0)", [255, 128, 0], 255),
            ("color(xyz 0.9505 1 1.089)", [255, 255, 255], 255),
        ] {
            let ink = parse(value).unwrap_or_else(|| panic!("{value}"));
            let is_near = |a: u8, b: u8| a.abs_diff(b) <= 1;
            assert!(ink.rgb.into_iter().zip(rgb).all(|(a, b)| is_near(a, b)) && is_near(ink.alpha, alpha), "{value}: {ink:?}");
        }
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for value in
            ["", "#", "#12345", "#ggg", "reddish", "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(1px,2,3)", "hsl(1cm,2%,3%)", "rgb(1,2,3", "color(x 1 2 3)", "url(x)", "rgb(NaN,inf,1)"]
        {
            assert!(parse(value).is_none(), "{value}");
        }
    }
}
