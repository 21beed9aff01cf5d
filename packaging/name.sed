# A symbol without what the compiler adds to a name of Rust: hashes of crates and instances, numbers of copies.
s/\.llvm\.[0-9]*$//
s/17h[0-9a-f]*E$//
s/Cs[0-9A-Za-z]*_/Cs_/g
s/B[0-9A-Za-z]*_/B_/g
