//! Observations that are not words.

macro_rules! signs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// An observation about shape, layout, the link or the mail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Sign { $($(#[$doc])* $variant,)+ }

        impl Sign {
            /// Every sign.
            pub const ALL: &'static [Sign] = &[$(Sign::$variant,)+];

            /// Its row in the weights file.
            pub fn name(self) -> &'static str {
                match self { $(Sign::$variant => $name,)+ }
            }
        }
    };
}

signs! {
    /// Holds of every candidate: its weight is the level of the sum against "there is none".
    Always = "always",

    // The shape of a code.
    /// Four digits.
    Digits4 = "digits-4",
    /// Five digits.
    Digits5 = "digits-5",
    /// Six digits.
    Digits6 = "digits-6",
    /// Seven digits.
    Digits7 = "digits-7",
    /// Eight digits.
    Digits8 = "digits-8",
    /// Nine or ten digits.
    Digits9 = "digits-9",
    /// Written in groups.
    Grouped = "grouped",
    /// Written in two groups of three.
    Grouped3And3 = "grouped-3-3",
    /// Each character apart.
    Spelled = "spelled",
    /// Letters and digits.
    Mixed = "letters-and-digits",
    /// Letters and digits, six or eight in all.
    MixedOf6Or8 = "letters-and-digits-6-8",
    /// Letters and digits, more than eight.
    MixedLong = "letters-and-digits-long",
    /// Lower-case letters among them.
    LowerCase = "lower-case",
    /// Letters of both cases.
    BothCases = "both-cases",
    /// One letter run and one digit run: "AB1234".
    LettersThenDigits = "letters-then-digits",
    /// Hyphens between letters and digits.
    Hyphenated = "hyphenated",
    /// A prefix, a hyphen, digits.
    Prefixed = "prefixed",
    /// Letters only.
    Letters = "letters",
    /// Words.
    Words = "words",
    /// Six or more digits that are typed to fill a gap: all alike, or each one more or less than the one before.
    Series = "series",
    /// Reads as a year from 1900 to 2099.
    LooksLikeYear = "looks-like-year",
    /// Reads as a date.
    LooksLikeDate = "looks-like-date",
    /// Ends in two zeros or more.
    LooksRound = "looks-round",
    /// Begins with a zero.
    LeadingZero = "leading-zero",

    // What stands directly around it.
    /// A colon before it.
    AfterColon = "after-colon",
    /// A colon after it.
    BeforeColon = "before-colon",
    /// "#" before it.
    AfterHash = "after-hash",
    /// "№" or the like before it.
    AfterNumberSign = "after-number-sign",
    /// The form of origin-bound codes: "@example.com #123456".
    OriginBound = "origin-bound",
    /// Brackets or quotation marks around it.
    InBrackets = "in-brackets",
    /// A currency beside it.
    NearCurrency = "near-currency",
    /// A masking character before it: "****1234".
    AfterMask = "after-mask",
    /// Part of what looks like a telephone number.
    InPhoneNumber = "in-phone-number",
    /// Another number directly before it.
    NumberBefore = "number-before",
    /// Another number directly after it.
    NumberAfter = "number-after",
    /// Other numbers of four digits or more on its line.
    OtherNumbersOnLine = "other-numbers-on-line",
    /// A date, time, amount or percentage on its line.
    FiguresOnLine = "figures-on-line",
    /// A full stop after it.
    BeforeFullStop = "before-full-stop",
    /// It begins its line.
    BeginsLine = "begins-line",
    /// It ends its line.
    EndsLine = "ends-line",
    /// A word of capital letters directly before it, as a country or model is written: "EUR 1234", "SE 4821".
    AfterCapitals = "after-capitals",

    // Layout.
    /// Nothing else on its line.
    AloneInItsLine = "alone-in-its-line",
    /// Nothing else in its block.
    AloneInItsBlock = "alone-in-its-block",
    /// Its line has at most 40 characters.
    ShortLine = "short-line",
    /// Its line has more than 200 characters.
    LongLine = "long-line",
    /// The line above ends with a colon.
    LineAboveEndsWithColon = "line-above-ends-with-colon",
    /// Bold.
    Bold = "bold",
    /// An element of its own sets it.
    OwnRun = "own-run",
    /// In a box of its own.
    OwnBox = "own-box",
    /// In some box.
    Boxed = "boxed",
    /// Letter-spaced.
    Spaced = "letter-spaced",
    /// Monospace.
    Monospace = "monospace",
    /// Centred.
    Centered = "centered",
    /// A heading.
    Heading = "heading",
    /// At least 1.2 times the size of the text.
    Larger12 = "larger-1.2",
    /// At least 1.5 times.
    Larger15 = "larger-1.5",
    /// At least twice.
    Larger20 = "larger-2",
    /// Smaller than the text.
    Smaller = "smaller",
    /// In the subject.
    InSubject = "in-subject",
    /// In the subject and in no body.
    SubjectOnly = "subject-only",
    /// In the subject and in a body.
    InSubjectAndBody = "in-subject-and-body",
    /// In the text part and in the HTML part.
    InTextAndHtml = "in-text-and-html",
    /// In the text part only, though the mail has HTML: most clients do not show it.
    OnlyInHiddenText = "only-in-hidden-text",
    /// In the HTML part only, though the mail has a text part with more than a few words.
    OnlyInHtml = "only-in-html",
    /// In a body at all.
    InBody = "in-body",
    /// Twice or more in one part.
    Repeated = "repeated",
    /// In the footer.
    InFooter = "in-footer",
    /// In a quoted reply.
    InQuoted = "in-quoted",
    /// In a mail that this one passes on.
    InForwarded = "in-forwarded",
    /// Only in an older mail (quoted, passed on or attached), and the subject does not say that it is passed on.
    OnlyInOlderMail = "only-in-older-mail",
    /// Only in an older mail, and the subject says that it is passed on.
    OnlyInPassedOnMail = "only-in-passed-on-mail",
    /// In an older mail only, and the text above names another code.
    OlderThanAnother = "older-than-another",
    /// The mail says of it that it is used, expired, replaced or wrong.
    SaidToBeVoid = "said-to-be-void",
    /// A label calls it the number of an invoice, an order or a case, and the mail speaks of no code.
    NumberOfSomething = "number-of-something",
    /// In the signature.
    InSignature = "in-signature",
    /// In a message inside this one.
    InNestedMessage = "in-nested-message",
    /// In a list item.
    InListItem = "in-list-item",
    /// In a table cell.
    InCell = "in-cell",
    /// In a table cell to the right of another.
    InCellAfterLabel = "in-cell-after-label",
    /// In the anchor text of a link.
    InAnchor = "in-anchor",
    /// In the replacement text of an image.
    InAlt = "in-alt",
    /// In the first quarter of the visible text.
    FirstQuarter = "first-quarter",
    /// In the last quarter.
    LastQuarter = "last-quarter",
    /// In the first 400 bytes of the visible text.
    Early = "early",

    // Beside the other candidates.
    /// The only code candidate.
    OnlyCode = "only-code",
    /// The only candidate of digits.
    OnlyDigits = "only-digits",
    /// The only candidate of six digits.
    OnlySixDigits = "only-six-digits",
    /// The only one alone in its line.
    OnlyAlone = "only-alone",
    /// The only one that is set apart (box, spacing, size).
    OnlySetApart = "only-set-apart",
    /// Larger than every other.
    Largest = "largest",
    /// The first in the body.
    FirstCode = "first-code",
    /// Three or more other candidates are written alike.
    ManyAlike = "many-alike",
    /// Nearer to a code noun than every other.
    NearestToCodeNoun = "nearest-to-code-noun",
    /// The only one near a code noun.
    OnlyNearCodeNoun = "only-near-code-noun",
    /// The only one directly beside a code noun.
    OnlyAdjacentToCodeNoun = "only-adjacent-to-code-noun",
    /// The value stands in a link of the mail.
    InLinkOfMail = "in-link-of-mail",
    /// Nothing speaks for another use: no currency, mask, phone or other number beside it.
    Clean = "clean",
    /// The only clean one.
    OnlyClean = "only-clean",

    // Words by the dozen: how many different concepts of a group there are. Single concepts have weights of their own
    // ([`super::Evidence::Word`]); these tie them together, so that a rare wording is not judged by its rarest word.
    /// At least one concept of verification near it.
    NearVerification1 = "near-verification-1",
    /// At least two.
    NearVerification2 = "near-verification-2",
    /// At least three.
    NearVerification3 = "near-verification-3",
    /// At least five.
    NearVerification5 = "near-verification-5",
    /// At least one concept of trade, travel or talk near it.
    NearOther1 = "near-other-1",
    /// At least two.
    NearOther2 = "near-other-2",
    /// At least three.
    NearOther3 = "near-other-3",
    /// At least two concepts of verification in the mail.
    MailVerification2 = "mail-verification-2",
    /// At least four.
    MailVerification4 = "mail-verification-4",
    /// At least six.
    MailVerification6 = "mail-verification-6",
    /// At least eight.
    MailVerification8 = "mail-verification-8",
    /// At least one concept of trade, travel or talk in the mail.
    MailOther1 = "mail-other-1",
    /// At least three.
    MailOther3 = "mail-other-3",
    /// At least five.
    MailOther5 = "mail-other-5",
    /// A concept of verification in the subject.
    SubjectVerification = "subject-verification",
    /// A concept of trade, travel or talk in the subject.
    SubjectOther = "subject-other",

    // Links.
    /// The only link.
    OnlyLink = "only-link",
    /// The first link.
    FirstLink = "first-link",
    /// The last link.
    LastLink = "last-link",
    /// Set like a button.
    Button = "button",
    /// The only one set like a button.
    OnlyButton = "only-button",
    /// The first one set like a button.
    FirstButton = "first-button",
    /// The anchor holds an image.
    ImageLink = "image-link",
    /// The anchor holds an image and no text.
    ImageOnly = "image-only",
    /// A bare URL in the text.
    BareUrl = "bare-url",
    /// The anchor text is a URL.
    AnchorIsUrl = "anchor-is-url",
    /// No anchor text.
    AnchorEmpty = "anchor-empty",
    /// Anchor text without a phrase that the lexicon knows.
    AnchorUnknown = "anchor-unknown",
    /// Anchor text of one to four words.
    AnchorShort = "anchor-short",
    /// Anchor text of more than eight words.
    AnchorLong = "anchor-long",
    /// A structured action of schema.org.
    StructuredAction = "structured-action",
    /// Shown as a button or anchor, and as a bare URL too.
    HasBareCopy = "has-bare-copy",
    /// A token of 8 characters or more.
    Token8 = "token-8",
    /// A token of 16 characters or more.
    Token16 = "token-16",
    /// A token of 30 characters or more.
    Token30 = "token-30",
    /// The longest token of all links.
    LongestToken = "longest-token",
    /// The only link with a token of 8 or more.
    OnlyToken = "only-token",
    /// Its path differs from every other link's by more than a token.
    UniqueShape = "unique-shape",
    /// Five or more other links have the same shape.
    ManyOfItsShape = "many-of-its-shape",
    /// No path.
    NoPath = "no-path",
    /// A path of one segment, no query.
    ShortPath = "short-path",
    /// It has a query.
    HasQuery = "has-query",
    /// A parameter that is named as tokens are.
    TokenParameter = "token-parameter",
    /// A token in the fragment.
    TokenInFragment = "token-in-fragment",
    /// Ends as a static file does.
    StaticFile = "static-file",
    /// The wrapper says where it leads.
    ReadableWrapper = "readable-wrapper",
    /// The wrapper does not say where it leads.
    OpaqueWrapper = "opaque-wrapper",
    /// http, not https.
    PlainHttp = "plain-http",
    /// An IP address, or a name that no public suffix ends.
    HostIsNoPublicDomain = "host-is-no-public-domain",
    /// The sender's registrable domain.
    HostIsSenders = "host-is-senders",
    /// A name like the sender's.
    HostResemblesSenders = "host-resembles-senders",
    /// The registrable domain of `Reply-To` or `Sender`, and not of `From`.
    HostIsReplyTosOnly = "host-is-reply-tos-only",
    /// The registrable domain that the sender's display name shows, and not of `From`.
    HostIsNamesOnly = "host-is-names-only",
    /// The only link to its registrable domain.
    OnlyLinkToHost = "only-link-to-host",
    /// The anchor text shows another host.
    AnchorShowsOtherHost = "anchor-shows-other-host",
    /// The host shows another owner's name.
    HostImitates = "host-imitates",
    /// Other links of the mail lead to the sender, this one to somebody whose name has nothing to do with it.
    ForeignAmongOwn = "foreign-among-own",
    /// The host is an IP address.
    HostIsAddress = "host-is-address",
    /// The host is of the reader's own network.
    HostIsInternal = "host-is-internal",
    /// The host is written so that it is not recognised: an address as a number, letters escaped.
    HostIsDisguised = "host-is-disguised",
    /// The host looks like another name.
    HostIsConfusable = "host-is-confusable",
    /// A port that is not the scheme's.
    OtherPort = "other-port",
    /// A parameter is a URL of somebody else.
    LeadsOn = "leads-on",
    /// The link does nothing but lead on to somebody else: nothing of it is a token but the parameter.
    OnlyLeadsOn = "only-leads-on",
    /// Its name is the sender's with words added ("example-login.com" of example.com), and it is not where the mail's other links
    /// lead: those lead to the sender.
    HostExtendsSenders = "host-extends-senders",
    /// Its owner has nothing to do with the sender, whose own site the mail links to or names, and no other link leads there.
    HostIsStrangers = "host-is-strangers",
    /// The display name, the domain of From and the link's host have nothing in common with one another, and the mail is not passed
    /// on.
    HostIsThirdOwners = "host-is-third-owners",

    // The mail.
    /// It has HTML.
    HasHtml = "has-html",
    /// It has text only.
    TextOnly = "text-only",
    /// More than 300 bytes of visible text.
    Longer300 = "longer-300",
    /// More than 700.
    Longer700 = "longer-700",
    /// More than 1,500.
    Longer1500 = "longer-1500",
    /// More than 3,000.
    Longer3000 = "longer-3000",
    /// More than 8,000.
    Longer8000 = "longer-8000",
    /// No link.
    NoLinks = "no-links",
    /// More than one link.
    MoreThanOneLink = "links-2",
    /// More than three.
    MoreThan3Links = "links-4",
    /// More than eight.
    MoreThan8Links = "links-9",
    /// More than twenty.
    MoreThan20Links = "links-21",
    /// More than one code candidate.
    MoreThanOneCode = "codes-2",
    /// More than four.
    MoreThan4Codes = "codes-5",
    /// More than twelve.
    MoreThan12Codes = "codes-13",
    /// More than four images.
    ManyImages = "many-images",
    /// A `List-*` field.
    ListHeader = "list-header",
    /// `Auto-Submitted`.
    AutoSubmitted = "auto-submitted",
    /// An automatic reply.
    AutoReplied = "auto-replied",
    /// `Precedence: bulk` or the like.
    BulkPrecedence = "bulk-precedence",
    /// `In-Reply-To` or `References`.
    InReplyTo = "in-reply-to",
    /// A delivery report.
    DeliveryReport = "delivery-report",
    /// Attachments.
    HasAttachments = "has-attachments",
    /// A message inside.
    HasNestedMessage = "has-nested-message",
    /// The subject begins as a reply's does.
    SubjectIsReply = "subject-is-reply",
    /// The subject begins as a forwarded mail's does.
    SubjectIsForward = "subject-is-forward",
    /// An address that nobody reads.
    UnattendedSender = "unattended-sender",
    /// The sender is named as a person is.
    SenderHasPersonalName = "sender-has-personal-name",
    /// The display name shows an address or a domain of the registrable domain of `From`: "Example.com <hello@example.com>".
    NameShowsOwnDomain = "name-shows-own-domain",
    /// It shows one of another: "service@example.com <x4711@example.net>".
    NameShowsOtherDomain = "name-shows-other-domain",
    /// It is like the name that `From`'s registrable domain begins with: "Example Accounts <no-reply@mail.example.com>".
    NameResemblesDomain = "name-resembles-domain",
    /// `Reply-To` is of another registrable domain than `From`.
    ReplyToOtherDomain = "reply-to-other-domain",
    /// `Sender` is of another registrable domain than `From`.
    SenderOtherDomain = "sender-other-domain",
    /// `From` has more than one mailbox.
    SeveralAuthors = "several-authors",
    /// A server that the caller trusts says that DMARC holds.
    DmarcPass = "dmarc-pass",
    /// A server that the caller trusts says that it does not.
    DmarcFail = "dmarc-fail",
    /// Quoted text.
    HasQuotedText = "has-quoted-text",
    /// Passed-on text.
    HasForwardedText = "has-forwarded-text",
    /// Words that only frauds say.
    FraudWords = "fraud-words",
    /// Hardly any word that the lexicon knows.
    HardlyAnyKnownWord = "hardly-any-known-word",
    /// Hardly any known word, and the candidate stands alone in its line.
    UnknownLanguageAlone = "unknown-language-alone",
}
