use ring::digest::{Context, SHA256, digest};

const LEAF: usize = 1 << 20;

/// Glacier's tree hash: SHA-256 of each mebibyte, then of each two neighbours, until one is left.
///
/// <https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html>
pub(crate) struct TreeHash {
    leaf: Context,
    filled: usize,
    leaves: Vec<[u8; 32]>,
}

impl TreeHash {
    pub(crate) fn new() -> Self {
        TreeHash { leaf: Context::new(&SHA256), filled: 0, leaves: Vec::new() }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == LEAF {
                self.end_leaf();
            }
            let (now, later) = bytes.split_at(bytes.len().min(LEAF - self.filled));
            self.leaf.update(now);
            self.filled += now.len();
            bytes = later;
        }
    }

    fn end_leaf(&mut self) {
        let leaf = std::mem::replace(&mut self.leaf, Context::new(&SHA256));
        self.leaves.push(array(leaf.finish().as_ref()));
        self.filled = 0;
    }

    /// The hash in hexadecimal digits.
    pub(crate) fn finish(mut self) -> String {
        self.end_leaf();
        let mut level = self.leaves;
        while level.len() > 1 {
            level = level.chunks(2).map(parent).collect();
        }
        level.iter().flatten().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn parent(children: &[[u8; 32]]) -> [u8; 32] {
    match children {
        [alone] => *alone,
        children => array(digest(&SHA256, children.as_flattened()).as_ref()),
    }
}

fn array(hash: &[u8]) -> [u8; 32] {
    hash.try_into().expect("SHA-256 has 32 bytes")
}
