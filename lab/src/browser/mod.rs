//! `lab browser`: holds the engine's reading of HTML against what a browser lays out.
//!
//! Every HTML part of every mail is shown in a headless Chromium without network and without the mail's scripts;
//! `visible.js` walks what was laid out and collects what a person sees. Words and links are compared with those of the
//! view; order is not judged. Messages inside messages are left out.
//!
//! What counts as unseen is our word, not the browser's (`visible.js` has the bounds), with two decisions behind it: an
//! image is taken for loaded, and its replacement text for seen, since clients show one or the other; and words are read
//! as the document has them, before `text-transform`.

mod cache;
mod chromium;
mod compare;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use mailpick::Message;
use mailpick::message::BodyKind;
use mailpick::view::View;
use serde::Serialize;

use cache::Cache;
use chromium::{Browser, Seen, Tab};
use compare::Comparison;

/// Options of `lab browser`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write `browser.md` into this folder too.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write each mail that differs into this file, a line of JSON for each. It holds text and links of the mails.
    #[arg(long)]
    differences: Option<PathBuf>,
    /// Keep what the browser showed in this file, and ask it only for what is not there.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// The browser.
    #[arg(long, default_value = "chromium")]
    program: PathBuf,
    /// How many tabs work side by side.
    #[arg(long, default_value_t = 3)]
    tabs: usize,
    /// Folders with `.eml` files at or below them.
    #[arg(required = true)]
    corpora: Vec<PathBuf>,
}

/// A mail with HTML, and where it was found.
struct Mail {
    file: PathBuf,
    /// The folder of the command line, and the one below it that the mail is in.
    corpus: String,
    drawer: String,
    parts: Vec<String>,
}

/// What came out for one mail.
#[derive(Serialize)]
struct Outcome {
    file: PathBuf,
    #[serde(skip)]
    corpus: String,
    #[serde(skip)]
    drawer: String,
    #[serde(skip)]
    parts: usize,
    #[serde(flatten)]
    comparison: Comparison,
    /// The browser gave no answer.
    failed: Option<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let version = chromium::version(&options.program)?;
    let mails = read(&options.corpora)?;
    let cache = Cache::open(options.cache.as_deref(), &version)?;
    let seen = show(&mails, options, &cache)?;
    let outcomes: Vec<Outcome> = mails.into_iter().zip(seen).map(|(mail, seen)| outcome(mail, seen)).collect();
    print_differences(&outcomes);
    if let Some(path) = &options.differences {
        let lines: Result<String, _> = outcomes.iter().filter(|outcome| differs(outcome)).map(|outcome| serde_json::to_string(outcome).map(|line| line + "\n")).collect();
        fs::write(path, lines?).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    let table = table::table(&outcomes, &version);
    let path = options.out.as_ref().map(|folder| folder.join("browser.md"));
    crate::put(&table, path.as_deref())
}

fn read(corpora: &[PathBuf]) -> Result<Vec<Mail>> {
    let mut mails = Vec::new();
    for corpus in corpora {
        let mut files = Vec::new();
        find(corpus, &mut files)?;
        files.sort();
        let name = corpus.canonicalize()?.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in files {
            let raw = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let parts: Vec<String> = Message::parse(&raw).parts.into_iter().filter(|part| part.kind == BodyKind::Html).map(|part| part.content.into_owned()).collect();
            if !parts.is_empty() {
                let below = file.strip_prefix(corpus).ok().and_then(Path::parent).and_then(|folder| folder.iter().next());
                let drawer = below.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
                mails.push(Mail { file, corpus: name.clone(), drawer, parts });
            }
        }
    }
    Ok(mails)
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            found.push(path);
        }
    }
    Ok(())
}

/// What the browser shows of each mail's parts.
fn show(mails: &[Mail], options: &Options, cache: &Cache) -> Result<Vec<Result<Vec<Seen>>>> {
    let complete = mails.iter().flat_map(|mail| &mail.parts).all(|html| cache.has(html));
    let browser = Mutex::new(if complete { None } else { Some(cut_off(&options.program)?) });
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, Result<Vec<Seen>>)>> = Mutex::default();
    let work = || {
        let mut tab = None;
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(mail) = mails.get(at) else { return };
            let seen = mail.parts.iter().map(|html| cache.get_or(html, || show_in(&mut tab, &browser, html))).collect();
            locked(&answers).push((at, seen));
            if at % 500 == 499 {
                eprintln!("{} of {} mails", at + 1, mails.len());
            }
        }
    };
    std::thread::scope(|scope| (0..options.tabs.max(1)).for_each(|_| drop(scope.spawn(work))));
    let mut answers = std::mem::take(&mut *locked(&answers));
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, seen)| seen).collect())
}

/// A browser that has shown that it reaches no network.
fn cut_off(program: &Path) -> Result<Browser> {
    let mut browser = Browser::start(program)?;
    browser.check_is_cut_off()?;
    Ok(browser)
}

/// Shows it in the tab, or in a new one where there is none; a tab that failed is left.
fn show_in(tab: &mut Option<Tab>, browser: &Mutex<Option<Browser>>, html: &str) -> Result<Seen> {
    let mut own = match tab.take() {
        Some(tab) => tab,
        None => locked(browser).as_mut().context("no browser")?.tab()?,
    };
    let seen = own.show(html)?;
    *tab = Some(own);
    Ok(seen)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn outcome(mail: Mail, seen: Result<Vec<Seen>>) -> Outcome {
    let mut comparison = Comparison::default();
    let failed = match seen {
        Ok(seen) => {
            seen.iter().zip(&mail.parts).for_each(|(seen, html)| comparison.add(seen, &View::of_html(html)));
            None
        }
        Err(error) => Some(format!("{error:#}")),
    };
    Outcome { file: mail.file, corpus: mail.corpus, drawer: mail.drawer, parts: mail.parts.len(), comparison, failed }
}

fn differs(outcome: &Outcome) -> bool {
    outcome.failed.is_some() || !outcome.comparison.agrees_on_words() || !outcome.comparison.agrees_on_links()
}

/// For a developer to look at; never for a checked-in file.
fn print_differences(outcomes: &[Outcome]) {
    for outcome in outcomes.iter().filter(|outcome| differs(outcome)) {
        let comparison = &outcome.comparison;
        println!("{}", outcome.file.display());
        if let Some(reason) = &outcome.failed {
            println!("  failed: {reason}");
        }
        for (what, list) in [
            ("words only in the browser", &comparison.words_only_in_browser),
            ("words only in the view", &comparison.words_only_in_view),
            ("links only in the browser", &comparison.links_only_in_browser),
            ("links only in the view", &comparison.links_only_in_view),
        ] {
            if !list.is_empty() {
                println!("  {what}: {}", list.join(" "));
            }
        }
    }
}
