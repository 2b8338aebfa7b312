//! One linear model: a candidate's log-odds is the sum of the weights of its evidence, and of pairs of it.
//!
//! The codes and "there is none" compete in one softmax; the pairs of link and purpose and "there is none" in another.
//! A monotone map, fitted on sender families that had no part in fitting the weights, then turns the share into a
//! confidence; where the caller says how likely an answer is, Bayes' theorem carries it over to that prior. No number here
//! is typed by hand: `weights.tsv` is written by the laboratory.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

mod disagreement;
mod elsewhere;
mod veto;
mod weights;

use std::sync::Arc;

use crate::candidate::code::CodeCandidate;
use crate::candidate::link::LinkCandidate;
use crate::evidence::{self, Evidence, LinkFlag, Observation, Observations, Reading};
use crate::hints::Priors;
use crate::limits::Limits;
use crate::report::{Answer, Candidate, Contribution, Contributions, Kind, Target};

use weights::{Pair, Weights};

/// Every candidate of every kind, ranked within its kind, and the kinds of which the mail shows its readers different ones.
pub(crate) fn candidates(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate], priors: &Priors, limits: &Limits) -> (Vec<Candidate>, Vec<Kind>) {
    let weights = Weights::get();
    let mut ranked = Vec::with_capacity(codes.len() + 2 * links.len());
    let (seen_of_codes, seen_of_links, seen_of_mail) = evidence::of_candidates(reading, codes, links);
    // What the whole mail says weighs the same for every candidate of a kind.
    let of_mail = Kind::ALL.map(|kind| seen_of_mail.numbers().map(|number| weights.singles(kind)[number]).sum::<f64>());
    let log_odds = |kind: Kind, seen: &Observations| of_mail[kind as usize] + own_log_odds(kind, seen, weights);
    for (code, seen) in codes.iter().zip(seen_of_codes) {
        ranked.push(of_code(reading, code, log_odds(Kind::Otp, &seen), Arc::new(seen)));
    }
    for (link, seen) in links.iter().zip(seen_of_links) {
        let seen = Arc::new(seen);
        for kind in [Kind::MagicLink, Kind::PasswordReset] {
            ranked.push(of_link(reading, link, kind, log_odds(kind, &seen), &seen));
        }
    }
    let (of_codes, of_links) = ranked.split_at_mut(codes.len());
    share(of_codes);
    share(of_links);
    if let Some(veto) = veto::of_mail(reading) {
        ranked.iter_mut().for_each(|candidate| candidate.veto = candidate.veto.or(Some(veto)));
    }
    for candidate in &mut ranked {
        candidate.answer.confidence = if candidate.veto.is_some() { 0.0 } else { weights.calibrate(candidate.answer.kind, candidate.share) };
    }
    condition(&mut ranked, priors, weights);
    let mut disagreements = disagreement::settle(reading.views, &mut ranked, weights);
    disagreements.extend(elsewhere::settle(reading, &mut ranked, limits));
    for candidate in &mut ranked {
        candidate.answer.confidence = (candidate.answer.confidence * 1e4).round() / 1e4;
    }
    ranked.sort_by(|a, b| {
        let by_kind = a.answer.kind.cmp(&b.answer.kind).then(a.veto.is_some().cmp(&b.veto.is_some()));
        by_kind.then(b.answer.confidence.total_cmp(&a.answer.confidence)).then(b.share.total_cmp(&a.share))
    });
    (ranked, disagreements)
}

fn of_code(reading: &Reading<'_>, code: &CodeCandidate, log_odds: f64, seen: Arc<Observations>) -> Candidate {
    let places = code.occurrences.iter().map(|o| (o.view, o.span.clone())).collect();
    Candidate {
        answer: Answer { kind: Kind::Otp, value: code.value.clone(), confidence: 0.0 },
        log_odds,
        share: 0.0,
        places,
        veto: veto::of_code(reading.views, code, &seen),
        evidence: Contributions::new(Kind::Otp, seen),
        wrapper: None,
        target: None,
        domain: None,
        flags: Vec::new(),
    }
}

fn of_link(reading: &Reading<'_>, link: &LinkCandidate, kind: Kind, log_odds: f64, seen: &Arc<Observations>) -> Candidate {
    let places = link.occurrences.iter().map(|o| (o.view, reading.views[o.view].links[o.link].span.clone())).collect();
    let flags = LinkFlag::of(seen);
    Candidate {
        answer: Answer { kind, value: link.href.clone(), confidence: 0.0 },
        log_odds,
        share: 0.0,
        evidence: Contributions::new(kind, seen.clone()),
        places,
        veto: veto::of_link(reading.views, link, &flags, seen),
        wrapper: link.wrapper,
        target: link.target.clone().map(Target),
        domain: link.domain().map(str::to_owned),
        flags,
    }
}

/// The sum of the weights but for those of what was seen of the whole mail.
fn own_log_odds(kind: Kind, seen: &Observations, weights: &Weights) -> f64 {
    let singles = weights.singles(kind);
    seen.own().map(|number| singles[number]).sum::<f64>() + weights.pairs(kind, seen).map(|pair| pair.weight).sum::<f64>()
}

/// What the log-odds are made of, strongest first.
pub(crate) fn contributions(kind: Kind, seen: &Observations) -> Vec<Contribution> {
    let weights = Weights::get();
    let pairs: Vec<&Pair> = weights.pairs(kind, seen).collect();
    let mut list = Vec::new();
    for Observation { evidence, at } in seen.iter() {
        let number = evidence.index();
        list.push(Contribution { evidence, with: None, weight: weights.singles(kind)[number], at: at.clone() });
        let of_this = pairs.iter().filter(|pair| pair.first == number);
        list.extend(of_this.map(|pair| Contribution { evidence, with: Evidence::from_index(pair.second), weight: pair.weight, at: at.clone() }));
    }
    list.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    list
}

/// The share of each candidate against the others and "there is none".
fn share(candidates: &mut [Candidate]) {
    let softmax = Softmax::over(candidates.iter().map(|candidate| candidate.log_odds));
    candidates.iter_mut().for_each(|candidate| candidate.share = softmax.share(candidate.log_odds));
}

/// The softmax over some log-odds and "there is none", whose log-odds are 0.
pub(crate) struct Softmax {
    most: f64,
    total: f64,
}

impl Softmax {
    pub(crate) fn over(log_odds: impl Iterator<Item = f64> + Clone) -> Self {
        let most = log_odds.clone().fold(0.0, f64::max);
        let total = (-most).exp() + log_odds.map(|odds| (odds - most).exp()).sum::<f64>();
        Self { most, total }
    }

    /// Of one of them.
    pub(crate) fn share(&self, log_odds: f64) -> f64 {
        (log_odds - self.most).exp() / self.total
    }
}

/// Carries the confidences of the kinds that the caller expects over to its prior, by Bayes' theorem: each candidate's
/// odds against "there is none" change by the one factor between the two priors' odds.
fn condition(candidates: &mut [Candidate], priors: &Priors, weights: &Weights) {
    for (kind, prior) in Kind::ALL.into_iter().zip(priors) {
        let Some(prior) = prior else { continue };
        let factor = odds(*prior) / odds(weights.prior(kind));
        // Each is calibrated by itself, so together they may pass 1; nothing is left for "none" then, and nothing to move.
        let mut of_kind: Vec<&mut f64> = candidates.iter_mut().filter(|candidate| candidate.answer.kind == kind).map(|candidate| &mut candidate.answer.confidence).collect();
        let some = of_kind.iter().map(|confidence| **confidence).sum::<f64>().min(1.0);
        for confidence in &mut of_kind {
            **confidence *= factor / (1.0 - some + factor * some);
        }
    }
}

fn odds(probability: f64) -> f64 {
    probability / (1.0 - probability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extractor, Hints};

    #[test]
    fn the_prior_of_the_calibration_changes_nothing() {
        let mail = b"Subject: Sign in\r\n\r\nYour code is 483921, order 90210.\r\n\r\nOr sign in: https://example.org/login?token=8f3e9a7c1b5d\r\n";
        let usual = Kind::ALL.into_iter().fold(Hints::new(), |hints, kind| hints.expect(kind, Weights::get().prior(kind)));
        let (plain, conditioned) = (Extractor::new().extract(mail), Extractor::new().extract_with(mail, &usual));
        for kind in Kind::ALL {
            assert!(plain.candidates(kind).count() > 0);
            for (one, other) in plain.candidates(kind).zip(conditioned.candidates(kind)) {
                assert!((one.answer.confidence - other.answer.confidence).abs() < 1.5e-4);
            }
        }
    }
}
