/* Headrace batch ABI, version 1: whole Kafka v2 record batches in, whole batches out, one call per chunk.
 *
 * docs/transform-abi.md is the specification; this header is one way to speak it from C. It needs no operating system, only
 * memcpy, memset and (for `hr_out`) realloc. All integers of a frame are little-endian, those inside a record batch big-endian.
 *
 * A module exports
 *     memory
 *     hr_alloc(u32 length) -> u32 address      room for input frames; called again only for a longer frame
 *     hr_transform(u32 address, u32 length) -> u64 (address << 32 | length) of the output frame
 * and may export
 *     _initialize()                            run once, before anything else
 *     hr_status() -> u32                       address of an hr_status_area that lives as long as the instance
 * It may import headrace.log and parts of wasi_snapshot_preview1. The output frame stays valid until the next call.
 */
#ifndef HEADRACE_H
#define HEADRACE_H

#include <stddef.h>
#include <stdint.h>
#if __has_include(<string.h>)
#include <string.h>
#else
void *memcpy(void *, const void *, size_t);
void *memset(void *, int, size_t);
#endif

#define HR_ABI_VERSION 1
#define HR_EXPORT(name) __attribute__((export_name(name)))

enum { HR_DEBUG = 0, HR_INFO = 1, HR_WARN = 2, HR_ERROR = 3 };

/* One line of the script's log. Bounded by the host: lines past the limit of a chunk are counted and dropped. */
__attribute__((import_module("headrace"), import_name("log"))) void hr_log(uint32_t level, const void *text,
                                                                           uint32_t length);

/* ---- frames ---------------------------------------------------------------------------------------------------------- */

/* Input frame: this header, the topic's name, zeros up to a multiple of 8, then the batches, to the end of the frame. */
typedef struct {
    uint32_t version; /* HR_ABI_VERSION */
    int32_t partition;
    uint32_t topic_length;
    uint32_t reserved;
} hr_input_header;

/* Output frame: this header, then sections (kind, length, payload) without gaps, to the end of the frame. */
typedef struct {
    uint32_t version; /* HR_ABI_VERSION */
    uint32_t reserved;
} hr_output_header;

typedef struct {
    uint32_t kind;
    uint32_t length; /* of the payload */
} hr_section_header;

enum {
    HR_SECTION_OUTPUT = 1, /* u32 key length (HR_NO_KEY: the script's own name), key, batches */
    HR_SECTION_ERROR = 2, /* u32 kind, u32 message length, message, stack trace to the end; nothing else in the frame */
    HR_SECTION_INFO = 3   /* JSON; only in answer to loading a script */
};
#define HR_NO_KEY 0xFFFFFFFFu

enum {
    HR_FAILED_THROWN = 1,  /* the transform gave up on this input; the instance is fine */
    HR_FAILED_PENDING = 2, /* it waits for something that cannot happen */
    HR_FAILED_MEMORY = 3,  /* out of memory; the host discards the instance */
    HR_FAILED_OUTPUT = 4,  /* what it returned is not a batch, or too large */
    HR_FAILED_LOAD = 5
};

/* Optional. The host reads it after each call, also after one that it had to stop, and sets the log fields back to 0. */
typedef struct {
    int64_t base_offset; /* of the input batch in hand, -1 for none */
    uint32_t log_used;   /* bytes of entries at log_address: u32 level, u32 length, text */
    uint32_t log_dropped;
    uint32_t log_address;
    uint32_t reserved;
} hr_status_area;

/* ---- numbers --------------------------------------------------------------------------------------------------------- */

static inline uint16_t hr_get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t hr_get32(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return __builtin_bswap32(v);
}
static inline uint64_t hr_get64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return __builtin_bswap64(v);
}
static inline void hr_put16(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}
static inline void hr_put32(uint8_t *p, uint32_t v) {
    v = __builtin_bswap32(v);
    memcpy(p, &v, 4);
}
static inline void hr_put64(uint8_t *p, uint64_t v) {
    v = __builtin_bswap64(v);
    memcpy(p, &v, 8);
}

/* Zigzag varint of up to 64 bits. Returns the position after it, NULL when it does not end before `end` or is too long. */
static inline const uint8_t *hr_get_varint(const uint8_t *p, const uint8_t *end, int64_t *value) {
    uint64_t v = 0;
    if (p < end && *p < 0x80) { /* almost every varint of a record is one byte */
        *value = (int64_t)(*p >> 1) ^ -(int64_t)(*p & 1);
        return p + 1;
    }
    for (int shift = 0; p < end && shift < 70; shift += 7) {
        uint8_t byte = *p++;
        if (shift == 63 && byte > 1) return NULL;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
            return p;
        }
    }
    return NULL;
}

static inline uint8_t *hr_put_varint(uint8_t *p, int64_t value) {
    uint64_t v = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    while (v >= 0x80) {
        *p++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *p++ = (uint8_t)v;
    return p;
}

static inline uint32_t hr_varint_size(int64_t value) {
    uint64_t v = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    return v == 0 ? 1 : (uint32_t)(64 - __builtin_clzll(v) + 6) / 7;
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

#define HR_BATCH_HEADER_BYTES 61

typedef struct {
    const char *topic;
    uint32_t topic_length;
    int32_t partition;
    const uint8_t *next, *end; /* batches not read yet */
} hr_chunk;

typedef struct {
    const uint8_t *start;
    uint32_t size; /* header included */
    int64_t base_offset, base_timestamp, max_timestamp, producer_id;
    int32_t leader_epoch, last_offset_delta, base_sequence, record_count;
    uint32_t crc;
    int16_t producer_epoch;
    uint16_t attributes;
    const uint8_t *next, *end; /* records not read yet */
} hr_batch;

/* Lengths of -1 stand for null. `headers` is the header count and the headers, as they stand in the batch. */
typedef struct {
    int64_t timestamp_delta, offset_delta;
    const uint8_t *key, *value, *headers;
    int32_t key_length, value_length;
    uint32_t headers_length, size; /* size: bytes of the record without its length prefix */
} hr_record;

/* 1: `chunk` stands before the first batch. 0: not a frame of this version. */
static inline int hr_open_chunk(const void *frame, uint32_t length, hr_chunk *chunk) {
    hr_input_header header;
    const uint8_t *p = (const uint8_t *)frame;
    if (length < sizeof header) return 0;
    memcpy(&header, p, sizeof header);
    if (header.version != HR_ABI_VERSION || header.topic_length > length - sizeof header) return 0;
    uint32_t skip = (uint32_t)sizeof header + ((header.topic_length + 7u) & ~7u);
    if (skip > length) return 0;
    chunk->topic = (const char *)p + sizeof header;
    chunk->topic_length = header.topic_length;
    chunk->partition = header.partition;
    chunk->next = p + skip;
    chunk->end = p + length;
    return 1;
}

/* Read a batch header at p. Returns the position after the batch, NULL if no whole uncompressed v2 batch is there. */
static inline const uint8_t *hr_read_batch(const uint8_t *p, const uint8_t *end, hr_batch *batch) {
    if (end - p < HR_BATCH_HEADER_BYTES) return NULL;
    int64_t size = (int64_t)(int32_t)hr_get32(p + 8) + 12;
    if (size < HR_BATCH_HEADER_BYTES || size > end - p || p[16] != 2) return NULL;
    batch->start = p;
    batch->size = (uint32_t)size;
    batch->base_offset = (int64_t)hr_get64(p);
    batch->leader_epoch = (int32_t)hr_get32(p + 12);
    batch->crc = hr_get32(p + 17);
    batch->attributes = hr_get16(p + 21);
    batch->last_offset_delta = (int32_t)hr_get32(p + 23);
    batch->base_timestamp = (int64_t)hr_get64(p + 27);
    batch->max_timestamp = (int64_t)hr_get64(p + 35);
    batch->producer_id = (int64_t)hr_get64(p + 43);
    batch->producer_epoch = (int16_t)hr_get16(p + 51);
    batch->base_sequence = (int32_t)hr_get32(p + 53);
    batch->record_count = (int32_t)hr_get32(p + 57);
    batch->next = p + HR_BATCH_HEADER_BYTES;
    batch->end = p + size;
    return batch->record_count < 0 || (batch->attributes & 7) != 0 ? NULL : batch->end;
}

static inline int hr_is_control(const hr_batch *batch) { return (batch->attributes & 0x20) != 0; }

/* 1: a batch was read. 0: none left. -1: malformed. */
static inline int hr_next_batch(hr_chunk *chunk, hr_batch *batch) {
    if (chunk->next == chunk->end) return 0;
    const uint8_t *after = hr_read_batch(chunk->next, chunk->end, batch);
    if (after == NULL) return -1;
    chunk->next = after;
    return 1;
}

static inline const uint8_t *hr_get_bytes(const uint8_t *p, const uint8_t *end, const uint8_t **bytes,
                                          int32_t *length) {
    int64_t n;
    p = hr_get_varint(p, end, &n);
    if (p == NULL || n < -1 || n > end - p) return NULL;
    *length = (int32_t)n;
    *bytes = n < 0 ? NULL : p;
    return n > 0 ? p + n : p;
}

/* 1: a record was read. 0: none left. -1: malformed. The headers are bounds-checked as a whole, not one by one. */
static inline int hr_next_record(hr_batch *batch, hr_record *record) {
    int64_t size;
    if (batch->next == batch->end) return 0;
    const uint8_t *p = hr_get_varint(batch->next, batch->end, &size);
    if (p == NULL || size < 1 || size > batch->end - p) return -1;
    const uint8_t *end = p + size;
    record->size = (uint32_t)size;
    if ((p = hr_get_varint(p + 1, end, &record->timestamp_delta)) == NULL) return -1;
    if ((p = hr_get_varint(p, end, &record->offset_delta)) == NULL) return -1;
    if ((p = hr_get_bytes(p, end, &record->key, &record->key_length)) == NULL) return -1;
    if ((p = hr_get_bytes(p, end, &record->value, &record->value_length)) == NULL) return -1;
    if (p == end) return -1;
    record->headers = p;
    record->headers_length = (uint32_t)(end - p);
    batch->next = end;
    return 1;
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

/* The host assigns offsets and checksums and recomputes counts, sizes and the largest timestamp: of a batch header that a guest
 * writes, only length, magic, base timestamp and record count are read. */
static inline void hr_write_batch_header(uint8_t *p, uint32_t size, int64_t base_timestamp, int32_t record_count) {
    memset(p, 0, HR_BATCH_HEADER_BYTES);
    hr_put32(p + 8, size - 12);
    hr_put32(p + 12, 0xFFFFFFFFu);
    p[16] = 2;
    hr_put32(p + 23, record_count > 0 ? (uint32_t)record_count - 1 : 0);
    hr_put64(p + 27, (uint64_t)base_timestamp);
    hr_put64(p + 35, (uint64_t)base_timestamp);
    memset(p + 43, 0xFF, 14); /* producer id, epoch and sequence: none */
    hr_put32(p + 57, (uint32_t)record_count);
}

/* What hr_transform returns. */
static inline uint64_t hr_frame(const void *address, size_t length) {
    return (uint64_t)(uintptr_t)address << 32 | (uint32_t)length;
}

#ifndef HR_NO_OUTPUT
void *realloc(void *, size_t); /* stdlib.h, or your own */

/* An output frame that grows. `failed` is set when memory ran out; hr_out_finish then reports it. */
typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
    size_t section, batch; /* where the open section and batch begin; 0: none is open */
    int64_t base_timestamp;
    int32_t record_count;
    int failed;
} hr_out;

static inline uint8_t *hr_out_reserve(hr_out *out, size_t more) {
    if (out->capacity - out->length < more) {
        size_t capacity = out->capacity * 2 > out->length + more ? out->capacity * 2 : out->length + more + 4096;
        uint8_t *bytes = (uint8_t *)realloc(out->bytes, capacity);
        if (bytes == NULL) {
            out->failed = 1;
            return NULL;
        }
        out->bytes = bytes;
        out->capacity = capacity;
    }
    return out->bytes + out->length;
}

static inline void hr_out_start(hr_out *out) {
    hr_output_header header = {HR_ABI_VERSION, 0};
    out->length = out->section = out->batch = 0;
    out->failed = 0;
    if (hr_out_reserve(out, sizeof header) != NULL) memcpy(out->bytes, &header, sizeof header);
    out->length = sizeof header;
}

static inline void hr_out_end_batch(hr_out *out) {
    if (out->failed || out->batch == 0) return;
    hr_write_batch_header(out->bytes + out->batch, (uint32_t)(out->length - out->batch), out->base_timestamp,
                          out->record_count);
    out->batch = 0;
}

static inline void hr_out_end_section(hr_out *out) {
    hr_out_end_batch(out);
    if (out->failed || out->section == 0) return;
    uint32_t length = (uint32_t)(out->length - out->section - sizeof(hr_section_header));
    memcpy(out->bytes + out->section + 4, &length, 4);
    out->section = 0;
}

/* Begin the records of one output key; key NULL: the script's own name. */
static inline void hr_out_key(hr_out *out, const char *key, uint32_t key_length) {
    hr_out_end_section(out);
    uint32_t head[3] = {HR_SECTION_OUTPUT, 0, key == NULL ? HR_NO_KEY : key_length};
    uint32_t n = key == NULL ? 0 : key_length;
    uint8_t *p = hr_out_reserve(out, sizeof head + n);
    if (p == NULL) return;
    memcpy(p, head, sizeof head);
    if (n > 0) memcpy(p + sizeof head, key, n);
    out->section = out->length;
    out->length += sizeof head + n;
}

/* Begin a batch under the open key. */
static inline void hr_out_batch(hr_out *out, int64_t base_timestamp) {
    hr_out_end_batch(out);
    if (hr_out_reserve(out, HR_BATCH_HEADER_BYTES) == NULL) return;
    out->batch = out->length;
    out->length += HR_BATCH_HEADER_BYTES;
    out->base_timestamp = base_timestamp;
    out->record_count = 0;
}

/* Add one record. `headers` as in hr_record; NULL for none. Lengths of -1 write null. */
static inline void hr_out_record(hr_out *out, int64_t timestamp_delta, const void *key, int32_t key_length,
                                 const void *value, int32_t value_length, const void *headers,
                                 uint32_t headers_length) {
    uint32_t kn = key_length > 0 ? (uint32_t)key_length : 0, vn = value_length > 0 ? (uint32_t)value_length : 0;
    uint32_t hn = headers == NULL ? 1 : headers_length;
    uint32_t size = 1 + hr_varint_size(timestamp_delta) + hr_varint_size(out->record_count) +
                    hr_varint_size(key_length) + kn + hr_varint_size(value_length) + vn + hn;
    uint8_t *p = hr_out_reserve(out, (size_t)size + 10);
    if (p == NULL || out->batch == 0) return;
    p = hr_put_varint(p, size);
    *p++ = 0;
    p = hr_put_varint(p, timestamp_delta);
    p = hr_put_varint(p, out->record_count++);
    p = hr_put_varint(p, key_length);
    if (kn > 0) memcpy(p, key, kn);
    p = hr_put_varint(p + kn, value_length);
    if (vn > 0) memcpy(p, value, vn);
    p += vn;
    if (headers == NULL) *p = 0;
    else memcpy(p, headers, hn);
    out->length = (size_t)(p - out->bytes) + hn;
}

/* Turn the frame into an error report. */
static inline uint64_t hr_out_fail(hr_out *out, uint32_t kind, const char *message, uint32_t message_length) {
    hr_out_start(out);
    uint32_t head[4] = {HR_SECTION_ERROR, 8 + message_length, kind, message_length};
    uint8_t *p = hr_out_reserve(out, sizeof head + message_length);
    if (p == NULL) __builtin_trap();
    memcpy(p, head, sizeof head);
    memcpy(p + sizeof head, message, message_length);
    out->length += sizeof head + message_length;
    return hr_frame(out->bytes, out->length);
}

static inline uint64_t hr_out_finish(hr_out *out) {
    hr_out_end_section(out);
    if (out->failed) return hr_out_fail(out, HR_FAILED_MEMORY, "out of memory", 13);
    return hr_frame(out->bytes, out->length);
}
#endif /* HR_NO_OUTPUT */

#endif /* HEADRACE_H */
