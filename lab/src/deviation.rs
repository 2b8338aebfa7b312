//! Standard errors of fitted weights: how far each could be off, from the curvature of the penalised likelihood.

use crate::design::Design;

/// Candidates with a smaller share bend the likelihood by nothing that shows.
const LEAST_SHARE: f64 = 1e-5;

/// The square roots of the diagonal of the inverse Hessian, for the given columns; the others are taken as fixed. Cubic in
/// the number of columns.
pub(crate) fn standard_errors(design: &Design, weights: &[f64], l2: &[f64], columns: &[usize]) -> Vec<f64> {
    let n = columns.len();
    let mut place = vec![None; design.width()];
    columns.iter().enumerate().for_each(|(at, column)| place[*column] = Some(at));
    let mut hessian = vec![0.0; n * n];
    columns.iter().enumerate().for_each(|(at, column)| hessian[at * n + at] = l2[*column]);
    design.each_group(weights, |weight, rows| {
        // The covariance of the terms under the model, less the one given that the label is right.
        for (sign, share_of) in [(1.0, 0usize), (-1.0, 1)] {
            let shares = rows.iter().map(|(row, shares)| (*row, shares[share_of])).filter(|(_, share)| *share >= LEAST_SHARE);
            let mut mean: Vec<(usize, f64)> = Vec::new();
            for (row, share) in shares {
                let own: Vec<usize> = design.columns(row).iter().filter_map(|column| place[*column as usize]).collect();
                own.iter().for_each(|a| own.iter().filter(|b| *b <= a).for_each(|b| hessian[a * n + b] += sign * weight * share));
                mean.extend(own.into_iter().map(|a| (a, share)));
            }
            mean.sort_unstable_by_key(|(at, _)| *at);
            let mean = merged(mean);
            mean.iter().for_each(|(a, p)| mean.iter().filter(|(b, _)| b <= a).for_each(|(b, q)| hessian[a * n + b] -= sign * weight * p * q));
        }
    });
    diagonal_of_inverse(hessian, n).into_iter().map(|variance| variance.max(0.0).sqrt()).collect()
}

fn merged(sorted: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    let mut out: Vec<(usize, f64)> = Vec::new();
    for (at, share) in sorted {
        match out.last_mut() {
            Some((last, total)) if *last == at => *total += share,
            _ => out.push((at, share)),
        }
    }
    out
}

/// Of a symmetric positive definite matrix, given by its lower triangle: by Cholesky's factor and its inverse.
fn diagonal_of_inverse(mut m: Vec<f64>, n: usize) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    for i in 0..n {
        for j in 0..=i {
            let rest = m[i * n + j] - dot(&m[i * n..i * n + j], &m[j * n..j * n + j]);
            m[i * n + j] = if i == j { rest.max(1e-12).sqrt() } else { rest / m[j * n + j] };
        }
    }
    // Columns of the factor's inverse; the sum of a column's squares is the diagonal of the whole inverse.
    let mut column = vec![0.0; n];
    (0..n)
        .map(|at| {
            column[at] = 1.0 / m[at * n + at];
            for i in at + 1..n {
                column[i] = -dot(&m[i * n + at..i * n + i], &column[at..i]) / m[i * n + i];
            }
            column[at..].iter().map(|x| x * x).sum()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Lesson;
    use crate::sample::{Option_, Sample};
    use mailpick::Kind;

    #[test]
    fn the_diagonal_of_an_inverse_is_found() {
        // [[4, 2], [2, 3]] has the inverse [[3, -2], [-2, 4]] / 8.
        let found = diagonal_of_inverse(vec![4.0, 0.0, 2.0, 3.0], 2);
        assert!((found[0] - 0.375).abs() < 1e-12 && (found[1] - 0.5).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn one_weight_has_the_error_of_a_logistic_regression() {
        // One candidate a mail, one term: the information is n p (1 - p).
        let samples: Vec<Sample> = (0..100).map(|n| Sample { options: vec![Option_ { kind: Kind::Otp, features: vec![0], right: n % 2 == 0 }], positive: n % 2 == 0 }).collect();
        let lessons: Vec<Lesson<'_>> = samples.iter().map(|sample| Lesson { sample, weight: 1.0 }).collect();
        let errors = standard_errors(&Design::new(&lessons, 1), &[0.0], &[1e-9], &[0]);
        assert!((errors[0] - 1.0 / 25f64.sqrt()).abs() < 1e-6, "{errors:?}");
    }
}
