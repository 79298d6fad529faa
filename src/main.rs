//! 秦信 The binary.

use std::process::ExitCode;

use clap::Parser;
use qinxin::{cli, commands};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Says what went wrong and what to do, cause by cause.
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("错误：{}", commands::explain(error));
    ExitCode::FAILURE
}
