//! The laboratory: fits the weights and measures the engine, by sender family.

mod ablation;
mod attacks;
mod baseline;
#[cfg(feature = "browser")]
mod browser;
mod calibration;
mod corpus;
mod cross;
mod design;
mod details;
mod deviation;
mod fit;
mod hints;
mod metrics;
mod mutants;
mod plot;
mod readme;
mod redact;
mod reliability;
mod sample;
mod table;
mod variant;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use mailpick::evidence::Evidence;
use mailpick::{DEFAULT_THRESHOLD, Kind};

use corpus::Case;
use cross::Model;
use fit::LEAST_WEIGHT;
use sample::{Observed, parameters};
use variant::Change;

#[derive(Parser)]
#[command(name = "lab", about = "Fits mailpick's weights and measures its accuracy")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fit on all mails of the given corpora and write the weights file.
    Train {
        /// Where to write it.
        #[arg(long, default_value = "src/score/weights.tsv")]
        out: PathBuf,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Measure on sender families that had no part in fitting or calibrating.
    Eval {
        /// Write the tables into this folder too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// The name of the written tables.
        #[arg(long, default_value = "corpus")]
        name: String,
        /// Rewrite the figures in this file too, between its `accuracy` markers.
        #[arg(long)]
        readme: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Fit on one folder of corpora and measure on the other, both ways.
    Transfer {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// List the mails that were read wrong in this file.
        #[arg(long)]
        misses: Option<PathBuf>,
        /// A folder with a labels.jsonl at or below it.
        first: PathBuf,
        /// Another.
        second: PathBuf,
    },
    /// The share of right answers as a function of the share of families in the fitting.
    Curve {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Turn a mail that you received into one that you can give away.
    Redact(redact::Options),
    /// Measure on languages that had no part in fitting or calibrating, with the lexicon of the language withheld.
    Languages {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// What each kind of variant in the fitting buys.
    Variants {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// What each group of evidence is worth.
    Ablation {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Hold the engine's reading of HTML against a browser.
    #[cfg(feature = "browser")]
    Browser(browser::Options),
    /// Measure what the engine, as it ships, makes of hostile mails and of their harmless twins.
    Attacks {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Measure what reports tell beyond their answers, on the mails whose labels say it.
    Details {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Instead, add what the engine tells of the mails with this tag to the record of first readings.
        #[arg(long)]
        record: Option<String>,
        /// That record.
        #[arg(long, default_value = "accuracy/details-at-first.tsv")]
        at_first: PathBuf,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Fit on all mails whose labels say what their answer is for or how long it holds, and write the weights of both.
    TrainDetails {
        /// Where to write them.
        #[arg(long, default_value = "src/report/details.tsv")]
        out: PathBuf,
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Show what a run of cargo-mutants found.
    Mutants {
        /// Write the table into this file too.
        #[arg(long)]
        out: Option<PathBuf>,
        /// The run's outcomes.json.
        outcomes: PathBuf,
    },
    /// Measure the engine as it ships, weights and all.
    Shipped {
        /// Folders with a labels.jsonl at or below them.
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Train { out, corpora } => train(&corpora, &out),
        Command::Eval { out, name, readme, corpora } => eval(&corpora, out.as_deref(), &name, readme.as_deref()),
        Command::Transfer { out, misses, first, second } => transfer(&first, &second, out.as_deref(), misses.as_deref()),
        Command::Curve { out, corpora } => curve(&corpora, out.as_deref()),
        Command::Redact(options) => std::process::exit(redact::run(&options)),
        Command::Languages { out, corpora } => languages(&corpora, out.as_deref()),
        Command::Variants { out, corpora } => variants(&corpora, out.as_deref()),
        Command::Ablation { out, corpora } => {
            let (cases, observed) = read(&corpora)?;
            put(&ablation::table(&cases, &observed)?, out.as_deref())
        }
        #[cfg(feature = "browser")]
        Command::Browser(options) => browser::run(&options),
        Command::Attacks { out, corpora } => put(&attacks::table(&corpus::load(&corpora)?), out.as_deref()),
        Command::Details { record: Some(tag), at_first, corpora, .. } => details::record::add(&corpus::load(&corpora)?, &tag, &at_first),
        Command::Details { out, record: None, at_first, corpora } => put(&details::table(&corpus::load(&corpora)?, &at_first)?, out.as_deref()),
        Command::TrainDetails { out, corpora } => put(&details::fit::weights_file(&corpus::load(&corpora)?)?, Some(&out)),
        Command::Mutants { out, outcomes } => put(&mutants::table(&outcomes)?, out.as_deref()),
        Command::Shipped { corpora } => shipped(&corpora),
    }
}

fn read(corpora: &[PathBuf]) -> Result<(Vec<Case>, Vec<Observed>)> {
    let cases = corpus::load(corpora)?;
    let observed = sample::observe(&cases);
    Ok((cases, observed))
}

fn train(corpora: &[PathBuf], out: &Path) -> Result<()> {
    let (cases, observed) = read(corpora)?;
    let models = cross::train_all(&cases, &observed)?;
    fs::write(out, weights_file(&models, &cross::standard_errors(&models, &cases, &observed), &observed)).with_context(|| format!("cannot write `{}`", out.display()))?;
    println!("{} mails; wrote {}", cases.len(), out.display());
    Ok(())
}

fn weights_file(models: &[Model], errors: &[Vec<f64>], observed: &[Observed]) -> String {
    let mut out =
        String::from("# Written by `lab train`; do not edit. kind, term, weight in log-odds (positive speaks for the candidate), its standard error, mails that carried it.\n");
    for (model, errors) in models.iter().zip(errors) {
        for (number, kind) in model.contest.kinds().iter().enumerate() {
            let calibration = model.calibration(*kind);
            let _ = writeln!(out, "{kind}\t=slope\t{:.4}\n{kind}\t=shift\t{:.4}", calibration.slope, calibration.shift);
            let _ = writeln!(out, "{kind}\t=prior\t{:.4}", model.prior(*kind));
            let own = number * Evidence::COUNT..(number + 1) * Evidence::COUNT;
            let name = |column: u32| Evidence::from_index(column as usize - own.start).map(Evidence::name).unwrap_or_default();
            let singles = own.clone().map(|column| (name(column as u32), vec![column as u32], column));
            let first_pair = parameters(model.contest);
            let of_pairs = model.fitted.pairs.iter().enumerate().filter(|(_, pair)| own.contains(&(pair.first as usize)));
            let pairs = of_pairs.map(|(at, pair)| (format!("{} & {}", name(pair.first), name(pair.second)), vec![pair.first, pair.second], first_pair + at));
            for (name, columns, at) in singles.chain(pairs).filter(|(_, _, at)| model.fitted.weights[*at].abs() >= LEAST_WEIGHT) {
                let carries = |o: &&Observed| o.sample(model.contest).options.iter().any(|option| columns.iter().all(|column| option.features.contains(column)));
                let _ = writeln!(out, "{kind}\t{name}\t{:.4}\t{:.2}\t{}", model.fitted.weights[at], errors[at], observed.iter().filter(carries).count());
            }
        }
    }
    out
}

fn eval(corpora: &[PathBuf], out: Option<&Path>, name: &str, readme: Option<&Path>) -> Result<()> {
    let (cases, observed) = read(corpora)?;
    let said = cross::cross_validate(&cases, &observed, |models, observed| {
        let predictions = cross::predict(models, observed);
        (predictions, hints::predict(models, observed, &predictions))
    })?;
    let (predictions, waited): (Vec<_>, Vec<_>) = said.into_iter().unzip();
    let scores = metrics::score(&cases, &predictions, DEFAULT_THRESHOLD);
    let families: std::collections::HashSet<&str> = cases.iter().map(|case| case.label.sender.as_str()).collect();
    let baselines = baseline::BASELINES.map(|(name, extract)| (name, metrics::score(&cases, &baseline::predict(&cases, extract), DEFAULT_THRESHOLD)));
    let basis = format!("{} mails, {} sender families. No family that judges took part in fitting or calibrating. Threshold {DEFAULT_THRESHOLD}.", cases.len(), families.len());
    let mut main = format!("# Accuracy out of family: {name}\n\n{basis}\n\n");
    main.push_str(&table::by_kind(&scores));
    main.push_str("\n## By corpus\n\n");
    main.push_str(&table::by_corpus(&scores));
    let _ = write!(main, "\n## Waiting for the kind\n\n{}", hints::table(&cases, &predictions, &waited));
    main.push_str("\n## Baselines on the same mails\n");
    for (name, scores) in &baselines {
        let _ = write!(main, "\n{name}:\n\n{}", table::by_kind(scores));
    }
    let misses: String = scores.misses.iter().map(|line| format!("{line}\n")).collect();
    println!("{main}");
    println!("{}", table::calibration(&scores));
    if let Some(folder) = out {
        let write = |file: String, text: &str| fs::write(folder.join(&file), text).with_context(|| format!("cannot write `{}`", folder.join(&file).display()));
        write(format!("{name}.md"), &main)?;
        write(format!("{name}-by-language.md"), &format!("# By language, out of family: {name}\n\n{}", table::by_language(&scores)))?;
        write(format!("{name}-by-family.md"), &format!("# Families with a mistake, out of family: {name}\n\n{}", table::by_family(&scores)))?;
        write(format!("{name}-calibration.md"), &format!("# Calibration, out of family: {name}\n\n{}", table::calibration(&scores)))?;
        write(format!("{name}-misses.txt"), &misses)?;
        for plot in plot::Plot::ALL {
            write(plot.file(name), &plot.draw(&scores)?)?;
        }
    } else {
        println!("{misses}");
    }
    if let Some(path) = readme {
        let plots: String = plot::Plot::ALL.iter().map(|plot| format!("\n![{}](accuracy/{})\n", plot.title(), plot.file(name))).collect();
        readme::rewrite(path, &format!("{basis}\n\n{}{plots}", table::for_readme(&scores, &baselines)))?;
    }
    Ok(())
}

fn transfer(first: &Path, second: &Path, out: Option<&Path>, listed: Option<&Path>) -> Result<()> {
    let name = |path: &Path| path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let (one, other) = (read(&[first.to_owned()])?, read(&[second.to_owned()])?);
    let title = |path: &Path| if path == first { format!("`{}`", name(first)) } else { format!("`{}` (outside)", name(second)) };
    let mut table = String::from("# Fitted on one set of corpora, measured on the other\n");
    let mut misses = String::new();
    for (from, from_path, to, to_path) in [(&one, first, &other, second), (&other, second, &one, first)] {
        let models = cross::train_all(&from.0, &from.1)?;
        let predictions: Vec<_> = to.1.iter().map(|o| cross::predict(&models, o)).collect();
        let scores = metrics::score(&to.0, &predictions, DEFAULT_THRESHOLD);
        let _ = write!(table, "\n## Fitted on {}, measured on {}\n\n{}", title(from_path), title(to_path), table::by_kind(&scores));
        misses.extend(scores.misses.iter().map(|line| format!("{line}\n")));
    }
    if let Some(path) = listed {
        fs::write(path, misses).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    put(&table, out)
}

/// Prints a table, and writes it where it is checked in.
fn put(table: &str, out: Option<&Path>) -> Result<()> {
    println!("{table}");
    out.map_or(Ok(()), |path| fs::write(path, table).with_context(|| format!("cannot write `{}`", path.display())))
}

fn languages(corpora: &[PathBuf], out: Option<&Path>) -> Result<()> {
    let (cases, observed) = read(corpora)?;
    let without = sample::observe_without_its_language(&cases);
    let predictions = cross::leave_language_out(&cases, &observed, &without)?;
    let scores = metrics::score(&cases, &predictions, DEFAULT_THRESHOLD);
    let mut table = String::from(
        "# Languages left out\n\nEach language is judged by a model that was fitted and calibrated without any mail in it, and read without its lexicon file: what layout, and words of other languages, carry alone.\n\n",
    );
    let _ = write!(table, "{}\n{}", table::by_kind(&scores), table::by_language(&scores));
    put(&table, out)
}

fn variants(corpora: &[PathBuf], out: Option<&Path>) -> Result<()> {
    let (cases, observed) = read(corpora)?;
    let mut table = String::from(
        "# What each kind of variant buys\n\nOut of family, with variants of only these kinds in the fitting. Shares of the softmax are taken for confidences, so the figures are a little off those of the other tables.\n\n",
    );
    let _ = writeln!(table, "| variants | {}", table::COMPARISON_HEAD);
    let alone = Change::ALL.map(|change| (change.name(), vec![change]));
    for (name, changes) in [("none", Vec::new())].into_iter().chain(alone).chain([("all", Change::ALL.to_vec())]) {
        let setting = cross::Setting { changes: &changes, ..cross::UNCALIBRATED };
        let scores = metrics::score(&cases, &cross::cross_validate_with(&cases, &observed, &setting, |_| true, cross::predict)?, DEFAULT_THRESHOLD);
        table.push_str(&table::comparison(name, &scores));
    }
    put(&table, out)
}

/// Families in the fitting, in percent.
const SHARES: [u64; 5] = [10, 25, 50, 75, 100];

fn curve(corpora: &[PathBuf], out: Option<&Path>) -> Result<()> {
    let (cases, observed) = read(corpora)?;
    let mut table = String::from(
        "# Learning curve over sender families, out of family\n\nShares of the softmax are taken for confidences, so the figures are a little off those of the other tables.\n\n| families in the fitting | otp right | magic_link right | password_reset right | empty mails answered |\n| ---: | ---: | ---: | ---: | ---: |\n",
    );
    for share in SHARES {
        let predictions = cross::cross_validate_with(&cases, &observed, &cross::UNCALIBRATED, |family| draw(family) < share, cross::predict)?;
        let scores = metrics::score(&cases, &predictions, DEFAULT_THRESHOLD);
        let right: Vec<String> = scores.by_kind.iter().map(|t| table::percent(t.right, t.positives())).collect();
        let _ = writeln!(table, "| {share} % | {} | {} |", right.join(" | "), table::percent(scores.empty.1, scores.empty.0));
    }
    put(&table, out)
}

/// A number from 0 to 99 for each family.
fn draw(family: &str) -> u64 {
    family.bytes().fold(17u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23)) % 100
}

fn shipped(corpora: &[PathBuf]) -> Result<()> {
    use rayon::prelude::*;
    let cases = corpus::load(corpora)?;
    let predictions: Vec<[cross::Prediction; 3]> = cases
        .par_iter()
        .map(|case| {
            let report = mailpick::extract(&case.raw);
            Kind::ALL.map(|kind| {
                let accepted = case.label.accepted(kind).unwrap_or_default();
                let best = report.candidates(kind).next();
                cross::Prediction {
                    confidence: best.map_or(0.0, |c| c.answer.confidence),
                    right: best.is_some_and(|c| accepted.contains(&c.answer.value)),
                    reachable: report.candidates(kind).any(|c| accepted.contains(&c.answer.value)),
                }
            })
        })
        .collect();
    let scores = metrics::score(&cases, &predictions, DEFAULT_THRESHOLD);
    println!("{}\n{}", table::by_kind(&scores), scores.misses.join("\n"));
    Ok(())
}
