//! A cheap test in front of a walk through the phrases: whether one may begin here at all.
//!
//! A walk through the packed phrases takes some thirty instructions a byte, and most words of a text begin no phrase. So the
//! build script writes down, as bits at hashes, how phrases begin: their first two and first four bytes, all bytes of those shorter
//! than [`BEGINNING`], and the first [`BEGINNING`] bytes of the others. What has none of these bits begins no phrase; what has
//! them may. Compiled into the build script, which writes the bits, and into the library, which reads them.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

/// So many bytes tell most words from the beginnings of phrases.
const BEGINNING: usize = 8;
/// Where the first look at the hashes may end the test.
const FIRST_LOOK: usize = 4;
/// Two bytes of 8 bits.
const PAIR_BYTES: usize = 1 << 13;

/// What is known of the beginnings: a bit for each pair of first bytes, then those at hashes.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'b> {
    pairs: &'b [u8; PAIR_BYTES],
    hashes: &'b [u8],
}

impl<'b> Filter<'b> {
    /// The bits as [`Writer::into_bytes`] gave them.
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        const NONE: &[u8; PAIR_BYTES] = &[0; PAIR_BYTES];
        let (pairs, hashes) = bytes.split_first_chunk().unwrap_or((NONE, &[]));
        Self { pairs, hashes }
    }

    /// Whether a phrase may begin where this text does. Looks at [`BEGINNING`] bytes at most; inside a word, the first two mostly say.
    #[inline]
    pub(crate) fn may_begin(&self, text: &[u8]) -> bool {
        let [first, second, rest @ ..] = text else { return true };
        let pair = pair(*first, *second);
        self.pairs[pair / 8] & 1 << (pair % 8) != 0 && self.may_go_on(pair, rest)
    }

    fn may_go_on(&self, pair: usize, rest: &[u8]) -> bool {
        let mut hash = begin(pair);
        if is_set(self.hashes, whole(hash)) {
            return true;
        }
        for (length, byte) in (3..=BEGINNING).zip(rest) {
            hash = step(hash, *byte);
            if is_set(self.hashes, whole(hash)) {
                return true;
            }
            if length == FIRST_LOOK && !is_set(self.hashes, goes_on(hash)) {
                return false;
            }
        }
        false
    }
}

/// Writes the bits down.
pub(crate) struct Writer {
    pairs: Vec<u8>,
    hashes: Vec<u8>,
}

impl Writer {
    /// With room for phrases that begin in so many ways.
    pub(crate) fn new(beginnings: usize) -> Self {
        // A bit in sixteen is set: one word in sixteen that begins no phrase is walked for nothing.
        let hashes = (beginnings * 2).next_power_of_two().max(64);
        Self { pairs: vec![0; PAIR_BYTES], hashes: vec![0; hashes] }
    }

    pub(crate) fn add(&mut self, phrase: &[u8]) {
        let [first, second, rest @ ..] = phrase else {
            // A phrase of one byte: whatever follows it.
            (0..=u8::MAX).for_each(|second| self.add(&[phrase[0], second]));
            return;
        };
        let pair = pair(*first, *second);
        set(&mut self.pairs, pair);
        let mut hash = begin(pair);
        for (length, byte) in (3..=BEGINNING).zip(rest) {
            hash = step(hash, *byte);
            if length == FIRST_LOOK {
                set(&mut self.hashes, goes_on(hash));
            }
        }
        set(&mut self.hashes, whole(hash));
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.pairs.append(&mut self.hashes);
        self.pairs
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

fn begin(pair: usize) -> u32 {
    (pair as u32 ^ 0x811c_9dc5).wrapping_mul(0x9e37_79b1)
}

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x9e37_79b1)
}

/// Of a beginning that is a whole phrase, or as long as is looked at.
fn whole(hash: u32) -> usize {
    (hash >> 7) as usize
}

/// Of one that goes on.
fn goes_on(hash: u32) -> usize {
    (hash.rotate_left(16) >> 5) as usize
}

fn is_set(bits: &[u8], at: usize) -> bool {
    // Their number is a power of two.
    bits[(at / 8) & (bits.len() - 1)] & 1 << (at % 8) != 0
}

fn set(bits: &mut [u8], at: usize) {
    let index = (at / 8) & (bits.len() - 1);
    bits[index] |= 1 << (at % 8);
}
