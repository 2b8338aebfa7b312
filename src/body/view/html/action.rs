//! Structured actions in JSON-LD (<https://developers.google.com/gmail/markup>): the links of `ConfirmAction`,
//! `SaveAction` and `ViewAction`.

/// Structured data of real mails has some kilobytes.
const MAX_JSON_BYTES: usize = 64 << 10;
const MAX_TARGETS: usize = 8;

/// The `url` and `target` strings that follow a `"@type": "...Action"` of one of the three types.
///
/// The JSON is read as a sequence of strings: mail's JSON-LD is often invalid (trailing commas, comments), and all that
/// is wanted is which string follows which key.
pub(super) fn targets(json: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut in_action = false;
    let mut key = String::new();
    for (string, is_key) in strings(&json[..super::floor(json, MAX_JSON_BYTES)]) {
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

/// The string literals of a JSON text, and whether each is a key.
fn strings(json: &str) -> impl Iterator<Item = (String, bool)> + '_ {
    let mut rest = json;
    std::iter::from_fn(move || {
        let start = rest.find('"')? + 1;
        let mut string = String::new();
        let mut chars = rest[start..].char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break start + at + 1,
                (_, '\\') => match chars.next()?.1 {
                    'u' => {
                        let code: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                        string.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                    }
                    'n' => string.push('\n'),
                    't' => string.push('\t'),
                    c => string.push(c),
                },
                (_, c) => string.push(c),
            }
        };
        rest = &rest[end..];
        Some((string, rest.trim_start().starts_with(':')))
    })
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
