//! The pictures beside the tables, as SVG: the same to the byte for the same scores. Text is left to the viewer's sans-serif
//! font, so no font of this machine has a say; sizes are whole numbers, and logarithms come from `libm`.

mod axis;
mod languages;
mod reliability;
mod risk;

use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::metrics::Scores;

/// A picture of an evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plot {
    Reliability,
    Risk,
    Languages,
}

impl Plot {
    pub(crate) const ALL: [Self; 3] = [Self::Reliability, Self::Risk, Self::Languages];

    /// The name of the file for the evaluation of that name.
    pub(crate) fn file(self, name: &str) -> String {
        let suffix = match self {
            Self::Reliability => "reliability",
            Self::Risk => "risk",
            Self::Languages => "languages",
        };
        format!("{name}-{suffix}.svg")
    }

    /// What it shows, also for those who cannot see it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Reliability => "Stated confidence against the share that was right, for each type",
            Self::Risk => "Coverage against risk over the threshold, for each type",
            Self::Languages => "Right answers by language",
        }
    }

    pub(crate) fn draw(self, scores: &Scores) -> Result<String> {
        let height = match self {
            Self::Reliability => reliability::HEIGHT,
            Self::Risk => risk::HEIGHT,
            Self::Languages => languages::height(scores),
        };
        document(self.title(), height, |area| match self {
            Self::Reliability => reliability::draw(area, &scores.stated),
            Self::Risk => risk::draw(area, &scores.stated),
            Self::Languages => languages::draw(area, scores),
        })
    }
}

/// As wide as a README is shown.
const WIDTH: i32 = 860;

/// Plotters places by whole units; this many of them to a pixel keep curves and thin lines smooth.
const SCALE: i32 = 4;

/// A length in pixels, in the drawing's units.
const fn px(pixels: i32) -> i32 {
    pixels * SCALE
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Told apart by people with any colour vision (Okabe and Ito); one for each kind, in their order.
const COLOURS: [RGBColor; 3] = [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 140, 100)];
const TEXT: RGBColor = RGBColor(45, 45, 45);
const MUTED: RGBColor = RGBColor(110, 110, 110);
const AXIS: RGBColor = RGBColor(150, 150, 150);
const GRID: RGBColor = RGBColor(230, 230, 230);

/// A white page, `height` pixels high, with a title for screen readers.
fn document(title: &str, height: i32, draw: impl FnOnce(&Area<'_>) -> Result<()>) -> Result<String> {
    let mut svg = String::new();
    {
        let page = SVGBackend::with_string(&mut svg, (px(WIDTH) as u32, px(height) as u32)).into_drawing_area();
        page.fill(&WHITE)?;
        draw(&page)?;
        page.present()?;
    }
    let units = format!("<svg width=\"{}\" height=\"{}\"", px(WIDTH), px(height));
    let pixels = format!("<svg role=\"img\" width=\"{WIDTH}\" height=\"{height}\"");
    Ok(svg.replacen(&units, &pixels, 1).replacen(">\n", &format!(">\n<title>{title}</title>\n"), 1))
}

/// Text of a size in pixels. The backend divides sizes by 1.24.
fn font(size: i32, colour: RGBColor) -> TextStyle<'static> {
    ("sans-serif", f64::from(px(size)) * 1.24).into_font().color(&colour)
}

fn line(width: i32, colour: RGBColor) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: width as u32 }
}

/// Writes at a place of the page, in pixels, vertically centred.
fn write(area: &Area<'_>, text: &str, (x, y): (i32, i32), side: HPos, style: &TextStyle<'_>) -> Result<()> {
    area.draw(&Text::new(text.to_owned(), (px(x), px(y)), style.pos(Pos::new(side, VPos::Center))))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cross::Prediction;
    use crate::metrics::Language;
    use crate::reliability::{Stated, at_threshold};

    fn scores() -> Scores {
        let mut scores = Scores::default();
        for at in 0..3 {
            for n in 0..400u32 {
                let confidence = f64::from(n) / 400.0;
                let right = n * 7 % 400 < n;
                scores.stated[at].push(Stated { positive: n % 3 > 0, prediction: Prediction { confidence, right: right && n % 3 > 0, reachable: true } });
            }
            scores.by_kind[at] = at_threshold(&scores.stated[at], 0.5);
        }
        for name in ["de", "en", "<&>"] {
            scores.by_language.insert(name.to_owned(), Language { labelled: 12, by_kind: scores.by_kind });
        }
        scores
    }

    fn count(svg: &str, part: &str) -> usize {
        svg.matches(part).count()
    }

    #[test]
    fn a_plot_is_one_well_formed_picture_with_a_title() {
        for plot in Plot::ALL {
            let svg = plot.draw(&scores()).expect("a picture");
            assert!(svg.starts_with("<svg role=\"img\" width=\"860\" height=\""), "{plot:?} begins with {:.60}", svg);
            assert!(svg.ends_with("</svg>\n"), "{plot:?}");
            assert_eq!(svg.lines().nth(1), Some(format!("<title>{}</title>", plot.title()).as_str()));
            assert_eq!((count(&svg, "<svg"), count(&svg, "</svg>")), (1, 1));
            assert_eq!(count(&svg, "<text"), count(&svg, "</text>"), "{plot:?}");
            assert!(svg.lines().all(|line| line.starts_with('<') == line.ends_with('>')), "{plot:?}: a tag that is cut");
            assert_eq!(count(&svg, "<&"), 0, "{plot:?}: text that is not escaped");
        }
    }

    #[test]
    fn the_same_scores_give_the_same_bytes() {
        for plot in Plot::ALL {
            assert_eq!(plot.draw(&scores()).expect("a picture"), plot.draw(&scores()).expect("a picture"), "{plot:?}");
        }
    }

    #[test]
    fn nothing_measured_is_an_empty_picture() {
        for plot in Plot::ALL {
            assert!(plot.draw(&Scores::default()).expect("a picture").ends_with("</svg>\n"), "{plot:?}");
        }
    }

    #[test]
    fn files_are_named_after_the_evaluation() {
        assert_eq!(Plot::ALL.map(|plot| plot.file("all")), ["all-reliability.svg", "all-risk.svg", "all-languages.svg"]);
    }
}
