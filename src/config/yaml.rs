//! YAML text -> a tree whose nodes know where they stand. Scalars keep the text that was written: `85.10` stays `85.10`.
//!
//! In: the text of a config. Out: [`Node`], or what is wrong and where. Size, depth and aliases are bounded before
//! anything is built (`serde-saphyr` counts while it reads).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, MessageFormatter, Options, Spanned, UserMessageFormatter};

use super::layer::Spot;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Where it starts; for an alias, where the alias stands.
    pub spot: Spot,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing was written.
    Null,
    /// Text, number, truth: as written, without quotes.
    Scalar(String),
    /// A list.
    Seq(Vec<Node>),
    /// Keys and values, in order, keys unique.
    Map(Vec<Entry>),
}

/// One key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub spot: Spot,
    /// Its value.
    pub node: Node,
}

/// What is wrong with a text that is no config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where.
    pub spot: Spot,
    /// What.
    pub message: String,
}

/// Reads one document.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let raw: Spanned<Raw> =
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| fault(&error))?;
    node(raw, text)
}

/// Limits far above any config of ours and far below what costs anything.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 100_000,
            max_nodes: 50_000,
            max_depth: 16,
            max_aliases: 1_000,
            max_anchors: 100,
            // The second one is told in our own words.
            max_documents: 2,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 10_000, max_replay_stack_depth: 4 },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn fault(error: &Error) -> Fault {
    let error = error.without_snippet();
    let spot = error.location().map_or(Spot { line: 1, col: 1, len: 1 }, spot);
    let message = match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("key {} is given twice", super::layer::shown(key))
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            "this is larger or deeper than any config: aliases, nesting or entries without end".to_owned()
        }
        Error::MultipleDocuments { .. } => "a second document starts here; a config is one".to_owned(),
        Error::MergeKeyNotAllowed { .. } => {
            "merge keys (<<) are not supported; write the keys out".to_owned()
        }
        error => format!("this is not YAML: {}", UserMessageFormatter.format_message(error)),
    };
    Fault { spot, message }
}

fn spot(location: Location) -> Spot {
    let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Spot {
        line: small(location.line()).max(1),
        col: small(location.column()).max(1),
        len: small(location.span().len()).max(1),
    }
}

/// As it comes from serde: numbers and truths have lost their text, which their place gives back.
enum Raw {
    Null,
    Text(String),
    Typed,
    Seq(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

fn node(raw: Spanned<Raw>, text: &str) -> Result<Node, Fault> {
    let spot = spot(raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Text(text) => Value::Scalar(text),
        Raw::Typed => Value::Scalar(written(raw.defined, text).ok_or_else(|| Fault {
            spot,
            message: "this value cannot be read; write it in quotes".to_owned(),
        })?),
        Raw::Seq(items) => {
            Value::Seq(items.into_iter().map(|item| node(item, text)).collect::<Result<_, _>>()?)
        }
        Raw::Map(entries) => {
            let entry = |(key, value): (Spanned<String>, Spanned<Raw>)| {
                Ok(Entry { spot: self::spot(key.referenced), key: key.value, node: node(value, text)? })
            };
            Value::Map(entries.into_iter().map(entry).collect::<Result<_, _>>()?)
        }
    };
    Ok(Node { spot, value })
}

/// The characters of a plain scalar.
fn written(location: Location, text: &str) -> Option<String> {
    let start = usize::try_from(location.span().byte_offset()?).ok()?;
    let len = usize::try_from(location.span().byte_len()?).ok()?;
    let written = text.get(start..start.checked_add(len)?)?.trim();
    (!written.is_empty()).then(|| written.to_owned())
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> String {
        match parse(&format!("a: {text}\n")).expect("a tree").value {
            Value::Map(entries) => match &entries[0].node.value {
                Value::Scalar(text) => text.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scalars_keep_what_was_written() {
        for text in [
            "85",
            "85.10",
            "0.300000000000000000001",
            "1e3",
            "0x50",
            "007",
            "-3",
            "+4",
            "true",
            "True",
            "yes",
            "on",
            "1_000",
            ".inf",
            ".nan",
            "99999999999999999999999999999999999999999999999",
            "1e999",
            "0o17",
            "12:30:45",
            "2026-01-01",
        ] {
            assert_eq!(scalar(text), text);
            assert_eq!(scalar(&format!("{text}   # why")), text);
        }
        assert_eq!(scalar("'85.0'"), "85.0");
        assert_eq!(scalar("\"a\\tb\""), "a\tb");
    }

    #[test]
    fn text_before_a_number_may_be_of_any_script() {
        let tree = parse("# größer als 日本語 👍\nä日: 'é'\nb: 85.50 # ü\n").expect("a tree");
        let Value::Map(entries) = tree.value else { panic!() };
        assert_eq!(entries[1].node.value, Value::Scalar("85.50".to_owned()));
        assert_eq!(entries[1].node.spot, Spot { line: 3, col: 4, len: 5 });
    }

    #[test]
    fn an_alias_has_the_text_of_its_anchor_and_its_own_place() {
        let tree = parse("a: &x 85.50\nb: *x\n").expect("a tree");
        let Value::Map(entries) = tree.value else { panic!() };
        assert_eq!(entries[1].node.value, Value::Scalar("85.50".to_owned()));
        assert_eq!((entries[1].node.spot.line, entries[1].node.spot.col), (2, 4));
    }
}
