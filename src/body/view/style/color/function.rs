//! Colours as functions: `rgb()`, `hsl()`, `hwb()`, `lab()`, `lch()`, `oklab()`, `oklch()` and `color()` (CSS Color 4), in
//! old notation and new. Colours made of others (`rgb(from ...)`, `color-mix()`) are not computed.

/// Red, green, blue and alpha, 0 to 1; colours that no screen shows lie outside.
pub(super) type Rgba = [f32; 4];

/// A function's colour, or `None` for what is none.
pub(super) fn parse(name: &str, arguments: &str) -> Option<Rgba> {
    let mut pieces = arguments.split(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '/')).filter(|piece| !piece.is_empty());
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let space = if is("color") { Some(pieces.next()?.to_ascii_lowercase()) } else { None };
    let [one, two, three] = [pieces.next()?, pieces.next()?, pieces.next()?];
    let alpha = pieces.next().map_or(Some(1.0), |alpha| scaled(alpha, 1.0, 1.0))?.clamp(0.0, 1.0);
    if pieces.next().is_some() {
        return None;
    }
    let hundredth = |piece| scaled(piece, 1.0, 0.01);
    let [red, green, blue] = match () {
        () if is("rgb") || is("rgba") => [scaled(one, 1.0, 1.0 / 255.0)?, scaled(two, 1.0, 1.0 / 255.0)?, scaled(three, 1.0, 1.0 / 255.0)?],
        () if is("hsl") || is("hsla") => of_hsl(angle(one)?, hundredth(two)?, hundredth(three)?),
        () if is("hwb") => of_hwb(angle(one)?, hundredth(two)?, hundredth(three)?),
        () if is("lab") => of_lab(scaled(one, 100.0, 1.0)?, scaled(two, 125.0, 1.0)?, scaled(three, 125.0, 1.0)?),
        () if is("lch") => {
            let [a, b] = of_polar(scaled(two, 150.0, 1.0)?, angle(three)?);
            of_lab(scaled(one, 100.0, 1.0)?, a, b)
        }
        () if is("oklab") => of_oklab(scaled(one, 1.0, 1.0)?, scaled(two, 0.4, 1.0)?, scaled(three, 0.4, 1.0)?),
        () if is("oklch") => {
            let [a, b] = of_polar(scaled(two, 0.4, 1.0)?, angle(three)?);
            of_oklab(scaled(one, 1.0, 1.0)?, a, b)
        }
        () => {
            let [one, two, three] = [scaled(one, 1.0, 1.0)?, scaled(two, 1.0, 1.0)?, scaled(three, 1.0, 1.0)?];
            match space?.as_str() {
                "srgb" => [one, two, three],
                "srgb-linear" => [one, two, three].map(gamma),
                "xyz" | "xyz-d65" => of_xyz(one, two, three),
                "xyz-d50" => of_xyz_d50(one, two, three),
                _ => return None,
            }
        }
    };
    Some([red, green, blue, alpha])
}

/// A number times `unit`, or a percentage of `whole`.
fn scaled(piece: &str, whole: f32, unit: f32) -> Option<f32> {
    let n = match piece.strip_suffix('%') {
        Some(percentage) => percentage.parse::<f32>().ok()? / 100.0 * whole,
        None if piece.eq_ignore_ascii_case("none") => 0.0,
        None => piece.parse::<f32>().ok()? * unit,
    };
    n.is_finite().then_some(n)
}

/// Degrees.
fn angle(piece: &str) -> Option<f32> {
    let end = piece.bytes().position(|c| c.is_ascii_alphabetic()).unwrap_or(piece.len());
    if piece.eq_ignore_ascii_case("none") {
        return Some(0.0);
    }
    let n = piece[..end].parse::<f32>().ok().filter(|n| n.is_finite())?;
    Some(match piece[end..].to_ascii_lowercase().as_str() {
        "" | "deg" => n,
        "rad" => n.to_degrees(),
        "grad" => n * 0.9,
        "turn" => n * 360.0,
        _ => return None,
    })
}

fn of_polar(chroma: f32, hue: f32) -> [f32; 2] {
    let (sin, cos) = hue.to_radians().sin_cos();
    [chroma.max(0.0) * cos, chroma.max(0.0) * sin]
}

/// CSS Color 4, section 7.1.
fn of_hsl(hue: f32, saturation: f32, lightness: f32) -> [f32; 3] {
    let (saturation, lightness) = (saturation.clamp(0.0, 1.0), lightness.clamp(0.0, 1.0));
    let a = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// Section 8.1.
fn of_hwb(hue: f32, white: f32, black: f32) -> [f32; 3] {
    let (white, black) = (white.max(0.0), black.max(0.0));
    if white + black >= 1.0 {
        return [white / (white + black); 3];
    }
    of_hsl(hue, 1.0, 0.5).map(|channel| channel * (1.0 - white - black) + white)
}

/// Section 9.3, and the white of D50.
fn of_lab(lightness: f32, a: f32, b: f32) -> [f32; 3] {
    let lightness = lightness.max(0.0);
    let y = (lightness + 16.0) / 116.0;
    let (x, z) = (y + a / 500.0, y - b / 200.0);
    let (kappa, epsilon) = (24389.0 / 27.0, 216.0 / 24389.0);
    let cubed = |f: f32| if f.powi(3) > epsilon { f.powi(3) } else { (116.0 * f - 16.0) / kappa };
    let y = if lightness > kappa * epsilon { y.powi(3) } else { lightness / kappa };
    of_xyz_d50(cubed(x) * 0.964_296, y, cubed(z) * 0.825_105)
}

/// Section 9.4 (<https://bottosson.github.io/posts/oklab/>).
fn of_oklab(lightness: f32, a: f32, b: f32) -> [f32; 3] {
    let lightness = lightness.max(0.0);
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_93 * s, -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s, -0.004_196_086 * l - 0.703_418_6 * m + 1.707_614_7 * s].map(gamma)
}

/// Section 10.11, by the matrix of Bradford.
fn of_xyz_d50(x: f32, y: f32, z: f32) -> [f32; 3] {
    of_xyz(0.955_473_4 * x - 0.023_098_45 * y + 0.063_259_24 * z, -0.028_369_71 * x + 1.009_995_4 * y + 0.021_041_44 * z, 0.012_314_015 * x - 0.020_507_65 * y + 1.330_365_9 * z)
}

fn of_xyz(x: f32, y: f32, z: f32) -> [f32; 3] {
    [3.240_97 * x - 1.537_383_2 * y - 0.498_610_76 * z, -0.969_243_65 * x + 1.875_967_5 * y + 0.041_555_06 * z, 0.055_630_08 * x - 0.203_976_96 * y + 1.056_971_5 * z].map(gamma)
}

/// From linear light to sRGB.
fn gamma(c: f32) -> f32 {
    if c.abs() <= 0.003_130_8 { 12.92 * c } else { c.signum() * (1.055 * c.abs().powf(1.0 / 2.4) - 0.055) }
}
