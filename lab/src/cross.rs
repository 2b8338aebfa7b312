//! Predictions for families that had no part in fitting or calibrating.

use std::collections::BTreeMap;

use anyhow::Result;
use mailpick::Kind;
use rayon::prelude::*;

use crate::calibration::Calibration;
use crate::corpus::Case;
use crate::design::Lesson;
use crate::fit::{Fitted, PAIRS, PairSearch, fit};
use crate::sample::{Contest, Observed, Option_, Sample, parameters};
use crate::variant::Change;

pub(crate) const FOLDS: usize = 10;
const INNER_FOLDS: usize = 3;

/// How models are fitted.
pub(crate) struct Setting<'c> {
    /// The kinds of variants.
    pub(crate) changes: &'c [Change],
    /// Folds for the calibration; with none, shares are taken for confidences.
    pub(crate) inner_folds: usize,
    pub(crate) search: PairSearch,
}

const SHIPPED: Setting<'static> = Setting { changes: &Change::ALL, inner_folds: INNER_FOLDS, search: PAIRS };

/// For comparisons of settings: a quarter of the work.
pub(crate) const UNCALIBRATED: Setting<'static> = Setting { inner_folds: 0, ..SHIPPED };

/// What is predicted of one mail for one kind: the best candidate's confidence, and whether it is right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Prediction {
    pub(crate) confidence: f64,
    pub(crate) right: bool,
    /// The right value is among the candidates.
    pub(crate) reachable: bool,
}

/// Weights of a contest, and for each of its kinds a calibration, and the share of the mails of both that are positives.
pub(crate) struct Model {
    pub(crate) contest: Contest,
    pub(crate) fitted: Fitted,
    pub(crate) calibrations: Vec<(Kind, Calibration)>,
    priors: Vec<(Kind, f64)>,
}

impl Model {
    pub(crate) fn calibration(&self, kind: Kind) -> Calibration {
        self.calibrations.iter().find(|(k, _)| *k == kind).map_or(Calibration { slope: 1.0, shift: 0.0 }, |(_, c)| *c)
    }

    pub(crate) fn prior(&self, kind: Kind) -> f64 {
        self.priors.iter().find(|(k, _)| *k == kind).map_or(0.5, |(_, prior)| *prior)
    }

    /// Of every candidate of a kind.
    pub(crate) fn confidences(&self, sample: &Sample, kind: Kind) -> Vec<f64> {
        let shares = self.fitted.shares(sample);
        sample.options.iter().zip(shares).filter(|(option, _)| option.kind == kind).map(|(_, share)| self.calibration(kind).apply(share)).collect()
    }

    pub(crate) fn predict(&self, sample: &Sample, kind: Kind) -> Prediction {
        let raw = best(sample, &self.fitted, kind);
        Prediction { confidence: if raw.confidence > 0.0 { self.calibration(kind).apply(raw.confidence) } else { 0.0 }, ..raw }
    }
}

fn best(sample: &Sample, fitted: &Fitted, kind: Kind) -> Prediction {
    let shares = fitted.shares(sample);
    let of_kind = || sample.options.iter().zip(&shares).filter(|(option, _)| option.kind == kind);
    let reachable = of_kind().any(|(option, _)| option.right);
    let top = of_kind().fold(None, |top: Option<(&Option_, f64)>, (option, share)| if top.is_none_or(|(_, most)| *share > most) { Some((option, *share)) } else { top });
    let nothing = Prediction { reachable, ..Prediction::default() };
    top.map_or(nothing, |(option, confidence)| Prediction { confidence, right: option.right, reachable })
}

/// FNV-1a, salted.
pub(crate) fn hash(name: &str, salt: u64) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The fold of a sender family: the same for every run and every set of corpora.
pub(crate) fn fold(family: &str, folds: usize, salt: u64) -> usize {
    ((hash(family, salt) >> 32) as usize) % folds
}

/// A family's positives weigh the root of their number together: fifty mails of one template say less than fifty
/// senders. Negatives weigh alike (their senders are many, and most have one mail).
fn weights(cases: &[&Case], samples: &[&Sample]) -> Vec<f64> {
    let mut positives: BTreeMap<&str, f64> = BTreeMap::new();
    for (case, _) in cases.iter().zip(samples).filter(|(_, sample)| sample.positive) {
        *positives.entry(&case.label.sender).or_default() += 1.0;
    }
    let raw: Vec<f64> = cases.iter().zip(samples).map(|(case, sample)| if sample.positive { 1.0 / positives[case.label.sender.as_str()].sqrt() } else { 1.0 }).collect();
    let of_positives = || raw.iter().zip(samples).filter(|(_, sample)| sample.positive).map(|(weight, _)| *weight);
    let scale = of_positives().count() as f64 / of_positives().sum::<f64>().max(1e-9);
    raw.iter().zip(samples).map(|(weight, sample)| if sample.positive { weight * scale } else { *weight }).collect()
}

/// A mail and its variants, which together weigh what the mail weighs: half of it the mail as it is.
fn lessons<'s>(sample: &'s Sample, variants: Vec<&'s Sample>, weight: f64) -> Vec<Lesson<'s>> {
    if variants.is_empty() {
        return vec![Lesson { sample, weight }];
    }
    let each = weight / 2.0 / variants.len() as f64;
    std::iter::once(Lesson { sample, weight: weight / 2.0 }).chain(variants.into_iter().map(|sample| Lesson { sample, weight: each })).collect()
}

/// Fits a contest on some mails, its calibration on inner folds of the same mails by family.
pub(crate) fn train(contest: Contest, cases: &[&Case], observed: &[&Observed], setting: &Setting<'_>) -> Result<Model> {
    let Setting { changes, inner_folds, search } = *setting;
    let samples: Vec<&Sample> = observed.iter().map(|o| o.sample(contest)).collect();
    let families: Vec<usize> = cases.iter().map(|case| fold(&case.label.sender, inner_folds.max(1), 7)).collect();
    let usable: Vec<bool> = cases.iter().map(|case| !case.label.ambiguous).collect();
    let weights = weights(cases, &samples);
    let chosen = |test: &dyn Fn(usize) -> bool| -> Vec<Lesson<'_>> {
        (0..samples.len()).filter(|at| usable[*at] && test(*at)).flat_map(|at| lessons(samples[at], observed[at].variants(contest, changes).collect(), weights[at])).collect()
    };
    let held_out: Vec<Vec<(usize, Prediction)>> = (0..inner_folds)
        .into_par_iter()
        .map(|inner| -> Result<Vec<(usize, Prediction)>> {
            let fitted = fit(&chosen(&|at| families[at] != inner), parameters(contest), search)?;
            let out = (0..samples.len()).filter(|at| usable[*at] && families[*at] == inner);
            Ok(out
                .flat_map(|at| contest.kinds().iter().enumerate().map(move |(number, kind)| (number, kind, at)))
                .map(|(number, kind, at)| (number, best(samples[at], &fitted, *kind)))
                .collect())
        })
        .collect::<Result<_>>()?;
    let calibrations = contest
        .kinds()
        .iter()
        .enumerate()
        .map(|(number, kind)| {
            let points: Vec<(f64, bool)> = held_out.iter().flatten().filter(|(n, p)| *n == number && p.confidence > 0.0).map(|(_, p)| (p.confidence, p.right)).collect();
            (*kind, if inner_folds == 0 { Calibration { slope: 1.0, shift: 0.0 } } else { Calibration::fit(&points) })
        })
        .collect();
    let priors = contest.kinds().iter().map(|kind| (*kind, share_of_positives(cases, *kind))).collect();
    let fitted = fit(&chosen(&|_| true), parameters(contest), search)?;
    Ok(Model { contest, fitted, calibrations, priors })
}

/// How likely a mail is to hold an answer of a kind; ambiguous mails do not count.
fn share_of_positives(cases: &[&Case], kind: Kind) -> f64 {
    let usable = || cases.iter().filter(|case| !case.label.ambiguous);
    usable().filter(|case| case.label.accepted(kind).is_some()).count() as f64 / usable().count().max(1) as f64
}

/// How far the weights of models that were fitted on everything could be off.
pub(crate) fn standard_errors(models: &[Model], cases: &[Case], observed: &[Observed]) -> Vec<Vec<f64>> {
    let of = |model: &Model| {
        let samples: Vec<&Sample> = observed.iter().map(|o| o.sample(model.contest)).collect();
        let weights = weights(&cases.iter().collect::<Vec<_>>(), &samples);
        let usable = (0..cases.len()).filter(|at| !cases[*at].label.ambiguous);
        let all: Vec<Lesson<'_>> = usable.flat_map(|at| lessons(samples[at], observed[at].variants(model.contest, &Change::ALL).collect(), weights[at])).collect();
        model.fitted.standard_errors(&all, parameters(model.contest))
    };
    models.par_iter().map(of).collect()
}

/// Fits on everything.
pub(crate) fn train_all(cases: &[Case], observed: &[Observed]) -> Result<Vec<Model>> {
    let (cases, observed): (Vec<&Case>, Vec<&Observed>) = (cases.iter().collect(), observed.iter().collect());
    Contest::ALL.into_iter().map(|contest| train(contest, &cases, &observed, &Setting { inner_folds: FOLDS, ..SHIPPED })).collect()
}

/// Predictions for languages that had no part in fitting or calibrating, read without their phrases: for each mail, one for
/// each kind. English, which most mails are in, is left out alone; the others by the dozen.
pub(crate) fn leave_language_out(cases: &[Case], observed: &[Observed], without: &[Observed]) -> Result<Vec<[Prediction; 3]>> {
    let group = |case: &Case| if case.label.language() == "en" { FOLDS } else { fold(case.label.language(), FOLDS, 11) };
    let groups: Vec<usize> = cases.iter().map(group).collect();
    let models = cross(cases, observed, &SHIPPED, &groups, |_| true)?;
    Ok(groups.iter().zip(without).map(|(group, without)| predict(&models[*group], without)).collect())
}

/// For each mail what `say` makes of it with the models that its family had no part in.
pub(crate) fn cross_validate<T>(cases: &[Case], observed: &[Observed], say: impl Fn(&[Model], &Observed) -> T) -> Result<Vec<T>> {
    cross_validate_with(cases, observed, &SHIPPED, |_| true, say)
}

/// The same, in another setting, and with only the families that `keep` says in the fitting.
pub(crate) fn cross_validate_with<T>(
    cases: &[Case],
    observed: &[Observed],
    setting: &Setting<'_>,
    keep: impl Fn(&str) -> bool + Sync,
    say: impl Fn(&[Model], &Observed) -> T,
) -> Result<Vec<T>> {
    let folds: Vec<usize> = cases.iter().map(|case| fold(&case.label.sender, FOLDS, 0)).collect();
    let models = cross(cases, observed, setting, &folds, keep)?;
    Ok(folds.iter().zip(observed).map(|(fold, observed)| say(&models[*fold], observed)).collect())
}

/// For each part the models that are fitted on all others.
fn cross(cases: &[Case], observed: &[Observed], setting: &Setting<'_>, parts: &[usize], keep: impl Fn(&str) -> bool + Sync) -> Result<Vec<Vec<Model>>> {
    let count = parts.iter().max().map_or(0, |most| most + 1);
    (0..count)
        .into_par_iter()
        .map(|part| {
            let inside: Vec<usize> = (0..cases.len()).filter(|at| parts[*at] != part && keep(&cases[*at].label.sender)).collect();
            let (c, o): (Vec<&Case>, Vec<&Observed>) = (inside.iter().map(|at| &cases[*at]).collect(), inside.iter().map(|at| &observed[*at]).collect());
            Contest::ALL.into_iter().map(|contest| train(contest, &c, &o, setting)).collect()
        })
        .collect()
}

/// What models say of one mail.
pub(crate) fn predict(models: &[Model], observed: &Observed) -> [Prediction; 3] {
    Kind::ALL
        .map(|kind| models.iter().find(|model| model.contest.kinds().contains(&kind)).map_or(Prediction::default(), |model| model.predict(observed.sample(model.contest), kind)))
}
