//! Headrace's batch ABI, version 1, for Rust: whole Kafka v2 record batches in, whole batches out, one call per chunk.
//!
//! `docs/transform-abi.md` is the specification. A script implements one function over a [`Chunk`] and an [`Output`] and names it
//! in [`transform!`], which makes the two exports that the host calls:
//!
//! ```ignore
//! headrace_transform::transform!(|chunk, output| {
//!     output.key(None);
//!     for batch in chunk.batches() {
//!         let batch = batch?;
//!         output.batch(batch.base_timestamp);
//!         for record in batch.records() {
//!             output.record(&record?);
//!         }
//!     }
//!     Ok(())
//! });
//! ```

use std::convert::TryInto;

const VERSION: u32 = 1;
const BATCH_HEADER_BYTES: usize = 61;
const SECTION_OUTPUT: u32 = 1;
const SECTION_ERROR: u32 = 2;
const NO_KEY: u32 = u32::MAX;
const FAILED_THROWN: u32 = 1;

/// Why a chunk failed, as people will read it.
pub type Error = String;

pub enum Level {
    Debug = 0,
    Info = 1,
    Warn = 2,
    Error = 3,
}

/// One line of the script's log. Lines past the limit of a chunk are counted and dropped.
pub fn log(level: Level, text: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        #[link(wasm_import_module = "headrace")]
        extern "C" {
            #[link_name = "log"]
            fn host_log(level: u32, text: *const u8, length: usize);
        }
        unsafe { host_log(level as u32, text.as_ptr(), text.len()) }
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = level;
        eprintln!("{}", text);
    }
}

fn malformed() -> Error {
    "malformed input".into()
}

/// Zigzag varint at the front of `bytes`; the rest stays in `bytes`.
fn varint(bytes: &mut &[u8]) -> Result<i64, Error> {
    let mut value = 0u64;
    for (index, &byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            *bytes = &bytes[index + 1..];
            return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
        }
    }
    Err(malformed())
}

fn nullable<'a>(bytes: &mut &'a [u8]) -> Result<Option<&'a [u8]>, Error> {
    let length = varint(bytes)?;
    if length < 0 {
        return Ok(None);
    }
    let length: usize = length.try_into().map_err(|_| malformed())?;
    if length > bytes.len() {
        return Err(malformed());
    }
    let (taken, rest) = bytes.split_at(length);
    *bytes = rest;
    Ok(Some(taken))
}

fn put_varint(bytes: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn varint_size(value: i64) -> usize {
    let bits = 64 - (((value << 1) ^ (value >> 63)) as u64 | 1).leading_zeros() as usize;
    (bits + 6) / 7
}

/// A part of one partition: consecutive batches of committed records.
pub struct Chunk<'a> {
    pub topic: &'a str,
    pub partition: i32,
    batches: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn open(frame: &'a [u8]) -> Option<Self> {
        let word = |at: usize| Some(u32::from_le_bytes(frame.get(at..at + 4)?.try_into().ok()?));
        let topic_length = word(8)? as usize;
        if word(0)? != VERSION {
            return None;
        }
        let topic = std::str::from_utf8(frame.get(16..16 + topic_length)?).ok()?;
        let batches = frame.get(16 + (topic_length + 7) / 8 * 8..)?;
        Some(Chunk { topic, partition: word(4)? as i32, batches })
    }

    /// The batches with data (control batches are passed over).
    pub fn batches(&self) -> impl Iterator<Item = Result<Batch<'a>, Error>> {
        let mut rest = self.batches;
        std::iter::from_fn(move || loop {
            if rest.is_empty() {
                return None;
            }
            match Batch::read(&mut rest) {
                Ok(batch) if batch.attributes & 0x20 != 0 => continue,
                Err(error) => {
                    rest = &[];
                    return Some(Err(error));
                }
                batch => return Some(batch),
            }
        })
    }
}

/// One record batch of the input.
pub struct Batch<'a> {
    pub base_offset: i64,
    pub base_timestamp: i64,
    pub attributes: u16,
    pub record_count: i32,
    records: &'a [u8],
}

impl<'a> Batch<'a> {
    fn read(bytes: &mut &'a [u8]) -> Result<Self, Error> {
        let field = |at: usize, size: usize| bytes.get(at..at + size).ok_or_else(malformed);
        let long = |at: usize| Ok::<_, Error>(i64::from_be_bytes(field(at, 8)?.try_into().unwrap()));
        let int = |at: usize| Ok::<_, Error>(i32::from_be_bytes(field(at, 4)?.try_into().unwrap()));
        let size = int(8)?.checked_add(12).filter(|&size| size >= BATCH_HEADER_BYTES as i32).ok_or_else(malformed)?;
        let batch = Batch {
            base_offset: long(0)?,
            base_timestamp: long(27)?,
            attributes: u16::from_be_bytes(field(21, 2)?.try_into().unwrap()),
            record_count: int(57)?,
            records: field(BATCH_HEADER_BYTES, size as usize - BATCH_HEADER_BYTES)?,
        };
        *bytes = &bytes[size as usize..];
        Ok(batch)
    }

    pub fn records(&self) -> impl Iterator<Item = Result<Record<'a>, Error>> {
        let mut rest = self.records;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let record = Record::read(&mut rest);
            if record.is_err() {
                rest = &[];
            }
            Some(record)
        })
    }
}

/// One record. `headers` are as they stand in the batch: their count, then keys and values.
#[derive(Clone)]
pub struct Record<'a> {
    pub timestamp_delta: i64,
    pub offset_delta: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub headers: &'a [u8],
}

impl<'a> Record<'a> {
    fn read(bytes: &mut &'a [u8]) -> Result<Self, Error> {
        let mut body = nullable(bytes)?.ok_or_else(malformed)?;
        body = body.get(1..).ok_or_else(malformed)?;
        Ok(Record {
            timestamp_delta: varint(&mut body)?,
            offset_delta: varint(&mut body)?,
            key: nullable(&mut body)?,
            value: nullable(&mut body)?,
            headers: body,
        })
    }
}

/// The output of one chunk. Call `key`, then `batch`, then `record` for each record of it.
#[derive(Default)]
pub struct Output {
    bytes: Vec<u8>,
    section: usize,
    batch: usize,
    record_count: i32,
}

impl Output {
    #[doc(hidden)]
    pub fn start(&mut self) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&VERSION.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.section = 0;
        self.batch = 0;
    }

    /// Begin the records of one output key; None: the script's own name. A key may be begun once per chunk.
    pub fn key(&mut self, key: Option<&str>) {
        self.end_section();
        self.section = self.bytes.len();
        self.bytes.extend_from_slice(&SECTION_OUTPUT.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&key.map_or(NO_KEY, |key| key.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(key.unwrap_or("").as_bytes());
    }

    /// Begin a batch; its records' timestamps are relative to `base_timestamp`. The host merges small ones.
    pub fn batch(&mut self, base_timestamp: i64) {
        self.end_batch();
        self.batch = self.bytes.len();
        self.record_count = 0;
        self.bytes.resize(self.batch + BATCH_HEADER_BYTES, 0);
        self.bytes[self.batch + 16] = 2;
        self.bytes[self.batch + 27..self.batch + 35].copy_from_slice(&base_timestamp.to_be_bytes());
    }

    pub fn record(&mut self, record: &Record<'_>) {
        let length = |bytes: Option<&[u8]>| bytes.map_or(-1, |bytes| bytes.len() as i64);
        let (key, value) = (length(record.key), length(record.value));
        let headers = if record.headers.is_empty() { &[0][..] } else { record.headers };
        let offset_delta = i64::from(self.record_count);
        let size = 1
            + varint_size(record.timestamp_delta)
            + varint_size(offset_delta)
            + varint_size(key)
            + key.max(0) as usize
            + varint_size(value)
            + value.max(0) as usize
            + headers.len();
        let out = &mut self.bytes;
        out.reserve(size + 10);
        put_varint(out, size as i64);
        out.push(0);
        put_varint(out, record.timestamp_delta);
        put_varint(out, offset_delta);
        put_varint(out, key);
        out.extend_from_slice(record.key.unwrap_or(&[]));
        put_varint(out, value);
        out.extend_from_slice(record.value.unwrap_or(&[]));
        out.extend_from_slice(headers);
        self.record_count += 1;
    }

    fn end_batch(&mut self) {
        if self.batch == 0 {
            return;
        }
        let size = (self.bytes.len() - self.batch - 12) as i32;
        self.bytes[self.batch + 8..self.batch + 12].copy_from_slice(&size.to_be_bytes());
        self.bytes[self.batch + 57..self.batch + 61].copy_from_slice(&self.record_count.to_be_bytes());
        self.batch = 0;
    }

    fn end_section(&mut self) {
        self.end_batch();
        if self.section == 0 {
            return;
        }
        let length = (self.bytes.len() - self.section - 8) as u32;
        self.bytes[self.section + 4..self.section + 8].copy_from_slice(&length.to_le_bytes());
        self.section = 0;
    }

    fn fail(&mut self, message: &str) {
        self.start();
        for word in &[SECTION_ERROR, 8 + message.len() as u32, FAILED_THROWN, message.len() as u32] {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        self.bytes.extend_from_slice(message.as_bytes());
    }

    #[doc(hidden)]
    pub fn run(&mut self, frame: &[u8], body: impl FnOnce(&Chunk<'_>, &mut Output) -> Result<(), Error>) -> u64 {
        self.start();
        let result = match Chunk::open(frame) {
            Some(chunk) => body(&chunk, self),
            None => Err("not a frame of ABI version 1".into()),
        };
        match result {
            Ok(()) => self.end_section(),
            Err(message) => self.fail(&message),
        }
        (self.bytes.as_ptr() as usize as u64) << 32 | self.bytes.len() as u64
    }
}

/// Make the exports of a script from `fn(&Chunk, &mut Output) -> Result<(), Error>`.
#[macro_export]
macro_rules! transform {
    ($body:expr) => {
        static mut INPUT: Vec<u8> = Vec::new();
        static mut OUTPUT: Option<$crate::Output> = None;

        #[no_mangle]
        pub extern "C" fn hr_alloc(length: usize) -> *mut u8 {
            // One thread, and the host calls nothing while a call is running.
            let input = unsafe { &mut *std::ptr::addr_of_mut!(INPUT) };
            if length > input.len() {
                *input = vec![0; length];
            }
            input.as_mut_ptr()
        }

        #[no_mangle]
        pub extern "C" fn hr_transform(frame: *const u8, length: usize) -> u64 {
            let body: fn(&$crate::Chunk<'_>, &mut $crate::Output) -> Result<(), $crate::Error> = $body;
            let output = unsafe { &mut *std::ptr::addr_of_mut!(OUTPUT) }.get_or_insert_with(Default::default);
            output.run(unsafe { std::slice::from_raw_parts(frame, length) }, body)
        }
    };
}
