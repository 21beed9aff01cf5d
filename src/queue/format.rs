//! The MTAs, and the forms in which they tell their queues.

use super::Queue;

/// A mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mta {
    /// Postfix.
    Postfix,
    /// Exim 4.
    Exim,
    /// Sendmail 8.
    Sendmail,
    /// qmail, netqmail, notqmail.
    Qmail,
    /// OpenSMTPD.
    OpenSmtpd,
    /// nullmailer.
    Nullmailer,
    /// Courier.
    Courier,
    /// Microsoft Exchange.
    Exchange,
}

impl Mta {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Postfix,
        Self::Exim,
        Self::Sendmail,
        Self::Qmail,
        Self::OpenSmtpd,
        Self::Nullmailer,
        Self::Courier,
        Self::Exchange,
    ];

    /// As in `-M`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Postfix => "postfix",
            Self::Exim => "exim",
            Self::Sendmail => "sendmail",
            Self::Qmail => "qmail",
            Self::OpenSmtpd => "opensmtpd",
            Self::Nullmailer => "nullmailer",
            Self::Courier => "courier",
            Self::Exchange => "exchange",
        }
    }
}

/// A form of listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `postqueue -j` (Postfix 3.1 and later): an object a line.
    PostfixJson,
    /// `postqueue -p`, Postfix's `mailq`.
    PostfixText,
    /// What the showq service says on its socket: attribute lists.
    PostfixShowq,
    /// `exim -bp`, `-bpr`, `-bpu`, `-bpa`.
    Exim,
    /// `exim -bpc`: a number.
    EximCount,
    /// Sendmail's `mailq`, `mailq -v`, `mailq -Ac`.
    Sendmail,
    /// `qmail-qstat`: two numbers.
    QmailStat,
    /// `qmail-qread`.
    QmailRead,
    /// `smtpctl show queue`: an envelope a line.
    OpenSmtpd,
    /// nullmailer's `mailq`.
    Nullmailer,
    /// Courier's `mailq`, with or without `-batch`.
    Courier,
    /// Exchange's `Get-Queue` or `Get-Message` through `ConvertTo-Json`.
    ExchangeJson,
    /// Exchange's `Get-Queue` or `Get-Message` through `ConvertTo-Csv` or `Export-Csv`.
    ExchangeCsv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::PostfixJson,
        Self::PostfixText,
        Self::PostfixShowq,
        Self::Exim,
        Self::EximCount,
        Self::Sendmail,
        Self::QmailStat,
        Self::QmailRead,
        Self::OpenSmtpd,
        Self::Nullmailer,
        Self::Courier,
        Self::ExchangeJson,
        Self::ExchangeCsv,
    ];

    /// Whose form it is.
    #[must_use]
    pub fn mta(self) -> Mta {
        match self {
            Self::PostfixJson | Self::PostfixText | Self::PostfixShowq => Mta::Postfix,
            Self::Exim | Self::EximCount => Mta::Exim,
            Self::Sendmail => Mta::Sendmail,
            Self::QmailStat | Self::QmailRead => Mta::Qmail,
            Self::OpenSmtpd => Mta::OpenSmtpd,
            Self::Nullmailer => Mta::Nullmailer,
            Self::Courier => Mta::Courier,
            Self::ExchangeJson | Self::ExchangeCsv => Mta::Exchange,
        }
    }

    /// What prints it.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::PostfixJson => "postqueue -j",
            Self::PostfixText => "postqueue -p",
            Self::PostfixShowq => "showq",
            Self::Exim => "exim -bp",
            Self::EximCount => "exim -bpc",
            Self::Sendmail | Self::Nullmailer | Self::Courier => "mailq",
            Self::QmailStat => "qmail-qstat",
            Self::QmailRead => "qmail-qread",
            Self::OpenSmtpd => "smtpctl show queue",
            Self::ExchangeJson => "Get-Queue | ConvertTo-Json",
            Self::ExchangeCsv => "Get-Queue | ConvertTo-Csv",
        }
    }

    /// An empty queue prints nothing at all: only the exit status tells it from a listing that failed.
    #[must_use]
    pub fn silent_when_empty(self) -> bool {
        matches!(
            self,
            Self::PostfixJson
                | Self::Exim
                | Self::QmailRead
                | Self::OpenSmtpd
                | Self::Nullmailer
                | Self::Courier
                | Self::ExchangeJson
                | Self::ExchangeCsv
        )
    }

    /// Sizes stand in it.
    #[must_use]
    pub fn tells_size(self) -> bool {
        !matches!(
            self,
            Self::EximCount
                | Self::QmailStat
                | Self::OpenSmtpd
                | Self::ExchangeJson
                | Self::ExchangeCsv
        )
    }

    /// Arrival times stand in it.
    #[must_use]
    pub fn tells_arrival(self) -> bool {
        !matches!(
            self,
            Self::EximCount | Self::QmailStat | Self::ExchangeJson | Self::ExchangeCsv
        )
    }

    /// Recipients stand in it.
    #[must_use]
    pub fn tells_recipients(self) -> bool {
        !matches!(
            self,
            Self::EximCount
                | Self::QmailStat
                | Self::Nullmailer
                | Self::ExchangeJson
                | Self::ExchangeCsv
        )
    }

    /// The queues it tells apart: where one is not named here, its number is not 0 but unknown.
    #[must_use]
    pub fn queues(self) -> &'static [Queue] {
        match self {
            Self::PostfixJson | Self::PostfixShowq => &[
                Queue::Active,
                Queue::Deferred,
                Queue::Hold,
                Queue::Incoming,
                Queue::Maildrop,
            ],
            // The listing marks active and held messages only: incoming and maildrop are among the deferred.
            Self::PostfixText => &[Queue::Active, Queue::Deferred, Queue::Hold],
            Self::Exim => &[Queue::Frozen],
            Self::Sendmail => &[Queue::Active, Queue::Deferred, Queue::Hold],
            Self::QmailStat => &[Queue::Incoming],
            Self::QmailRead => &[Queue::Bounce],
            Self::OpenSmtpd => &[Queue::Active, Queue::Deferred, Queue::Hold, Queue::Bounce],
            Self::ExchangeJson | Self::ExchangeCsv => &[
                Queue::Active,
                Queue::Deferred,
                Queue::Hold,
                Queue::Incoming,
                Queue::Corrupt,
            ],
            Self::EximCount | Self::Nullmailer | Self::Courier => &[],
        }
    }
}
