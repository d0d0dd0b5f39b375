//! Drops the field "ssn" from JSON values. An example of the batch ABI in Rust.
//!
//! Build: `cargo build --release --example drop_field --target wasm32-unknown-unknown`
//! Deploy: `headrace wasm deploy drop_field.wasm --name scrubbed --input-topic people`

use headrace_transform::{transform, Error, Record};

const FIELD: &[u8] = b"ssn";

fn skip_space(json: &[u8], mut at: usize) -> usize {
    while at < json.len() && matches!(json[at], b' ' | b'\n' | b'\t' | b'\r') {
        at += 1;
    }
    at
}

/// `at` stands after an opening quote; the position after the closing one.
fn skip_string(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += json.get(at..)?.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
        if json[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The position after the value at `at`.
fn skip_value(json: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0;
    loop {
        match *json.get(at)? {
            b'"' => {
                at = skip_string(json, at + 1)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// What to cut out of a JSON object: Some(None) if the field is not there, None if it is no object.
fn find_member(json: &[u8]) -> Option<Option<(usize, usize)>> {
    let mut comma = None;
    let mut at = skip_space(json, 0);
    if *json.get(at)? != b'{' {
        return None;
    }
    at += 1;
    loop {
        at = skip_space(json, at);
        let member = at;
        match *json.get(at)? {
            b'}' => return Some(None),
            b'"' => {}
            _ => return None,
        }
        at = skip_string(json, at + 1)?;
        let matches = &json[member + 1..at - 1] == FIELD;
        at = skip_space(json, at);
        if *json.get(at)? != b':' {
            return None;
        }
        at = skip_space(json, skip_value(json, skip_space(json, at + 1))?);
        match (*json.get(at)?, matches) {
            // The comma after it goes too; the last member takes the one before it along.
            (b',', true) => return Some(Some((member, skip_space(json, at + 1)))),
            (b'}', true) => return Some(Some((comma.unwrap_or(member), at))),
            (b'}', false) => return Some(None),
            (b',', false) => comma = Some(at),
            _ => return None,
        }
        at += 1;
    }
}

fn scrub<'a>(record: &Record<'a>, scratch: &'a mut Vec<u8>) -> Result<Record<'a>, Error> {
    let value = match record.value {
        Some(value) if !value.is_empty() => value,
        _ => return Ok(record.clone()),
    };
    match find_member(value).ok_or("the value is not a JSON object")? {
        None => Ok(record.clone()),
        Some((start, after)) => {
            scratch.clear();
            scratch.extend_from_slice(&value[..start]);
            scratch.extend_from_slice(&value[after..]);
            Ok(Record { value: Some(scratch), ..record.clone() })
        }
    }
}

transform!(|chunk, output| {
    let mut scratch = Vec::new();
    output.key(None); // the script's own name
    for batch in chunk.batches() {
        let batch = batch?;
        output.batch(batch.base_timestamp);
        for record in batch.records() {
            output.record(&scrub(&record?, &mut scratch)?);
        }
    }
    Ok(())
});
