//! Blocks that were read last.

use std::collections::HashMap;
use std::sync::Arc;

/// Length of a block, in bytes.
pub(super) const BLOCK: u64 = 64 << 10;
/// Blocks that are kept: 4 MiB. The records of a bundle, which are read several times, are few.
const MOST: usize = 64;

/// Blocks by their numbers, those that were used last.
#[derive(Debug, Default)]
pub(super) struct Cache {
    blocks: HashMap<u64, (u64, Arc<[u8]>)>,
    /// Counts uses.
    now: u64,
}

impl Cache {
    pub(super) fn get(&mut self, number: u64) -> Option<Arc<[u8]>> {
        self.now += 1;
        let (used, block) = self.blocks.get_mut(&number)?;
        *used = self.now;
        Some(Arc::clone(block))
    }

    pub(super) fn put(&mut self, number: u64, block: Arc<[u8]>) {
        self.now += 1;
        if self.blocks.len() >= MOST {
            let oldest = self.blocks.iter().min_by_key(|(_, (used, _))| *used).map(|(number, _)| *number);
            oldest.and_then(|oldest| self.blocks.remove(&oldest));
        }
        self.blocks.insert(number, (self.now, block));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_that_was_not_used_for_longest_goes() {
        let mut cache = Cache::default();
        let most = MOST as u64;
        (0..most).for_each(|number| cache.put(number, Arc::from([0])));
        assert!(cache.get(0).is_some());
        cache.put(most, Arc::from([1]));
        assert!(cache.get(1).is_none() && cache.get(0).is_some() && cache.get(most).is_some());
        assert_eq!(cache.blocks.len(), MOST);
    }
}
