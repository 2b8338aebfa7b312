//! Right answers by language, a bar each, best first.

use anyhow::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, GRID, MUTED, TEXT, WIDTH, font, px, write};
use crate::metrics::{ENOUGH_MAILS, Language, Scores};

const COLUMNS: usize = 2;
const ROW_HEIGHT: i32 = 17;
const BAR_HEIGHT: i32 = 12;
const TOP: i32 = 84;
const BOTTOM: i32 = 12;

/// Where a column's parts are, from its left edge.
const NAME: i32 = 14;
const MAILS: i32 = 108;
const BAR: i32 = 118;
const BAR_WIDTH: i32 = 248;
const SHARE: i32 = 412;

/// Not those of the kinds.
const RIGHT: RGBColor = RGBColor(84, 120, 150);
const WRONG: RGBColor = RGBColor(190, 40, 50);

pub(super) fn height(scores: &Scores) -> i32 {
    TOP + ranked(scores).len().div_ceil(COLUMNS) as i32 * ROW_HEIGHT + BOTTOM
}

pub(super) fn draw(page: &Area<'_>, scores: &Scores) -> Result<()> {
    let languages = ranked(scores);
    write(page, "Right answers by language", (14, 16), HPos::Left, &font(15, TEXT))?;
    let caption =
        format!("Languages with {ENOUGH_MAILS} or more mails that hold a code or link; share of all such values, the three types together. With few mails a share is rough.");
    write(page, &caption, (14, 36), HPos::Left, &font(11, MUTED))?;
    draw_legend(page)?;
    let rows = languages.len().div_ceil(COLUMNS).max(1);
    for (column, part) in languages.chunks(rows).enumerate() {
        let left = column as i32 * WIDTH / COLUMNS as i32;
        draw_heads(page, left)?;
        for (row, (name, language)) in part.iter().enumerate() {
            draw_row(page, (left, TOP + row as i32 * ROW_HEIGHT), name, language)?;
        }
    }
    Ok(())
}

/// Best first; of equals the one with more mails.
fn ranked(scores: &Scores) -> Vec<(&str, &Language)> {
    let mut languages: Vec<(&str, &Language)> = scores.by_language.iter().filter(|(_, language)| language.has_enough()).map(|(name, language)| (name.as_str(), language)).collect();
    languages.sort_by(|(_, a), (_, b)| share(b).total_cmp(&share(a)).then(b.labelled.cmp(&a.labelled)));
    languages
}

fn share(language: &Language) -> f64 {
    let total = language.total();
    f64::from(total.right) / f64::from(total.positives().max(1))
}

fn draw_legend(page: &Area<'_>) -> Result<()> {
    const Y: i32 = 56;
    for (x, colour, text) in [(14, RIGHT, "right"), (80, WRONG, "wrong value"), (188, GRID, "missed")] {
        bar(page, (x, Y - BAR_HEIGHT / 2), (0, BAR_HEIGHT), colour)?;
        write(page, text, (x + 18, Y), HPos::Left, &font(12, TEXT))?;
    }
    Ok(())
}

fn draw_heads(page: &Area<'_>, left: i32) -> Result<()> {
    let style = font(10, MUTED);
    let y = TOP - 7;
    write(page, "language", (left + NAME, y), HPos::Left, &style)?;
    write(page, "mails", (left + MAILS, y), HPos::Right, &style)?;
    write(page, "0 %", (left + BAR, y), HPos::Left, &style)?;
    write(page, "100 %", (left + BAR + BAR_WIDTH, y), HPos::Right, &style)?;
    write(page, "right", (left + SHARE, y), HPos::Right, &style)
}

fn draw_row(page: &Area<'_>, (left, top): (i32, i32), name: &str, language: &Language) -> Result<()> {
    let middle = top + ROW_HEIGHT / 2;
    let at = (left + BAR, middle - BAR_HEIGHT / 2);
    let total = language.total();
    let positives = total.positives().max(1);
    let width = |part: u32| (i64::from(BAR_WIDTH) * i64::from(part) * i64::from(px(1)) / i64::from(positives)) as i32;
    let (right, answered) = (width(total.right), width(total.right + total.wrong));
    for (from, to, colour) in [(0, right, RIGHT), (right, answered, WRONG), (answered, px(BAR_WIDTH), GRID)] {
        if to > from {
            rectangle(page, (px(at.0) + from, px(at.1)), (px(at.0) + to, px(at.1 + BAR_HEIGHT)), colour)?;
        }
    }
    write(page, name, (left + NAME, middle), HPos::Left, &font(12, TEXT))?;
    write(page, &language.labelled.to_string(), (left + MAILS, middle), HPos::Right, &font(11, MUTED))?;
    write(page, &format!("{:.0} %", 100.0 * share(language)), (left + SHARE, middle), HPos::Right, &font(11, TEXT))
}

fn bar(page: &Area<'_>, (x, y): (i32, i32), (from, to): (i32, i32), colour: RGBColor) -> Result<()> {
    rectangle(page, (px(x + from), px(y)), (px(x + to), px(y + BAR_HEIGHT)), colour)
}

fn rectangle(page: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: RGBColor) -> Result<()> {
    page.draw(&Rectangle::new([from, to], ShapeStyle::from(&colour).filled()))?;
    Ok(())
}
