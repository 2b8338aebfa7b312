//! What is counted of a mail: each stage by itself, the whole, and what others do.

use std::hint::black_box;

use mailpick::{Limits, Message, candidate, lexicon, view};

/// A stage of the engine, or a whole pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// mail-parser's bare parse: the unit.
    Unit,
    /// mail-parser, scraper, six regexes and url.
    Naive,
    Message,
    View,
    Codes,
    Links,
    Phrases,
    Whole,
}

impl Stage {
    pub(crate) const ALL: [Stage; 8] = [Stage::Unit, Stage::Naive, Stage::Message, Stage::View, Stage::Codes, Stage::Links, Stage::Phrases, Stage::Whole];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Stage::Unit => "mail-parser",
            Stage::Naive => "naive pipeline",
            Stage::Message => "message",
            Stage::View => "view",
            Stage::Codes => "codes",
            Stage::Links => "links",
            Stage::Phrases => "phrases",
            Stage::Whole => "whole",
        }
    }

    /// Does what comes before the stage, then hands over the stage itself to be counted.
    pub(crate) fn run<T>(self, raw: &[u8], mut count: impl FnMut(&mut dyn FnMut()) -> T) -> T {
        match self {
            Stage::Unit => count(&mut || drop(black_box(mail_parser::MessageParser::default().parse(raw)))),
            Stage::Naive => count(&mut || drop(black_box(crate::naive::extract(raw)))),
            Stage::Message => count(&mut || drop(black_box(Message::parse(raw)))),
            Stage::Whole => count(&mut || drop(black_box(mailpick::extract(raw)))),
            Stage::View => {
                let message = Message::parse(raw);
                count(&mut || drop(black_box(view::views(&message))))
            }
            _ => {
                let views = view::views(&Message::parse(raw));
                match self {
                    Stage::Codes => count(&mut || drop(black_box(candidate::code::find_codes(&views, &Limits::new())))),
                    Stage::Links => count(&mut || drop(black_box(candidate::link::find_links(&views, &Limits::new())))),
                    _ => count(&mut || views.iter().for_each(|view| drop(black_box(lexicon::find(&view.text))))),
                }
            }
        }
    }
}

/// Builds the tables that are built on first use.
pub(crate) fn warm_up() {
    let mail = b"Subject: Your code\n\n483921 https://example.org/";
    Stage::ALL.into_iter().for_each(|stage| stage.run(mail, |work| work()));
}
