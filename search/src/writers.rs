//! 各片写入器 The writers of all shards of a generation, which act as one.

use std::path::Path;

use rules::region::RegionCode;
use tantivy::IndexWriter;
use tantivy::merge_policy::NoMergePolicy;

use crate::document::{Document, Key};
use crate::error::SearchError;
use crate::fill::fill;
use crate::keys::Keys;
use crate::parallel;
use crate::schema::{self, Fields};
use crate::shards;
use crate::tokenizer;

/// Least memory with which Tantivy indexes on a thread.
const LEAST_BYTES: usize = 15 << 20;

/// What the writers may take, all together.
#[derive(Clone, Copy)]
pub struct Means {
    pub threads: usize,
    /// For documents that are not committed yet.
    pub bytes: usize,
}

/// Documents of a segment that is worth a core.
const WORTH_A_CORE: u32 = 500_000;

/// Segments that are merged with each other, by their sizes: as many groups as a question is divided into, the larger
/// segments first and each to the smallest group.
fn groups<T>(mut sizes: Vec<(u32, T)>) -> Vec<Vec<T>> {
    let documents: u32 = sizes.iter().map(|(size, _)| size).sum();
    let parts = parallel::parts().min((documents / WORTH_A_CORE) as usize).max(1);
    let mut groups: Vec<(u32, Vec<T>)> = std::iter::repeat_with(|| (0, Vec::new())).take(parts).collect();
    sizes.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    for (size, segment) in sizes {
        if let Some((sum, group)) = groups.iter_mut().min_by_key(|(sum, _)| *sum) {
            *sum += size;
            group.push(segment);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The writers of the shards, in their order.
pub struct Writers {
    fields: Fields,
    writers: Vec<IndexWriter>,
}

impl Writers {
    /// Makes so many empty shards.
    ///
    /// # Errors
    /// The disk is full.
    pub fn create(generation: &Path, shards: usize, means: Means) -> Result<Self, SearchError> {
        let (schema, fields) = schema::build();
        let mut indexes = Vec::new();
        for shard in 0..shards {
            let folder = shards::folder(generation, shard);
            std::fs::create_dir(&folder)?;
            let index = tantivy::Index::create_in_dir(&folder, schema.clone());
            indexes.push(index.map_err(|error| SearchError::writing(error, generation))?);
        }
        Self::of(indexes, fields, generation, means)
    }

    /// Opens the shards that are there.
    ///
    /// # Errors
    /// Another process writes them, or they cannot be read.
    pub fn open(generation: &Path, means: Means) -> Result<Self, SearchError> {
        let (_, fields) = schema::build();
        let mut indexes = Vec::new();
        for folder in shards::folders(generation)? {
            let index = tantivy::Index::open_in_dir(&folder);
            indexes.push(index.map_err(|error| SearchError::reading(&error, generation))?);
        }
        Self::of(indexes, fields, generation, means)
    }

    fn of(indexes: Vec<tantivy::Index>, fields: Fields, generation: &Path, means: Means) -> Result<Self, SearchError> {
        let threads = means.threads.div_ceil(indexes.len().max(1));
        let bytes = (means.bytes / indexes.len().max(1)).max(threads * LEAST_BYTES);
        let mut writers = Vec::new();
        for index in indexes {
            tokenizer::register(&index);
            let writer = index.writer_with_num_threads(threads, bytes);
            writers.push(writer.map_err(|error| SearchError::writing(error, generation))?);
        }
        Ok(Self { fields, writers })
    }

    /// Leaves segments as they are until [`Self::merge`].
    pub fn keep_segments(&self) {
        self.writers.iter().for_each(|writer| writer.set_merge_policy(Box::new(NoMergePolicy)));
    }

    fn of_region(&self, region: RegionCode) -> Result<&IndexWriter, SearchError> {
        self.writers.get(shards::place(region, self.writers.len())).ok_or(SearchError::Superseded)
    }

    /// Adds a document to the shard of its region.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn add(&self, document: &Document) -> Result<(), SearchError> {
        let filled = fill(document, &self.fields)?;
        self.of_region(document.region())?.add_document(filled).map(drop).map_err(SearchError::Storage)
    }

    /// Removes the documents of some keys from wherever they are: an enterprise may have moved to another region.
    ///
    /// # Errors
    /// The disk is full.
    pub fn delete(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), SearchError> {
        let keys = Keys::new(&self.fields, keys);
        if keys.is_empty() {
            return Ok(());
        }
        for writer in &self.writers {
            writer.delete_query(Box::new(keys.clone())).map_err(SearchError::Storage)?;
        }
        Ok(())
    }

    /// Makes durable what was done since, with what it says of itself. Everything slow happens before the first shard
    /// is committed, and the shard that counts is the last one, see `crate::shards`.
    ///
    /// # Errors
    /// The disk is full.
    pub fn commit(&mut self, payload: &str) -> Result<(), SearchError> {
        let prepared: tantivy::Result<Vec<_>> = self.writers.iter_mut().map(IndexWriter::prepare_commit).collect();
        for mut commit in prepared.map_err(SearchError::Storage)?.into_iter().rev() {
            commit.set_payload(payload);
            commit.commit().map(drop).map_err(SearchError::Storage)?;
        }
        Ok(())
    }

    /// 合并 Makes few segments of each shard, about equally large: every word of a question is looked up in every segment,
    /// and each may be searched by a core of its own.
    ///
    /// # Errors
    /// The disk is full.
    pub fn merge(&mut self) -> Result<(), SearchError> {
        let mut merges = Vec::new();
        for writer in &mut self.writers {
            let segments = writer.index().searchable_segment_metas().map_err(SearchError::Storage)?;
            let sizes = segments.iter().map(|segment| (segment.num_docs(), segment.id())).collect();
            let parts = groups(sizes).into_iter().filter(|part| part.len() > 1);
            merges.extend(parts.map(|part| writer.merge(&part)).collect::<Vec<_>>());
        }
        for merge in merges {
            merge.wait().map_err(SearchError::Storage)?;
        }
        for writer in &self.writers {
            writer.garbage_collect_files().wait().map_err(SearchError::Storage)?;
        }
        Ok(())
    }

    /// Waits for what still runs behind it.
    ///
    /// # Errors
    /// A merge failed.
    pub fn close(self) -> Result<(), SearchError> {
        for writer in self.writers {
            writer.wait_merging_threads().map_err(SearchError::Storage)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_merged_into_parts_of_about_the_same_size() {
        let sizes = [900_000, 100, 400_000, 500_000, 700_000].into_iter().enumerate().map(|(at, size)| (size, at));
        let groups = groups(sizes.collect());
        assert_eq!(groups.len(), parallel::parts());
        let mut all: Vec<usize> = groups.concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
        assert_eq!(super::groups(vec![(10, 'a'), (499_990, 'b')]), [['b', 'a']]);
    }
}
