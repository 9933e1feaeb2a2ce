//! The hashes that name meta-data. Go up to 1.23 makes them with MD5, from 1.24 on with 128-bit FNV-1a
//! (`cmd/compile`, `internal/coverage`; seen in files of 1.21 to 1.27). Readers only compare them.

use md5::{Digest as _, Md5};

use crate::model::covdata::{Hash, Meta, MetaPackage};

/// Which function makes the hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// Go up to 1.23.
    Md5,
    /// Go from 1.24 on.
    Fnv,
}

impl Digest {
    /// The function that made the hashes of `meta`; for hashes of unknown make that of the newest releases.
    pub fn of(meta: &Meta) -> Self {
        let made_by = |digest: Self| {
            meta.packages.iter().any(|package| package_hash(meta, package, digest) == package.hash)
        };
        if made_by(Self::Fnv) || !made_by(Self::Md5) { Self::Fnv } else { Self::Md5 }
    }

    /// The hash of the parts, one after the other.
    pub(super) fn hash<'a>(self, parts: impl IntoIterator<Item = &'a [u8]>) -> Hash {
        match self {
            Self::Md5 => {
                let mut md5 = Md5::new();
                parts.into_iter().for_each(|part| md5.update(part));
                Hash(md5.finalize().into())
            }
            Self::Fnv => {
                let state = parts
                    .into_iter()
                    .flatten()
                    .fold(FNV_BASIS, |state, &byte| (state ^ u128::from(byte)).wrapping_mul(FNV_PRIME));
                Hash(state.to_be_bytes())
            }
        }
    }
}

/// Parameters of the 128-bit FNV-1a hash (RFC 9923).
const FNV_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = (1 << 88) + 0x13b;

/// The hash of a package: path, name, module, then for each function its names and numbers, with no separators.
pub fn package_hash(meta: &Meta, package: &MetaPackage, digest: Digest) -> Hash {
    let mut text = Vec::new();
    for part in [&package.path, &package.name, &package.module] {
        text.extend_from_slice(part.as_bytes());
    }
    for function in meta.package_functions(package) {
        text.extend_from_slice(function.name.as_bytes());
        text.extend_from_slice(function.file.as_bytes());
        for unit in meta.function_units(function) {
            let (start, end) = (unit.extent.start, unit.extent.end);
            for number in [start.line, start.col, end.line, end.col, unit.stmts] {
                text.extend_from_slice(&number.to_le_bytes());
            }
        }
        text.extend_from_slice(&u32::from(function.literal).to_le_bytes());
    }
    digest.hash([text.as_slice()])
}

/// The hash of a file as the runtime makes it: the packages' hashes in order, then mode and granularity by name.
pub fn file_hash(meta: &Meta, digest: Digest) -> Hash {
    let names = [meta.mode.name().as_bytes(), meta.granularity.name().as_bytes()];
    digest.hash(meta.packages.iter().map(|package| package.hash.0.as_slice()).chain(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_the_published_ones() {
        let hex = |digest: Digest, text: &str| digest.hash([text.as_bytes()]).to_string();
        // RFC 1321, appendix A.5, and RFC 9923, appendix C.
        assert_eq!(hex(Digest::Md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(Digest::Fnv, ""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(hex(Digest::Fnv, "a"), "d228cb696f1a8caf78912b704e4a8964");
        assert_eq!(Digest::Fnv.hash([b"a".as_slice(), b"bc"]), Digest::Fnv.hash([b"abc".as_slice()]));
    }
}
