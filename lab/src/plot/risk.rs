//! Coverage against risk over the threshold, a curve for each kind.

use anyhow::Result;
use libm::{log10, pow};
use mailpick::{DEFAULT_THRESHOLD, Kind};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::{AXIS, Area, COLOURS, GRID, MUTED, SCALE, TEXT, font, line, px, write};
use crate::reliability::{Stated, Trade, at_threshold, risk_curve, trade};

pub(super) const HEIGHT: i32 = 446;

const CAPTION_HEIGHT: i32 = 86;

/// Risks on the axis. What is below the first, no risk at all among it, is drawn at the first.
const RISKS: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/// Marked beside the default threshold.
const STRICTER: f64 = 0.9;

pub(super) fn draw(page: &Area<'_>, stated: &[Vec<Stated>; 3]) -> Result<()> {
    write(page, "What a threshold buys", (14, 16), HPos::Left, &font(15, TEXT))?;
    write(page, "Along a curve the threshold falls from 0.999 on the left to 0.05 on the right: more answers, more of them wrong.", (14, 36), HPos::Left, &font(11, MUTED))?;
    write(page, "Wrong: a wrong value, or a false alarm on a mail without a value of the type. Risks below 0.1 % are drawn at 0.1 %.", (14, 52), HPos::Left, &font(11, MUTED))?;
    draw_legend(page)?;
    let (_, body) = page.split_vertically(px(CAPTION_HEIGHT));
    let curves = [0, 1, 2].map(|at| risk_curve(&stated[at]));
    let (low, high) = (log10(RISKS[0]), log10(RISKS[RISKS.len() - 1]));
    let mut chart = ChartBuilder::on(&body)
        .margin_top(px(8))
        .margin_left(px(8))
        .margin_right(px(24))
        .margin_bottom(px(10))
        .x_label_area_size(px(42))
        .y_label_area_size(px(62))
        .build_cartesian_2d(Axis::over(tenths(&curves)), Axis::over(RISKS.map(log10).to_vec()))?;
    chart
        .configure_mesh()
        .bold_line_style(line(SCALE, GRID))
        .light_line_style(TRANSPARENT)
        .axis_style(line(SCALE, AXIS))
        .set_all_tick_mark_size(px(4))
        .label_style(font(11, TEXT))
        .axis_desc_style(font(12, TEXT))
        .x_label_formatter(&|x| format!("{:.0} %", 100.0 * x))
        .y_label_formatter(&risk_label)
        .x_desc("coverage: mails with a value of the type that get an answer")
        .y_desc("risk: answers that are wrong (log scale)")
        .draw()?;
    let place = |t: Trade| (t.coverage, log10(t.risk.max(RISKS[0])).clamp(low, high));
    for (curve, colour) in curves.iter().zip(COLOURS) {
        let points: Vec<(f64, f64)> = curve.iter().copied().map(place).collect();
        chart.draw_series([PathElement::new(points, line(SCALE * 2, colour))])?;
    }
    for (stated, colour) in stated.iter().zip(COLOURS) {
        let at = |threshold| trade(&at_threshold(stated, threshold)).map(place);
        chart.draw_series(at(STRICTER).map(|at| dot(at, colour)))?;
        chart.draw_series(at(DEFAULT_THRESHOLD).map(|at| ring(at, colour)))?;
    }
    Ok(())
}

/// Tenths up to all, from the one below the least coverage: what no threshold leads to needs no room.
fn tenths(curves: &[Vec<Trade>]) -> Vec<f64> {
    let least = curves.iter().flatten().map(|t| t.coverage).fold(0.9, f64::min);
    let first = (10.0 * least).floor() as u32;
    (first..=10).map(|tenth| f64::from(tenth) / 10.0).collect()
}

/// A whole percentage where it is one.
fn risk_label(log: &f64) -> String {
    format!("{} %", (1000.0 * pow(10.0, *log)).round() / 10.0)
}

fn dot<C>(at: C, colour: RGBColor) -> Circle<C, i32> {
    Circle::new(at, px(4), ShapeStyle::from(&colour).filled())
}

/// Open, so that the marks of two kinds at one place are both seen.
fn ring<C>(at: C, colour: RGBColor) -> Circle<C, i32> {
    Circle::new(at, px(7), line(SCALE * 2, colour))
}

fn draw_legend(page: &Area<'_>) -> Result<()> {
    const Y: i32 = 74;
    let style = font(12, TEXT);
    for ((at, kind), x) in Kind::ALL.into_iter().enumerate().zip([14, 90, 210]) {
        page.draw(&PathElement::new(vec![(px(x), px(Y)), (px(x + 22), px(Y))], line(SCALE * 2, COLOURS[at])))?;
        write(page, &kind.to_string(), (x + 28, Y), HPos::Left, &style)?;
    }
    for (mark, x, text) in
        [(ring((px(366), px(Y)), MUTED), 380, format!("threshold {DEFAULT_THRESHOLD} (default)")), (dot((px(550), px(Y)), MUTED), 560, format!("threshold {STRICTER}"))]
    {
        page.draw(&mark)?;
        write(page, &text, (x, Y), HPos::Left, &style)?;
    }
    Ok(())
}
