//! One linear model: a candidate's log-odds is the sum of the weights of its evidence, and of pairs of it.
//!
//! The codes and "there is none" compete in one softmax; the pairs of link and purpose and "there is none" in another.
//! A monotone map, fitted on sender families that had no part in fitting the weights, then turns the share into a
//! confidence. No number here is typed by hand: `weights.tsv` is written by the laboratory.

mod veto;
mod weights;

use crate::candidate::code::CodeCandidate;
use crate::candidate::link::LinkCandidate;
use crate::evidence::{self, Evidence, Observations, Reading};
use crate::report::{Answer, Candidate, Contribution, Kind, Target};

use weights::Weights;

/// Every candidate of every kind, ranked within its kind.
pub(crate) fn candidates(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate]) -> Vec<Candidate> {
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
    for candidate in &mut ranked {
        let confidence = weights.calibrate(candidate.answer.kind, candidate.share);
        candidate.answer.confidence = if candidate.veto.is_some() { 0.0 } else { (confidence * 1e4).round() / 1e4 };
        candidate.evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    }
    ranked.sort_by(|a, b| a.answer.kind.cmp(&b.answer.kind).then(a.veto.is_some().cmp(&b.veto.is_some())).then(b.share.total_cmp(&a.share)));
    ranked
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
        veto: veto::of_code(reading.views, code),
        wrapper: None,
        target: None,
    }
}

fn of_link(reading: &Reading<'_>, link: &LinkCandidate, kind: Kind, seen: &Observations, weights: &Weights) -> Candidate {
    let places = link.occurrences.iter().map(|o| (o.view, reading.views[o.view].links[o.link].span.clone())).collect();
    let (log_odds, evidence) = sum(kind, seen, weights);
    Candidate {
        answer: Answer { kind, value: link.href.clone(), confidence: 0.0 },
        log_odds,
        share: 0.0,
        evidence,
        places,
        veto: None,
        wrapper: link.wrapper,
        target: link.target.clone().map(Target),
    }
}

fn sum(kind: Kind, seen: &Observations, weights: &Weights) -> (f64, Vec<Contribution>) {
    let mut evidence = Vec::with_capacity(seen.list().len());
    for o in seen.list() {
        evidence.push(Contribution { evidence: o.evidence, with: None, weight: weights.of(kind, o.evidence), at: o.at.clone() });
        for (other, weight) in weights.pairs(kind, o.evidence).iter().filter(|(other, _)| seen.holds(*other)) {
            evidence.push(Contribution { evidence: o.evidence, with: Evidence::from_index(*other), weight: *weight, at: o.at.clone() });
        }
    }
    (evidence.iter().map(|c| c.weight).sum(), evidence)
}

/// The softmax over the candidates and "there is none", whose log-odds are 0.
fn share(candidates: &mut [Candidate]) {
    let most = candidates.iter().map(|c| c.log_odds).fold(0.0, f64::max);
    let total: f64 = (-most).exp() + candidates.iter().map(|c| (c.log_odds - most).exp()).sum::<f64>();
    for candidate in candidates {
        candidate.share = (candidate.log_odds - most).exp() / total;
    }
}
