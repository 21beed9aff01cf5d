use super::*;

#[test]
fn the_options_do_not_contradict_each_other() {
    options::command().debug_assert();
}
