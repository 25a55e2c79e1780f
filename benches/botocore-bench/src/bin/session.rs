//! What a session and its clients cost: time and memory of the first client and of later ones; with the feature
//! `models` also of a model. Prints a line each. Nothing is sent.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use botocore::{Environment, Session, s3};

struct Counting;

static HELD: AtomicI64 = AtomicI64::new(0);
static MADE: AtomicU64 = AtomicU64::new(0);

// SAFETY: all is left to the system's allocator; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as i64, Ordering::Relaxed);
        MADE.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Time, memory that stays, and allocations, for one of `count` things made.
fn measured<T>(what: &str, count: usize, mut make: impl FnMut() -> T) -> Vec<T> {
    let mut made = Vec::with_capacity(count);
    let (held, calls, start) = (HELD.load(Ordering::Relaxed), MADE.load(Ordering::Relaxed), Instant::now());
    for _ in 0..count {
        made.push(black_box(make()));
    }
    let (time, held) = (start.elapsed(), HELD.load(Ordering::Relaxed) - held);
    let calls = MADE.load(Ordering::Relaxed) - calls;
    let each = count as f64;
    println!(
        "{{\"what\":\"{what}\",\"us\":{:.2},\"bytes\":{:.0},\"allocations\":{:.1}}}",
        time.as_secs_f64() * 1e6 / each,
        held as f64 / each,
        calls as f64 / each
    );
    made
}

fn main() -> botocore::Result<()> {
    let home = std::env::temp_dir().join(format!("botocore-bench-{}", std::process::id()));
    std::fs::create_dir_all(home.join(".aws")).expect("a directory of ours");
    let text = "[default]\nregion = eu-west-1\nretry_mode = standard\ns3 =\n  addressing_style = auto\n";
    std::fs::write(home.join(".aws/config"), text).expect("a file of ours");
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing")
        .with_home(&home);
    let session = Session::builder().environment(environment).build();
    let first = measured("first s3 client", 1, || s3::Client::new(&session));
    first.into_iter().collect::<botocore::Result<Vec<_>>>()?;
    let second = measured("second s3 client", 1, || s3::Client::new(&session));
    let later = measured("later s3 clients", 1000, || s3::Client::new(&session));
    let clone = later[0].as_ref().map_err(Clone::clone)?;
    measured("clone of a client", 1000, || clone.clone());
    measured("clone of a session", 1000, || session.clone());
    drop(second);
    #[cfg(feature = "models")]
    {
        measured("first model of s3", 1, || session.get_service_model("s3", None));
        measured("later models of s3", 1000, || session.get_service_model("s3", None));
    }
    std::fs::remove_dir_all(home).expect("the directory was ours");
    Ok(())
}
