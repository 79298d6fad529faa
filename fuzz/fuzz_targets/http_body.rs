//! The body of a POST, from its bytes to a request whose document, operation and inputs are in order.
//!
//!     cargo install cargo-fuzz
//!     cargo fuzz run --sanitizer none http_body -- -max_total_time=600 -dict=fuzz/graphql.dict
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qinxin::http::plan::Plans;
use qinxin::http::rehearse::{plans, rehearse};

static PLANS: LazyLock<Plans> = LazyLock::new(plans);

fuzz_target!(|bytes: &[u8]| {
    rehearse(&PLANS, bytes);
});
