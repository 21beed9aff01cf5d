//! The table of faults, and each of them met by a raw client.
