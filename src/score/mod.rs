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

use crate::candidate::code::CodeCandidate;
use crate::candidate::link::LinkCandidate;
use crate::evidence::{self, Evidence, LinkFlag, Observations, Reading};
use crate::hints::Priors;
use crate::limits::Limits;
use crate::report::{Answer, Candidate, Contribution, Kind, Target};

use weights::Weights;

/// Every candidate of every kind, ranked within its kind, and the kinds of which the mail shows its readers different ones.
pub(crate) fn candidates(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate], priors: &Priors, limits: &Limits) -> (Vec<Candidate>, Vec<Kind>) {
    let weights = Weights::get();
    let mut ranked = Vec::new();
    let (seen_of_codes, seen_of_links) = evidence::of_candidates(reading, codes, links);
    for (code, seen) in codes.iter().zip(seen_of_codes) {
        ranked.push(of_code(reading, code, &seen, weights));
    }
    share(&mut ranked);
    let mut of_links = Vec::new();
    for (link, seen) in links.iter().zip(seen_of_links) {
        for kind in [Kind::MagicLink, Kind::PasswordReset] {
            of_links.push(of_link(reading, link, kind, &seen, weights));
        }
    }
    share(&mut of_links);
    ranked.append(&mut of_links);
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

fn of_code(reading: &Reading<'_>, code: &CodeCandidate, seen: &Observations, weights: &Weights) -> Candidate {
    let places = code.occurrences.iter().map(|o| (o.view, o.span.clone())).collect();
    let (log_odds, evidence) = sum(Kind::Otp, seen, weights);
    Candidate {
        answer: Answer { kind: Kind::Otp, value: code.value.clone(), confidence: 0.0 },
        log_odds,
        share: 0.0,
        evidence,
        places,
        veto: veto::of_code(reading.views, code, seen),
        wrapper: None,
        target: None,
        domain: None,
        flags: Vec::new(),
    }
}

fn of_link(reading: &Reading<'_>, link: &LinkCandidate, kind: Kind, seen: &Observations, weights: &Weights) -> Candidate {
    let places = link.occurrences.iter().map(|o| (o.view, reading.views[o.view].links[o.link].span.clone())).collect();
    let (log_odds, evidence) = sum(kind, seen, weights);
    let flags = LinkFlag::of(seen);
    Candidate {
        answer: Answer { kind, value: link.href.clone(), confidence: 0.0 },
        log_odds,
        share: 0.0,
        evidence,
        places,
        veto: veto::of_link(reading.views, link, &flags, seen),
        wrapper: link.wrapper,
        target: link.target.clone().map(Target),
        domain: link.domain().map(str::to_owned),
        flags,
    }
}

/// The sum of the weights, and what it is made of, strongest first.
fn sum(kind: Kind, seen: &Observations, weights: &Weights) -> (f64, Vec<Contribution>) {
    let mut terms = Vec::with_capacity(2 * seen.list().len());
    for (at, o) in seen.list().iter().enumerate() {
        terms.push((weights.of(kind, o.evidence), at, None));
        let pairs = weights.pairs(kind, o.evidence).iter().filter(|(other, _)| seen.holds(*other));
        terms.extend(pairs.map(|(other, weight)| (*weight, at, Some(*other))));
    }
    let sum = terms.iter().map(|(weight, ..)| weight).sum();
    // Before the contributions are made, which are several times as large.
    terms.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let contribution = |(weight, at, other): (f64, usize, Option<usize>)| {
        let o = &seen.list()[at];
        Contribution { evidence: o.evidence, with: other.and_then(Evidence::from_index), weight, at: o.at.clone() }
    };
    (sum, terms.into_iter().map(contribution).collect())
}

/// The softmax over the candidates and "there is none", whose log-odds are 0.
fn share(candidates: &mut [Candidate]) {
    let most = candidates.iter().map(|c| c.log_odds).fold(0.0, f64::max);
    let total: f64 = (-most).exp() + candidates.iter().map(|c| (c.log_odds - most).exp()).sum::<f64>();
    for candidate in candidates {
        candidate.share = (candidate.log_odds - most).exp() / total;
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
