//! Integration tests: one binary, one module per theme. Every theme goes through the front door, arguments in, streams and
//! files out; `case` is the small world that it runs in.

mod algebra;
mod bad_data;
mod bad_input;
mod baseline;
mod case;
mod ci_extras;
mod compare;
mod config;
mod corpora;
mod covdata;
mod doctor;
mod exit_codes;
mod foreign;
mod git;
mod html;
mod init;
mod inputs;
mod outputs;
mod owners;
mod patch;
mod places;
mod program;
mod properties;
mod recorded;
mod screens;
mod selection;
mod split;
mod stale;
mod tidy;
