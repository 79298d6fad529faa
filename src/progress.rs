//! 进度条 Rows, rate and rest on a terminal; nothing elsewhere.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use services::ports::Progress;

/// A bar on the terminal's error stream.
pub struct Bar {
    bar: ProgressBar,
    step: Mutex<String>,
}

impl Bar {
    /// A bar that shows only on a terminal.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
        Self { bar, step: Mutex::new(String::new()) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A template that cannot be read would only cost the style.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bar {
    fn report(&self, step: &str, done: u64, total: Option<u64>) {
        let mut shown = self.step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *shown != step {
            step.clone_into(&mut shown);
            self.bar.reset();
            self.bar.set_message(step.to_owned());
            self.bar.set_style(style(match total {
                Some(_) => "{msg} {bar:30} {human_pos}/{human_len} {per_sec} 剩余 {eta}",
                None => "{msg} {spinner} {human_pos} {per_sec}",
            }));
        }
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }
}
