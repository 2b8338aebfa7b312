//! Structured actions in JSON-LD (<https://developers.google.com/gmail/markup>): the links of `ConfirmAction`,
//! `SaveAction` and `ViewAction`.

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use crate::body::view::{floor, json_strings};

/// Structured data of real mails has some kilobytes.
const MAX_JSON_BYTES: usize = 64 << 10;
const MAX_TARGETS: usize = 8;

/// The `url` and `target` strings that follow a `"@type": "...Action"` of one of the three types.
pub(super) fn targets(json: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut in_action = false;
    let mut key = String::new();
    for (string, is_key) in json_strings(&json[..floor(json, MAX_JSON_BYTES)]) {
        if is_key {
            key = string;
            continue;
        }
        match key.as_str() {
            "@type" if matches!(string.as_str(), "ConfirmAction" | "SaveAction" | "ViewAction") => in_action = true,
            "@type" if string.ends_with("Action") => in_action = false,
            "url" | "target" if in_action && string.starts_with("http") && out.len() < MAX_TARGETS && !out.contains(&string) => out.push(string),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirm_action_names_its_target() {
        let json =
            r#"{"@type":"EmailMessage","potentialAction":{"@type":"ConfirmAction","name":"Confirm","handler":{"@type":"HttpActionHandler","url":"https:\/\/ex.org\/c?t=\u0031"}}}"#;
        assert_eq!(targets(json), ["https://ex.org/c?t=1"]);
    }

    #[test]
    fn other_actions_are_none() {
        assert!(targets(r#"{"@type":"TrackAction","url":"https://ex.org/"}"#).is_empty());
    }
}
