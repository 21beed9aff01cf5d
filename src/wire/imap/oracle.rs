//! imap-codec as oracle: where it accepts a line of a server, our values agree with its.
