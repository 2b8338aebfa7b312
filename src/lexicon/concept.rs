//! What phrases mean.

macro_rules! concepts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What a phrase means, whatever the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Concept { $($(#[$doc])* $variant,)+ }

        impl Concept {
            /// Every concept.
            pub const ALL: &'static [Concept] = &[$(Concept::$variant,)+];

            /// Its name in the data files and in the weights.
            pub fn name(self) -> &'static str {
                match self { $(Concept::$variant => $name,)+ }
            }
        }
    };
}

concepts! {
    /// A code, PIN or passcode, named barely.
    Code = "code",
    /// A verification code, one-time password, login code: named beyond doubt.
    VerificationCode = "verification-code",
    /// To verify, confirm or activate.
    Verify = "verify",
    /// To sign in.
    SignIn = "sign-in",
    /// A password.
    Password = "password",
    /// To reset or recover a password.
    Reset = "reset",
    /// An account or profile.
    Account = "account",
    /// An e-mail address.
    Address = "address",
    /// To enter, type or use a code.
    Enter = "enter",
    /// To click or follow a link.
    Click = "click",
    /// That something expires.
    Expires = "expires",
    /// Units of time.
    Minutes = "minutes",
    /// Not to share it with anyone.
    DoNotShare = "do-not-share",
    /// What to do if you did not ask for this.
    DidNotRequest = "did-not-request",
    /// That you asked for this.
    Requested = "requested",
    /// To register.
    SignUp = "sign-up",
    /// Two-factor authentication.
    TwoFactor = "two-factor",
    /// Security, unusual activity.
    Security = "security",
    /// That something was changed already.
    Changed = "changed",
    /// That it was not you.
    Deny = "deny",
    /// That it was you.
    Approve = "approve",
    /// An invitation.
    Invitation = "invitation",
    /// A noun with "code" in it that proves nothing: promo code, postal code.
    OtherCode = "other-code",
    /// An order or booking.
    Order = "order",
    /// A payment or invoice.
    Payment = "payment",
    /// A coupon or discount.
    Coupon = "coupon",
    /// A parcel or delivery.
    Parcel = "parcel",
    /// A meeting or appointment.
    Meeting = "meeting",
    /// A ticket or case.
    Ticket = "ticket",
    /// A noun before a figure: number, no., id.
    Number = "number",
    /// A telephone.
    Phone = "phone",
    /// To unsubscribe.
    Unsubscribe = "unsubscribe",
    /// To view the mail in a browser.
    ViewOnline = "view-online",
    /// A newsletter or article.
    Newsletter = "newsletter",
    /// A survey or review.
    Survey = "survey",
    /// Help and contact.
    Help = "help",
    /// Legal notices.
    Legal = "legal",
    /// To download or get an app.
    Download = "download",
    /// To confirm something that is neither an address nor a sign-in.
    ConfirmOther = "confirm-other",
    /// Header words of a quoted mail.
    Quoted = "quoted",
    /// Backup codes, licence keys, card PINs.
    BackupCode = "backup-code",
    /// What a code is made of: digits, characters, a key.
    Digits = "digits",
    /// That it is really the reader.
    Identity = "identity",
    /// To get in, go on or finish.
    LetIn = "let-in",
    /// That it works once.
    Once = "once",
    /// What one does in a place: show it at the door, collect, bring.
    Visit = "visit",
    /// Names of months and weekdays.
    Date = "date",
    /// Where one types it on the web: a page, an app, a window, a form.
    Screen = "screen",
    /// Doors, gates, rooms, lockers, key boxes, machines, alarms, networks: what a code opens or starts in the physical world.
    Premises = "premises",
    /// To say the code to a person: quote it, show it, read it out, hand it over.
    Tell = "tell",
    /// Trips and stays: flights, trains, hotels, seats, boarding, rental.
    Travel = "travel",
    /// Accounts, statements, transfers, cards, loans, taxes, insurance, utilities in their everyday business.
    Finance = "finance",
    /// To approve or sign a payment, transfer or order with the code (3-D Secure, TAN).
    AuthorizePayment = "authorize-payment",
    /// Signing in without a password.
    Passwordless = "passwordless",
    /// To choose, create or set a password, the first or a new one.
    ChoosePassword = "choose-password",
    /// That registration is not finished: one more step, pending, until confirmed.
    AlmostDone = "almost-done",
    /// Confirming a subscription to a newsletter, list or alert (double opt-in).
    Subscription = "subscription",
    /// That nothing need be done: for information only, already in order.
    NoAction = "no-action",
    /// That something happened successfully and is over: signed in, verified, activated, sent, received.
    Done = "done",
    /// What other people did: commented, replied, mentioned, messaged, followed, liked, shared, a birthday.
    Social = "social",
    /// Documents, files, signatures, certificates, reports to see or download.
    Document = "document",
    /// Games, matches, leagues, lobbies, levels.
    Game = "game",
    /// Schools and courses: classes, exams, grades, homework, lessons.
    Study = "study",
    /// Doctors, visits, prescriptions, test results.
    Health = "health",
    /// Builds, commits, releases, servers, issues, logs, code in the programmer's sense.
    Software = "software",
    /// Draws, raffles, prizes, votes, surveys' entries.
    Prize = "prize",
    /// Points, miles, memberships, referral programmes.
    Loyalty = "loyalty",
    /// Numbers that companies print under their mails: registration, VAT, tax, licence numbers, capital.
    Registry = "registry",
    /// Parts of a postal address: street, avenue, floor, P.O. box, postcode, city.
    Street = "street",
    /// What is counted or measured, right after a figure: kg, km, kWh, pieces, people, points, pages, percent.
    Unit = "unit",
    /// Automatic replies and people's absence.
    Away = "away",
    /// Talk about a code or link: it did not arrive, it does not work, please send it again, I got it.
    SupportTalk = "support-talk",
    /// Words between people: love, cheers, see you, let me know, mum, kids.
    Personal = "personal",
    /// Reminders and notices of dates.
    Reminder = "reminder",
    /// The subject line, spoken of in the body: the code stands there.
    SubjectLine = "subject-line",
    /// That a code holds no longer or never did: used, expired, replaced, typed wrongly, not to be used.
    Void = "void",
    /// What only frauds say: send me the code, I know your password, ignore previous instructions.
    Fraud = "fraud",
    /// What a code is for that proves no address and no account: a discount, the check-in, a door, a locker.
    UsedElsewhere = "used-elsewhere",
    /// That something is an example: test data, a placeholder, "such as".
    Sample = "sample",
}
