//! Contract: see ../README.md.

use std::hint::black_box;
use std::time::Instant;

use botocore::Session;

/// User and system seconds of this process, and its peak resident memory in kB.
fn usage() -> (f64, u64) {
    // SAFETY: an all-zero rusage is a valid one, and getrusage only writes to it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    (
        seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak.trim().trim_end_matches(" kB").parse().expect("VmHWM is a number of kB"),
    )
}

#[derive(Default)]
struct Counts {
    bytes: u64,
    check: u64,
}

/// Warms up, makes the timed calls, and prints the line.
fn measure(
    calls: usize,
    warm_up: usize,
    mut call: impl FnMut(&mut Counts) -> botocore::Result<()>,
) -> botocore::Result<()> {
    for _ in 0..warm_up {
        call(&mut Counts::default())?;
    }
    let (start, (before, _)) = (Instant::now(), usage());
    let mut counts = Counts::default();
    for _ in 0..calls {
        call(&mut counts)?;
    }
    let (wall, (after, peak)) = (start.elapsed().as_secs_f64(), usage());
    println!(
        "{{\"calls\":{calls},\"wall_s\":{wall:.6},\"cpu_s\":{:.6},\"maxrss_kb\":{peak},\"bytes\":{},\"check\":{}}}",
        after - before,
        counts.bytes,
        counts.check
    );
    Ok(())
}

fn main() -> botocore::Result<()> {
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() || std::env::var_os("AWS_EC2_METADATA_DISABLED").is_none() {
        eprintln!("set test credentials and AWS_EC2_METADATA_DISABLED=true");
        std::process::exit(2);
    }
    let arguments: Vec<String> = std::env::args().collect();
    let (scenario, endpoint) = (arguments[1].as_str(), arguments[2].as_str());
    let calls = arguments[3].parse().expect("the number of calls");
    let session = Session::new();
    match scenario {
        #[cfg(feature = "sts")]
        "cold" | "sts-identity" => {
            let client = session.create_client::<botocore::sts::Client>().endpoint_url(endpoint).build()?;
            measure(calls, usize::from(scenario != "cold"), |counts| {
                let identity = client.get_caller_identity().send()?;
                counts.check += identity.arn.map_or(0, |arn| arn.len() as u64);
                Ok(())
            })
        }
        #[cfg(feature = "dynamodb")]
        "ddb-getitem" => {
            use botocore::dynamodb::types::AttributeValue;
            let client = session.create_client::<botocore::dynamodb::Client>().endpoint_url(endpoint).build()?;
            measure(calls, 1, |counts| {
                let key = [("pk", AttributeValue::S("user#1".into())), ("sk", AttributeValue::S("profile#1".into()))];
                let answer = client.get_item("table", key).send()?;
                counts.check += answer.item.len() as u64;
                Ok(())
            })
        }
        #[cfg(feature = "dynamodb")]
        "ddb-scan" => {
            let client = session.create_client::<botocore::dynamodb::Client>().endpoint_url(endpoint).build()?;
            measure(calls, 1, |counts| {
                let page = client.scan("table").send()?;
                counts.check += page.items.iter().map(|item| item.len() as u64).sum::<u64>();
                black_box(page);
                Ok(())
            })
        }
        #[cfg(feature = "s3")]
        "s3-list" | "s3-get" | "s3-put" | "s3-put-unsigned" => s3(scenario, &session, endpoint, calls),
        #[cfg(feature = "ec2")]
        "ec2-describe" => {
            let client = session.create_client::<botocore::ec2::Client>().endpoint_url(endpoint).build()?;
            measure(calls, 1, |counts| {
                let answer = client.describe_instances().send()?;
                let instances = answer.reservations.iter().flat_map(|reservation| &reservation.instances);
                counts.check += instances.map(|instance| instance.tags.len() as u64).sum::<u64>();
                black_box(answer);
                Ok(())
            })
        }
        #[cfg(feature = "sqs")]
        "sqs-send" => {
            let client = session.create_client::<botocore::sqs::Client>().endpoint_url(endpoint).build()?;
            measure(calls, 0, |_| client.send_message("http://x/q", "hello").send().map(drop))
        }
        "event" => {
            let events = session.events().copied();
            measure(calls, 1, |counts| {
                counts.check += events.emit(black_box("before-send.s3.GetObject"), &mut ())?.len() as u64;
                Ok(())
            })
        }
        _ => std::process::exit(3),
    }
}

#[cfg(feature = "s3")]
fn s3(scenario: &str, session: &Session, endpoint: &str, calls: usize) -> botocore::Result<()> {
    use std::fs::File;
    use std::io::Read;

    use botocore::{AddressingStyle, Config, S3Config};

    let mut settings = S3Config::new().addressing_style(AddressingStyle::Path);
    if scenario == "s3-put-unsigned" {
        settings = settings.payload_signing_enabled(false);
    }
    let builder = session.create_client::<botocore::s3::Client>().endpoint_url(endpoint);
    let client = builder.config(Config::new().s3(settings)).build()?;
    let key = std::env::var("BENCH_KEY").unwrap_or_else(|_| "256m".into());
    let file = std::env::var("BENCH_FILE").unwrap_or_default();
    let mut buffer = vec![0; 256 * 1024];
    match scenario {
        "s3-list" => measure(calls, 1, |counts| {
            let page = client.list_objects_v2("bucket").send()?;
            counts.check += page.contents.iter().map(|object| object.key.len() as u64).sum::<u64>();
            black_box(page);
            Ok(())
        }),
        "s3-get" => measure(calls, 1, |counts| {
            let mut body = client.get_object("bucket", &*key).send()?.body;
            loop {
                match body.read(&mut buffer)? {
                    0 => return Ok(()),
                    read => counts.bytes += read as u64,
                }
            }
        }),
        _ => measure(calls, 1, |counts| {
            let file = File::open(&file)?;
            counts.bytes += file.metadata()?.len();
            client.put_object("bucket", "key").body(file).send().map(drop)
        }),
    }
}
