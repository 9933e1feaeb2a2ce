//! A progress bar on standard error: only when it is a terminal and the work takes longer than half a second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const DELAY: Duration = Duration::from_millis(500);

/// Progress of reading. Shows nothing at first.
#[derive(Debug)]
pub struct Progress {
    enabled: bool,
    started: Instant,
    bar: Option<ProgressBar>,
    total: u64,
    before: u64,
}

impl Progress {
    /// Progress towards `total` bytes.
    pub fn new(enabled: bool, total: u64) -> Self {
        Self { enabled, started: Instant::now(), bar: None, total, before: 0 }
    }

    /// Notes that `bytes` of the file at hand were read.
    pub fn read(&mut self, bytes: u64) {
        if !self.enabled {
            return;
        }
        if self.bar.is_none() && self.started.elapsed() >= DELAY {
            let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("reading {bar:30} {bytes}/{total_bytes}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }

    /// Notes that a file of `bytes` is done.
    pub fn finish_file(&mut self, bytes: u64) {
        self.before += bytes;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
