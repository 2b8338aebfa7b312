//! The weights of what tells a purpose and an expiry: two contests, each fitted as those of the answers are.
//!
//! The purposes and "none is stated" compete in one softmax, told by the same clues with weights of their own; the times that the mail
//! states and "none is stated" in another. Pairs of clues were tried and did not pay.

use std::fmt::Write as _;

use anyhow::Result;
use mailpick::{Clue, Kind, Purpose, extract};
use rayon::prelude::*;

use crate::corpus::Case;
use crate::cross::{FOLDS, fold};
use crate::design::Lesson;
use crate::fit::{Fitted, LEAST_WEIGHT, PairSearch, fit};
use crate::sample::{Option_, Sample};

/// A clue of fewer mails is an anecdote.
const LEAST_CARRIED: usize = 15;
const NO_PAIRS: PairSearch = PairSearch { rounds: 0, per_round: 0 };
/// The shares among which the least that is told is chosen.
const SHARES: [f64; 19] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// What is told: one of some values, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contest {
    Purpose,
    Expiry,
}

impl Contest {
    fn parameters(self) -> usize {
        match self {
            Contest::Purpose => Purpose::ALL.len() * Clue::COUNT,
            Contest::Expiry => Clue::COUNT,
        }
    }

    /// What a mail weighs against the penalty, which is that of the fit of the answers: the less, the more a clue has to earn. There are
    /// five weights for each clue of a purpose, and mails of a rare one are few.
    fn weight(self) -> f64 {
        match self {
            Contest::Purpose => 0.3,
            Contest::Expiry => 1.0,
        }
    }
}

/// A mail in one contest: what its options stand for, and what its label states.
pub(super) struct Question {
    pub(super) case: usize,
    /// Purposes by their numbers, or seconds.
    values: Vec<u64>,
    pub(super) stated: Option<u64>,
    sample: Sample,
}

/// The mails whose labels say it.
fn questions(contest: Contest, cases: &[Case]) -> Vec<Question> {
    let mut questions: Vec<Question> = cases.par_iter().enumerate().filter_map(|(number, case)| question(contest, number, case)).collect();
    let mut carried = vec![0; contest.parameters()];
    for question in &questions {
        let mut columns: Vec<u32> = question.sample.options.iter().flat_map(|option| option.features.iter().map(|column| column % Clue::COUNT as u32)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.into_iter().for_each(|column| carried[column as usize] += 1);
    }
    for option in questions.iter_mut().flat_map(|question| &mut question.sample.options) {
        option.features.retain(|column| carried[*column as usize % Clue::COUNT] >= LEAST_CARRIED);
    }
    questions
}

fn question(contest: Contest, number: usize, case: &Case) -> Option<Question> {
    let clues_of = |clues: Vec<Clue>| -> Vec<u32> { clues.into_iter().map(|clue| clue.index() as u32).collect() };
    let (stated, options): (Option<u64>, Vec<(u64, Vec<u32>)>) = match contest {
        Contest::Purpose => {
            let stated = case.label.purpose.as_ref()?;
            let clues = clues_of(extract(&case.raw).purpose_clues());
            let of = |purpose: usize| clues.iter().map(|clue| clue + (purpose * Clue::COUNT) as u32).collect();
            let options = if clues.is_empty() { Vec::new() } else { (0..Purpose::ALL.len()).map(|purpose| (purpose as u64, of(purpose))).collect() };
            (Purpose::ALL.iter().position(|purpose| stated.as_deref() == Some(purpose.name())).map(|number| number as u64), options)
        }
        Contest::Expiry => {
            let stated = case.label.expires_s.as_ref()?;
            (*stated, extract(&case.raw).stated_times().into_iter().map(|(time, clues)| (time.as_secs(), clues_of(clues))).collect())
        }
    };
    let (values, options) = options.into_iter().map(|(value, features)| (value, Option_ { kind: Kind::Otp, features, right: stated == Some(value) })).unzip();
    Some(Question { case: number, values, stated, sample: Sample { options, positive: stated.is_some() } })
}

/// The weights of a contest.
struct Model(Fitted);

/// The value with the largest share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    value: Option<u64>,
    share: f64,
}

impl Said {
    /// What is told where this is the least share.
    fn from(self, least: f64) -> Option<u64> {
        self.value.filter(|_| self.share >= least)
    }
}

impl Model {
    fn train(contest: Contest, questions: &[&Question]) -> Result<Self> {
        Ok(Self(fit(&lessons(contest, questions), contest.parameters(), NO_PAIRS)?))
    }

    fn say(&self, question: &Question) -> Said {
        let shares = self.0.shares(&question.sample);
        let best = question.values.iter().zip(shares).rev().max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map_or(Said { value: None, share: 0.0 }, |(value, share)| Said { value: Some(*value), share })
    }
}

fn lessons<'q>(contest: Contest, questions: &[&'q Question]) -> Vec<Lesson<'q>> {
    questions.iter().map(|question| Lesson { sample: &question.sample, weight: contest.weight() }).collect()
}

/// For each mail what a model says that its family had no part in.
fn out_of_family(contest: Contest, cases: &[Case], questions: &[Question]) -> Result<Vec<Said>> {
    let fold_of = |question: &Question| fold(&cases[question.case].label.sender, FOLDS, 0);
    let models: Vec<Model> =
        (0..FOLDS).into_par_iter().map(|part| Model::train(contest, &questions.iter().filter(|question| fold_of(question) != part).collect::<Vec<_>>())).collect::<Result<_>>()?;
    Ok(questions.iter().map(|question| models[fold_of(question)].say(question)).collect())
}

/// The least share that is told: where most mails are told rightly, silence being right where nothing is stated. Of several, the largest.
fn least(questions: &[Question], said: &[Said]) -> f64 {
    let right = |least: f64| questions.iter().zip(said).filter(|(question, said)| said.from(least) == question.stated).count();
    SHARES.into_iter().max_by_key(|share| right(*share)).unwrap_or_default()
}

/// The mails whose labels say it, what is said of each out of family, and the least share that is told.
pub(super) struct Judged {
    pub(super) questions: Vec<Question>,
    pub(super) said: Vec<Said>,
    pub(super) least: f64,
}

impl Judged {
    pub(super) fn new(contest: Contest, cases: &[Case]) -> Result<Self> {
        let questions = questions(contest, cases);
        let said = out_of_family(contest, cases, &questions)?;
        Ok(Self { least: least(&questions, &said), questions, said })
    }

    /// What is told of each mail at a least share, by the mail's number.
    pub(super) fn told(&self, least: f64) -> impl Iterator<Item = (&Question, Option<u64>)> {
        self.questions.iter().zip(&self.said).map(move |(question, said)| (question, said.from(least)))
    }
}

/// The weights file.
pub(crate) fn weights_file(cases: &[Case]) -> Result<String> {
    let mut out = String::from(
        "# Written by `lab train-details`; do not edit. what is told, clue, weight in log-odds (positive speaks for it), its standard error, mails that carried it.\n",
    );
    for contest in [Contest::Purpose, Contest::Expiry] {
        let Judged { questions, least, .. } = Judged::new(contest, cases)?;
        let all: Vec<&Question> = questions.iter().collect();
        let model = Model::train(contest, &all)?;
        let errors = model.0.standard_errors(&lessons(contest, &all), contest.parameters());
        let _ = writeln!(out, "{}\t=least\t{least}", if contest == Contest::Purpose { "purpose" } else { "expiry" });
        for (column, (weight, error)) in model.0.weights.iter().zip(errors).enumerate().filter(|(_, (weight, _))| weight.abs() >= LEAST_WEIGHT) {
            let told = if contest == Contest::Purpose { Purpose::ALL[column / Clue::COUNT].name() } else { "expiry" };
            let clue = Clue::all().nth(column % Clue::COUNT).map(Clue::name).unwrap_or_default();
            let carried = questions.iter().filter(|question| question.sample.options.iter().any(|option| option.features.contains(&(column as u32)))).count();
            let _ = writeln!(out, "{told}\t{clue}\t{weight:.4}\t{error:.2}\t{carried}");
        }
    }
    Ok(out)
}
