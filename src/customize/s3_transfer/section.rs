use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A part of a file, as a reader that ends where the part does.
pub(super) struct Section {
    file: File,
    start: u64,
    length: u64,
    place: u64,
}

impl Section {
    pub(super) fn new(mut file: File, start: u64, length: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        Ok(Section { file, start, length, place: 0 })
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length - self.place).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let count = self.file.read(&mut buffer[..most])?;
        self.place += count as u64;
        Ok(count)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.place.checked_add_signed(offset),
        };
        let Some(place) = place else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a place before the start of the part"));
        };
        self.place = place.min(self.length);
        self.file.seek(SeekFrom::Start(self.start + self.place))?;
        Ok(self.place)
    }
}
