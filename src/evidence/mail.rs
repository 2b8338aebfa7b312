//! What the whole mail says, for every candidate alike.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::words::{OTHER, VERIFICATION, count_signs};
use super::{Evidence, Place, Reading, Sign};
use super::{sender, status};
use crate::body::message::Message;
use crate::body::view::{Role, Source};
use crate::candidate::code::CodeCandidate;
use crate::candidate::link::LinkCandidate;
use crate::lexicon::Concept;

/// So much most mails say.
const USUAL: usize = 96;

/// Marks of a reply and of a passed-on mail at the head of a subject, as clients in many languages write them.
const REPLY_MARKS: [&str; 16] = ["re", "aw", "sv", "antw", "odp", "ynt", "res", "ref", "ha", "vá", "atb", "ответ", "回复", "回覆", "答复", "답장"];
const FORWARD_MARKS: [&str; 17] = ["fw", "fwd", "wg", "tr", "rv", "enc", "i", "pd", "vs", "vb", "vl", "doorst", "ilt", "转发", "轉寄", "전달", "πρθ"];

pub(super) fn observe(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate]) -> Vec<Evidence> {
    let mut out = Vec::with_capacity(USUAL);
    let mut sign = |seen: bool, sign: Sign| {
        if seen {
            out.push(Evidence::Sign(sign));
        }
    };
    sign(true, Sign::Always);
    headers(reading, &mut sign);
    sizes(reading, codes, links, &mut sign);
    words(reading, &mut out);
    out
}

/// What stands before the subject's first colon, without a count: "RE[2]: ..." is `re`.
fn mark(message: &Message<'_>) -> Option<String> {
    let (mark, _) = message.subject.as_deref()?.split_once([':', '：'])?;
    Some(mark.trim().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')')).to_lowercase())
}

/// Whether the subject says that the mail passes another one on.
pub(super) fn is_forward(message: &Message<'_>) -> bool {
    mark(message).is_some_and(|m| FORWARD_MARKS.contains(&m.as_str()))
}

fn headers(reading: &Reading<'_>, sign: &mut impl FnMut(bool, Sign)) {
    let message = reading.message;
    sign(message.list, Sign::ListHeader);
    sign(message.auto_submitted, Sign::AutoSubmitted);
    sign(message.auto_replied, Sign::AutoReplied);
    sign(message.precedence.as_deref().is_some_and(|p| matches!(p, "bulk" | "list" | "junk")), Sign::BulkPrecedence);
    sign(message.in_reply_to, Sign::InReplyTo);
    sign(message.is_report, Sign::DeliveryReport);
    sign(message.attachments > 0, Sign::HasAttachments);
    sign(!message.nested.is_empty(), Sign::HasNestedMessage);
    sign(mark(message).is_some_and(|m| REPLY_MARKS.contains(&m.as_str())), Sign::SubjectIsReply);
    sign(is_forward(message), Sign::SubjectIsForward);
    sign(sender::is_unattended(message), Sign::UnattendedSender);
    sign(sender::is_free_mail_person(message), Sign::SenderHasPersonalName);
    status::observe_mail(reading, sign);
    sender::observe_sender(message, &reading.senders, &reading.authentication, sign);
}

fn sizes(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate], sign: &mut impl FnMut(bool, Sign)) {
    let bodies = || reading.views.iter().filter(|view| view.source != Source::Subject);
    let has_html = bodies().any(|view| view.source == Source::Html);
    sign(has_html, Sign::HasHtml);
    sign(!has_html, Sign::TextOnly);
    let main = bodies().filter(|view| !has_html || view.source == Source::Html).map(|view| view.text.len()).sum::<usize>();
    for (size, evidence) in [(300, Sign::Longer300), (700, Sign::Longer700), (1500, Sign::Longer1500), (3000, Sign::Longer3000), (8000, Sign::Longer8000)] {
        sign(main > size, evidence);
    }
    sign(links.is_empty(), Sign::NoLinks);
    for (count, evidence) in [(1, Sign::MoreThanOneLink), (3, Sign::MoreThan3Links), (8, Sign::MoreThan8Links), (20, Sign::MoreThan20Links)] {
        sign(links.len() > count, evidence);
    }
    for (count, evidence) in [(1, Sign::MoreThanOneCode), (4, Sign::MoreThan4Codes), (12, Sign::MoreThan12Codes)] {
        sign(codes.len() > count, evidence);
    }
    sign(bodies().any(|view| view.images > 4), Sign::ManyImages);
    sign(bodies().any(|view| view.blocks.iter().any(|b| b.role == Role::Quoted)), Sign::HasQuotedText);
    sign(bodies().any(|view| view.blocks.iter().any(|b| b.role == Role::Forwarded)), Sign::HasForwardedText);
}

fn words(reading: &Reading<'_>, out: &mut Vec<Evidence>) {
    let mut body = [0u32; Concept::ALL.len()];
    let mut subject = [false; Concept::ALL.len()];
    for (index, view) in reading.views.iter().enumerate() {
        for hit in reading.hits(index) {
            let role = view.blocks.get(view.block_at(hit.span.start)).map(|b| b.role);
            match view.source {
                Source::Subject => subject[hit.concept as usize] = true,
                _ if role == Some(Role::Quoted) => {}
                _ => body[hit.concept as usize] += 1,
            }
        }
    }
    let known: u32 = body.iter().sum();
    if known < 3 {
        out.push(Evidence::Sign(Sign::HardlyAnyKnownWord));
    }
    let there = |concept: &&Concept| body[**concept as usize] > 0 || subject[**concept as usize];
    let mut add = |sign| out.push(Evidence::Sign(sign));
    let signs = [(2, Sign::MailVerification2), (4, Sign::MailVerification4), (6, Sign::MailVerification6), (8, Sign::MailVerification8)];
    count_signs(VERIFICATION.iter().filter(there).count(), &signs, &mut add);
    count_signs(OTHER.iter().filter(there).count(), &[(1, Sign::MailOther1), (3, Sign::MailOther3), (5, Sign::MailOther5)], &mut add);
    count_signs(VERIFICATION.iter().filter(|c| subject[**c as usize]).count(), &[(1, Sign::SubjectVerification)], &mut add);
    count_signs(OTHER.iter().filter(|c| subject[**c as usize]).count(), &[(1, Sign::SubjectOther)], &mut add);
    for concept in Concept::ALL {
        if subject[*concept as usize] {
            out.push(Evidence::Word(*concept, Place::Subject));
        }
        if body[*concept as usize] > 0 {
            out.push(Evidence::Word(*concept, Place::Body));
        }
    }
}
