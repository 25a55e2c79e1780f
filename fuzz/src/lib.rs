//! What all fuzz targets have: their first inputs, and a limit of how much memory a reader takes for its input.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What a reader may take without any input: error texts, schemas, partitions and rules that are read again.
const BASE: usize = 1 << 20;
/// What a reader may take for each byte. The shortest element of a list is three bytes of JSON (`{},`), and the largest
/// structure of the model has about 900 bytes, in lists that are copied as they grow.
const A_BYTE: usize = 2048;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

struct Counting;

fn add(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }
}

/// Runs `read` and complains when it took more memory than its input is worth.
pub fn bounded(input: &[u8], read: impl FnOnce()) {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    read();
    let used = PEAK.load(Relaxed).saturating_sub(before);
    let limit = BASE + A_BYTE * input.len();
    assert!(used <= limit, "{used} bytes of memory for {} bytes of input", input.len());
    let kept = LIVE.load(Relaxed).saturating_sub(before);
    assert!(kept <= BASE, "{kept} bytes of memory are kept");
}

/// Writes the inputs that a target begins with, which our own writers make, to `corpus/TARGET`.
pub fn seed(target: &str) {
    let corpus = format!("corpus/{target}");
    fs::create_dir_all(&corpus).expect("the corpus's folder can be made");
    for (index, seed) in botocore::fuzzing::seeds(target).iter().enumerate() {
        fs::write(format!("{corpus}/seed-{index}"), seed).expect("seeds can be written");
    }
}
