//! The body of a POST, from its bytes to a request whose document, operation and inputs are in order: all
//! that the door does before anything runs. Whatever comes is a request or a refusal, never a panic.
//!
//!     cargo install cargo-fuzz
//!     cargo fuzz run --sanitizer none http_body -- -max_total_time=600 -dict=fuzz/graphql.dict
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qinxin::http::inputs::Inputs;
use qinxin::http::plan::Plans;
use qinxin::http::request::{Asked, asked_by};
use qinxin::http::types::Types;

static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let types = Types::of(&resolvers::sdl(false), &resolvers::sdl(true), &schema::access::TABLE);
    Plans::new(Inputs::new(types.expect("the schema can be read"), true))
});

fuzz_target!(|bytes: &[u8]| {
    let requests = match asked_by(bytes) {
        Ok(Asked::One(request)) => vec![*request],
        Ok(Asked::Batch(requests)) => requests,
        Err(_) => return,
    };
    for mut request in requests {
        let Ok(plan) = PLANS.of(&request.query) else { continue };
        let Ok(operation) = plan.operation(request.operation_name.as_deref()) else { continue };
        if PLANS.inputs.check_variables(operation, &request.variables).is_ok() {
            plan.complete(&mut request.variables);
        }
        plan.needs(request.operation_name.as_deref());
    }
});
