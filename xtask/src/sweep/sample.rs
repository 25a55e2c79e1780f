//! Which services a short sweep looks at.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;

/// The services that every sample holds, as the likeliest to show a limit.
const LARGEST: usize = 10;

pub struct Service {
    pub name: String,
    /// Bytes of its newest model.
    pub size: u64,
}

/// All services, sorted by name.
pub fn services(models: &Path) -> Result<Vec<Service>> {
    let mut services = Vec::new();
    for entry in fs::read_dir(models)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let mut versions = Vec::new();
        for version in fs::read_dir(entry.path())? {
            versions.push(version?.path().join("service-2.json"));
        }
        let newest = versions.iter().max().and_then(|path| fs::metadata(path).ok());
        services.push(Service {
            name: entry.file_name().to_string_lossy().into_owned(),
            size: newest.map_or(0, |file| file.len()),
        });
    }
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

/// The ten largest services and `count` of the others: those of today, or of a seed. Consecutive days
/// or seeds go through all of them in turn.
pub fn sample(services: &[Service], count: usize, seed: Option<u64>) -> Vec<String> {
    let mut by_size: Vec<&Service> = services.iter().collect();
    by_size.sort_by(|a, b| b.size.cmp(&a.size).then(a.name.cmp(&b.name)));
    let (largest, others) = by_size.split_at(LARGEST.min(by_size.len()));
    let mut others: Vec<&str> = others.iter().map(|service| service.name.as_str()).collect();
    others.sort_unstable();
    let length = others.len().max(1);
    let count = count.min(others.len());
    let start = (seed.unwrap_or_else(today) as usize % length) * count;
    let drawn = (start..start + count).map(|index| others[index % length]);
    largest.iter().map(|service| service.name.as_str()).chain(drawn).map(str::to_owned).collect()
}

fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs() / 86_400)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn seeds_in_turn_reach_every_service() {
        let service = |n: u64| Service { name: format!("s{n:03}"), size: n };
        let services: Vec<Service> = (0..57).map(service).collect();
        let mut seen = BTreeSet::new();
        for seed in 100..110 {
            let sample = sample(&services, 5, Some(seed));
            let distinct: BTreeSet<_> = sample.iter().cloned().collect();
            assert_eq!(distinct.len(), 15);
            assert_eq!(sample[0], "s056");
            seen.extend(sample);
        }
        assert_eq!(seen.len(), 57);
        assert_eq!(sample(&services[..4], 5, Some(1)).len(), 4);
    }
}
