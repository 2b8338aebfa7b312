//! Colours: read, laid over one another, and told apart.

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

/// CSS Color 4, all notations.
pub(super) fn parse(value: &str) -> Option<Ink> {
    let [r, g, b, alpha] = csscolorparser::parse(value).ok()?.to_rgba8();
    Some(Ink { rgb: [r, g, b], alpha })
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
