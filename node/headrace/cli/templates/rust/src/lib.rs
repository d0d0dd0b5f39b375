//! __NAME__: upper-cases the value of every record of its input topic into "<input>-$__NAME__$".
//!
//! The node hands over whole record batches, a chunk a call, and takes whole batches back. An `Err` fails the chunk; the error
//! policy decides what happens then.

use headrace_transform::{transform, Record};

transform!(|chunk, output| {
    output.key(None); // the output is named after the script
    for batch in chunk.batches() {
        let batch = batch?;
        output.batch(batch.base_timestamp);
        for record in batch.records() {
            let record = record?;
            let value = record.value.map(<[u8]>::to_ascii_uppercase);
            output.record(&Record { value: value.as_deref(), ..record });
        }
    }
    Ok(())
});
