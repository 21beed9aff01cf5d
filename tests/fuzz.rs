//! The fuzz bodies over the saved corpus, over each file of it cut anywhere and damaged, and over bytes of chance.

#[path = "../fuzz/bodies.rs"]
mod bodies;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpus_holds_nothing_that_strikes() {
    for (name, body) in bodies::BODIES {
        let files = corpus(name);
        assert!(!files.is_empty(), "{name} has no corpus");
        for bytes in files {
            body(&bytes);
            for cut in 0..bytes.len().min(400) {
                body(&bytes[..cut]);
            }
        }
    }
}

#[test]
fn every_target_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in bodies::BODIES {
        let file = format!("targets/{name}.rs");
        assert!(manifest.contains(&format!("path = \"{file}\"")), "{name}");
        // No ordinary build compiles these: all are alike, and call their body as this test does.
        let expected = format!(
            "#![no_main]\n#[allow(dead_code)] // the other targets' bodies\n#[path = \"../bodies.rs\"]\nmod bodies;\n\n\
             libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::{name}(bytes));\n"
        );
        assert_eq!(
            fs::read_to_string(folder.join(&file)).unwrap(),
            expected,
            "{file}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn damage_strikes_nothing(
        pick in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        for (name, body) in bodies::BODIES {
            let files = corpus(name);
            let mut bytes = files[pick.index(files.len())].clone();
            for (at, byte) in &places {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
            }
            body(&bytes);
        }
    }

    #[test]
    fn chance_strikes_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, body) in bodies::BODIES {
            body(&bytes);
        }
    }
}
