//! Go source text -> what coverage needs to know of it. Knows nothing of profiles; a leaf that several stages may call.
