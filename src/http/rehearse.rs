//! 演练 All that the door does with the body of a POST before anything runs. The fuzz target and the test below walk it
//! with whatever comes: each body is a request whose document, operation and inputs are in order, or a refusal, never
//! a panic.

use super::inputs::Inputs;
use super::plan::Plans;
use super::request::{Asked, asked_by};
use super::types::Types;

/// The plans of a server of this release, without anything behind them.
///
/// # Panics
/// If the schema of this release cannot be read.
pub fn plans() -> Plans {
    let types = Types::of(&resolvers::sdl(false), &resolvers::sdl(true), &schema::access::TABLE);
    Plans::new(Inputs::new(types.expect("the schema can be read"), true))
}

/// Takes a body as far as the viewer is asked for; how many of its requests came that far.
pub fn rehearse(plans: &Plans, body: &[u8]) -> usize {
    let requests = match asked_by(body) {
        Ok(Asked::One(request)) => vec![*request],
        Ok(Asked::Batch(requests)) => requests,
        Err(_) => return 0,
    };
    let mut ready = 0;
    for mut request in requests {
        let Ok(plan) = plans.of(&request.query) else { continue };
        let Ok(operation) = plan.operation(request.operation_name.as_deref()) else { continue };
        if plans.inputs.check_variables(operation, &request.variables).is_ok() {
            plan.complete(&mut request.variables);
            ready += 1;
        }
        plan.needs(request.operation_name.as_deref());
    }
    ready
}

#[cfg(test)]
mod tests {
    use rand::seq::IndexedRandom;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Bodies that are made of those in `fuzz/corpus`.
    const BODIES: usize = 100_000;

    fn read(folder: &str) -> Vec<Vec<u8>> {
        let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(place).expect("a folder").flatten();
        files.map(|file| std::fs::read(file.path()).expect("a file")).collect()
    }

    /// Bytes changed, cut, doubled, taken from another body, or a word of the language put in.
    fn mutated(random: &mut ChaCha8Rng, corpus: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
        let mut body = corpus.choose(random).cloned().unwrap_or_default();
        for _ in 0..random.random_range(1..6) {
            let at = random.random_range(0..=body.len());
            let end = (at + random.random_range(0..24)).min(body.len());
            let piece: Vec<u8> = match random.random_range(0..6) {
                0 => vec![random.random()],
                1 => Vec::new(),
                2 => body[at..end].repeat(random.random_range(2..40)),
                3 => words.choose(random).map(|word| word.to_vec()).unwrap_or_default(),
                4 => b"{}[]()\":,$@!\\".choose(random).map(|sign| vec![*sign]).unwrap_or_default(),
                _ => {
                    let other = corpus.choose(random).map(Vec::as_slice).unwrap_or_default();
                    let from = random.random_range(0..=other.len());
                    other[from..(from + 60).min(other.len())].to_vec()
                }
            };
            body.splice(at..end, piece);
        }
        body
    }

    #[test]
    fn no_body_makes_the_door_panic() {
        let (plans, corpus) = (plans(), read("fuzz/corpus/http_body"));
        let stale = corpus.iter().filter(|body| rehearse(&plans, body) != 1);
        let stale: Vec<_> = stale.map(|body| String::from_utf8_lossy(body)).collect();
        assert!(stale.is_empty(), "no requests of this release: {stale:#?}");
        let dictionary = include_str!("../../fuzz/graphql.dict");
        let words: Vec<&[u8]> = dictionary.lines().map(|line| line.trim_matches('"').as_bytes()).collect();
        let mut random = ChaCha8Rng::seed_from_u64(20_260_630);
        let (mut ready, mut refused) = (0, 0);
        for _ in 0..BODIES {
            match rehearse(&plans, &mutated(&mut random, &corpus, &words)) {
                0 => refused += 1,
                _ => ready += 1,
            }
        }
        // Some still are requests, most are not: the changes are neither too small nor too large.
        assert!(ready > BODIES / 100 && refused > BODIES / 4, "{ready} ready, {refused} refused");
    }
}
