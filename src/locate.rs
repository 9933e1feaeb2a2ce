//! File names in profiles -> files in the repository.
