//! check_cert, the real binary, against TLS servers of every kind.
