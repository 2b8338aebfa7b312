//! Stated against observed, a panel for each kind.

use anyhow::Result;
use mailpick::Kind;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::{AXIS, Area, COLOURS, GRID, MUTED, SCALE, TEXT, WIDTH, font, line, px, write};
use crate::reliability::{BINS, Bin, FLOOR, Stated, bins, calibration_error, wilson};

pub(super) const HEIGHT: i32 = 372;

const CAPTION_HEIGHT: i32 = 62;

/// Around a panel, and for the labels of its upright axis.
const LEFT: i32 = 8;
const RIGHT: i32 = 14;
const LABELS: i32 = 46;

pub(super) fn draw(page: &Area<'_>, stated: &[Vec<Stated>; 3]) -> Result<()> {
    write(page, "Is a stated confidence true?", (14, 16), HPos::Left, &font(15, TEXT))?;
    let caption = [
        format!("Best candidates stated at {FLOOR} or more, in {BINS} bins of equal mass; several bins share the upper right corner. Bars: 95 % interval."),
        "On the diagonal, stated and observed agree. ECE, the expected calibration error: their mean distance.".to_owned(),
    ];
    for (text, y) in caption.iter().zip([36, 52]) {
        write(page, text, (14, y), HPos::Left, &font(11, MUTED))?;
    }
    let (_, panels) = page.split_vertically(px(CAPTION_HEIGHT));
    for ((at, kind), panel) in Kind::ALL.into_iter().enumerate().zip(panels.split_evenly((1, 3))) {
        draw_panel(&panel, kind, at, &bins(&stated[at], BINS, FLOOR))?;
    }
    Ok(())
}

fn draw_panel(panel: &Area<'_>, kind: Kind, at: usize, bins: &[Bin]) -> Result<()> {
    let axis = || Axis::over(vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    let mut chart = ChartBuilder::on(panel)
        .margin_top(px(28))
        .margin_left(px(LEFT))
        .margin_right(px(RIGHT))
        .margin_bottom(px(10))
        .x_label_area_size(px(42))
        .y_label_area_size(px(LABELS))
        .build_cartesian_2d(axis(), axis())?;
    chart
        .configure_mesh()
        .bold_line_style(line(SCALE, GRID))
        .light_line_style(TRANSPARENT)
        .axis_style(line(SCALE, AXIS))
        .set_all_tick_mark_size(px(4))
        .label_style(font(11, TEXT))
        .axis_desc_style(font(12, TEXT))
        .x_label_formatter(&|x| format!("{x:.1}"))
        .y_label_formatter(&|y| format!("{y:.1}"))
        .x_desc("stated confidence")
        .y_desc(if at == 0 { "share that was right" } else { "" })
        .draw()?;
    chart.draw_series([PathElement::new(vec![(0.0, 0.0), (1.0, 1.0)], line(SCALE, AXIS))])?;
    let colour = COLOURS[at];
    let intervals = bins.iter().map(|bin| (bin.stated, wilson(bin.right, bin.count)));
    chart.draw_series(intervals.map(|(x, (low, high))| PathElement::new(vec![(x, low), (x, high)], line(SCALE * 3 / 2, colour))))?;
    chart.draw_series(bins.iter().map(|bin| Circle::new((bin.stated, bin.observed()), px(4), ShapeStyle::from(&WHITE).filled())))?;
    chart.draw_series(bins.iter().map(|bin| Circle::new((bin.stated, bin.observed()), px(3), ShapeStyle::from(&colour).filled())))?;
    write(panel, &kind.to_string(), (LEFT + LABELS, 15), HPos::Left, &font(13, colour))?;
    let error = if bins.is_empty() { "no predictions".to_owned() } else { format!("ECE {:.3}", calibration_error(bins)) };
    write(panel, &error, (WIDTH / 3 - RIGHT, 15), HPos::Right, &font(11, MUTED))
}
