//! Phrases packed as a tree that is read where it lies.
//!
//! A node stands for what some phrases begin with, and for as much more as all of them have in common; so a walk compares a stretch
//! of bytes at a node and chooses among its children by one byte more, and most walks are over after two or three nodes. (An
//! automaton that shares the ends of phrases too is a third smaller, and took some hundred instructions for each byte of a walk.)
//!
//! A node is a byte with the length of its stretch, the highest bit set where a phrase ends behind the stretch; the stretch; then,
//! if a phrase ends, its value; the number of children; the first byte of each of them; and where each stands. Values and places
//! have three bytes, the lower first. Children stand before their parents, and the place of the root is at the very end. Compiled into
//! the build script, which writes the bytes, and into the library, which reads them.

#![expect(clippy::indexing_slicing, reason = "places come from the tree, which the build script wrote; the text's bytes are compared with its length first")]

/// Set where a phrase ends.
const IS_END: u8 = 0x80;
/// Of the stretch of one node; the rest of a longer one is a child.
const MOST_BYTES: usize = 0x7f;
/// So many are looked through one by one.
const FEW_CHILDREN: usize = 8;
/// No node.
const NOWHERE: u32 = u32::MAX;
/// Of a value or a place.
const NUMBER_BYTES: usize = 3;

/// Phrases, each with a value.
pub(crate) struct Trie<'b> {
    bytes: &'b [u8],
    root: usize,
    /// The children of the root, which has some two hundred, by their first byte.
    first: [u32; 256],
}

impl<'b> Trie<'b> {
    /// The tree as [`write`] gave it.
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        let root = number(bytes, bytes.len() - NUMBER_BYTES);
        let mut first = [NOWHERE; 256];
        // Phrases that begin alike in all are walked from the root.
        if bytes[root] == 0 {
            let children = usize::from(bytes[root + 1]);
            for child in 0..children {
                first[usize::from(bytes[root + 2 + child])] = number(bytes, root + 2 + children + child * NUMBER_BYTES) as u32;
            }
        }
        Self { bytes, root, first }
    }

    /// Calls `found` with the length and the value of each phrase that a text begins with, the shorter first. Looks at no more of the
    /// text than the longest phrase has.
    pub(crate) fn beginnings(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let (bytes, mut node, mut length) = (self.bytes, self.root, 0);
        if bytes[node] == 0 {
            match text.first().map(|byte| self.first[usize::from(*byte)]) {
                None | Some(NOWHERE) => return,
                Some(child) => node = child as usize,
            }
        }
        loop {
            let stretch = usize::from(bytes[node] & !IS_END);
            let is_end = bytes[node] & IS_END != 0;
            let mut at = node + 1 + stretch;
            if stretch > 0 && !text[length..].starts_with(&bytes[node + 1..at]) {
                return;
            }
            length += stretch;
            if is_end {
                found(length, number(bytes, at));
                at += NUMBER_BYTES;
            }
            let children = usize::from(bytes[at]);
            let firsts = &bytes[at + 1..at + 1 + children];
            let Some(next) = text.get(length) else { return };
            let child = if children > FEW_CHILDREN { firsts.binary_search(next).ok() } else { firsts.iter().position(|first| first == next) };
            let Some(child) = child else { return };
            node = number(bytes, at + 1 + children + child * NUMBER_BYTES);
        }
    }
}

fn number(bytes: &[u8], at: usize) -> usize {
    match bytes[at..] {
        [a, b, c, ..] => usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16,
        _ => 0,
    }
}

/// Packs phrases, which are in order and all different, each with its value. `None` where a value or a place has no room.
pub(crate) fn write(phrases: &[(&[u8], usize)]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let root = write_node(phrases, 0, &mut out)?;
    out.extend(three_bytes(root)?);
    Some(out)
}

/// Writes the node of phrases that are alike up to `depth`, and those below it. Recursion is as deep as the longest phrase is long.
fn write_node(phrases: &[(&[u8], usize)], depth: usize, out: &mut Vec<u8>) -> Option<usize> {
    let [first, last] = [phrases.first(), phrases.last()].map(|phrase| phrase.map_or(&[][..], |(phrase, _)| &phrase[depth..]));
    // They are in order: what the first and the last have in common, all have.
    let stretch = first.iter().zip(last).take_while(|(a, b)| a == b).count().min(MOST_BYTES);
    let depth = depth + stretch;
    let end = phrases.first().filter(|(phrase, _)| phrase.len() == depth).map(|(_, value)| *value);
    let mut children = Vec::new();
    for below in phrases[usize::from(end.is_some())..].chunk_by(|(a, _), (b, _)| a[depth] == b[depth]) {
        children.push((below[0].0[depth], write_node(below, depth, out)?));
    }
    let node = out.len();
    out.push(stretch as u8 | if end.is_some() { IS_END } else { 0 });
    out.extend(&first[..stretch]);
    if let Some(value) = end {
        out.extend(three_bytes(value)?);
    }
    // One byte tells them apart, and keys are UTF-8, which has no byte 255.
    out.push(u8::try_from(children.len()).ok()?);
    out.extend(children.iter().map(|(first, _)| *first));
    for (_, place) in children {
        out.extend(three_bytes(place)?);
    }
    Some(node)
}

fn three_bytes(number: usize) -> Option<[u8; NUMBER_BYTES]> {
    match u32::try_from(number).ok()?.to_le_bytes() {
        [a, b, c, 0] => Some([a, b, c]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrases_that_a_text_begins_with_are_found() {
        let long = "x".repeat(300);
        let mut phrases = ["a", "ab", "abcd", "abce", "b", "bcdefg", "é", "éa", long.as_str()];
        phrases.sort_unstable();
        let numbered: Vec<(&[u8], usize)> = phrases.iter().zip(7..).map(|(phrase, value)| (phrase.as_bytes(), value)).collect();
        let bytes = write(&numbered).expect("few phrases");
        for text in ["", "a", "abc", "abcd", "abcexyz", "bcdef", "bcdefg", "éa", "è", "c", long.as_str(), &long[..299], "\u{10ffff}"] {
            let mut found = Vec::new();
            Trie::new(&bytes).beginnings(text.as_bytes(), |length, value| found.push((length, value)));
            let mut expected: Vec<(usize, usize)> =
                numbered.iter().filter(|(phrase, _)| text.as_bytes().starts_with(phrase)).map(|(phrase, value)| (phrase.len(), *value)).collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }
}
