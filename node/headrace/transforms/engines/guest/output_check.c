/* The host's check of what a guest returned: a small Wasm module of our own, run in an instance that no script
 * shares.
 *
 * It reads an output frame of the batch ABI, believes nothing in it, and writes sound v2 batches: lengths, counts
 * and offset deltas made anew, one batch per key as long as it stays under a size. Done here and not in Python
 * because it touches every record (some 20 ns each, against microseconds); done in Wasm because a fault in it can
 * then do no harm. output_check.py is its only caller. */
#define HR_NO_OUTPUT
#include "headrace.h"

enum {
    OK,
    BAD_FRAME,
    TOO_MANY_KEYS,
    TOO_LARGE,
    BAD_BATCH,
    COMPRESSED,
    CONTROL,
    BAD_RECORD,
    WRONG_COUNT,
    BAD_TIMESTAMP,
    BAD_HEADER_KEY,
    NO_MEMORY,
    SAME_KEY_TWICE,
    GUEST_ERROR
};

#define KEYS_MAX 1024

typedef struct {
    uint32_t key_address, key_length, data_address, data_length, batches, records;
} output;

static struct {
    uint32_t status, output_index, batch_index, record_index, outputs;
    output output[KEYS_MAX];
} report;

extern uint8_t __heap_base;

static uint8_t *input, *room, *room_end;

static int grow_to(uint64_t end) {
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end <= have) return 1;
    if (end > 0xFFFF0000u) return 0;
    return __builtin_wasm_memory_grow(0, (uint32_t)((end - have + 0xFFFF) >> 16)) != (uint32_t)-1;
}

/* Room for a frame and for what it becomes. A record of at least 7 bytes grows by at most 9 (a longer timestamp
 * delta) + 4 (a longer offset delta) + 2 (its length), so three times its size again is enough; batch headers
 * become fewer, not more. */
HR_EXPORT("check_alloc") uint8_t *check_alloc(uint32_t length) {
    uint64_t start = ((uint64_t)(uintptr_t)&__heap_base + 15) & ~15ull, room_size = (uint64_t)length * 4 + 4096;
    if (!grow_to(start + length + room_size)) return NULL;
    input = (uint8_t *)(uintptr_t)start;
    room = input + length;
    room_end = room + room_size;
    return input;
}

static int is_utf8(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        uint32_t c = *p++;
        int more = c < 0x80                ? 0
                   : c >= 0xC2 && c < 0xE0 ? 1
                   : c >= 0xE0 && c < 0xF0 ? 2
                   : c >= 0xF0 && c < 0xF5 ? 3
                                           : -1;
        if (more < 0 || end - p < more) return 0;
        if (more > 1) {
            if ((c == 0xE0 && p[0] < 0xA0) || (c == 0xED && p[0] > 0x9F) || (c == 0xF0 && p[0] < 0x90) ||
                (c == 0xF4 && p[0] > 0x8F))
                return 0;
        }
        for (; more > 0; more--)
            if ((*p++ & 0xC0) != 0x80) return 0;
    }
    return 1;
}

static uint32_t check_headers(const hr_record *record) {
    const uint8_t *p = record->headers, *end = p + record->headers_length, *bytes;
    int64_t count;
    int32_t length;
    if ((p = hr_get_varint(p, end, &count)) == NULL || count < 0 || count > end - p) return BAD_RECORD;
    for (; count > 0; count--) {
        if ((p = hr_get_bytes(p, end, &bytes, &length)) == NULL || length < 0) return BAD_RECORD;
        if (!is_utf8(bytes, bytes + length)) return BAD_HEADER_KEY;
        if ((p = hr_get_bytes(p, end, &bytes, &length)) == NULL) return BAD_RECORD;
    }
    return p == end ? OK : BAD_RECORD;
}

typedef struct {
    uint8_t *next;
    uint8_t *batch; /* NULL: none open */
    int64_t base_timestamp, max_timestamp;
    int32_t records;
    uint32_t batch_bytes_max;
    output *to;
} writer;

static void end_batch(writer *w) {
    if (w->batch == NULL) return;
    hr_write_batch_header(w->batch, (uint32_t)(w->next - w->batch), w->base_timestamp, w->records);
    hr_put64(w->batch + 35, (uint64_t)w->max_timestamp);
    w->batch = NULL;
}

static void begin_batch(writer *w, int64_t timestamp) {
    end_batch(w);
    w->batch = w->next;
    w->next += HR_BATCH_HEADER_BYTES;
    w->base_timestamp = w->max_timestamp = timestamp;
    w->records = 0;
    w->to->batches++;
}

static void write_record(writer *w, const hr_record *record, int64_t timestamp) {
    /* What follows the offset delta is copied as it is: from the key's length to the last header. */
    const uint8_t *end = record->headers + record->headers_length, *attributes = end - record->size;
    const uint8_t *tail =
        attributes + 1 + hr_varint_size(record->timestamp_delta) + hr_varint_size(record->offset_delta);
    uint32_t tail_length = (uint32_t)(end - tail);
    int64_t delta = timestamp - w->base_timestamp;
    uint32_t size = 1 + hr_varint_size(delta) + hr_varint_size(w->records) + tail_length;
    uint8_t *p = hr_put_varint(w->next, size);
    *p++ = 0;
    p = hr_put_varint(p, delta);
    p = hr_put_varint(p, w->records);
    memcpy(p, tail, tail_length);
    w->next = p + tail_length;
    w->records++;
    w->to->records++;
    if (timestamp > w->max_timestamp) w->max_timestamp = timestamp;
}

static uint32_t check_batch(writer *w, hr_batch *batch, const uint8_t *limit) {
    hr_record record;
    int32_t seen = 0;
    int more;
    while ((more = hr_next_record(batch, &record)) == 1) {
        int64_t timestamp;
        report.record_index = (uint32_t)seen++;
        if (__builtin_add_overflow(batch->base_timestamp, record.timestamp_delta, &timestamp) || timestamp < -1)
            return BAD_TIMESTAMP;
        uint32_t status = record.headers_length == 1 && *record.headers == 0 ? OK : check_headers(&record);
        if (status != OK) return status;
        /* A varint may be written longer than it need be; then the tail would not be where write_record looks for
         * it. */
        const uint8_t *attributes = record.headers + record.headers_length - record.size, *p = attributes + 1;
        int64_t value;
        p = hr_get_varint(p, batch->end, &value);
        if ((uint32_t)(p - attributes) != 1 + hr_varint_size(record.timestamp_delta)) return BAD_RECORD;
        const uint8_t *q = hr_get_varint(p, batch->end, &value);
        if ((uint32_t)(q - p) != hr_varint_size(record.offset_delta)) return BAD_RECORD;
        if (w->batch == NULL || (uint64_t)(w->next - w->batch) + record.size + 16 > w->batch_bytes_max)
            begin_batch(w, timestamp);
        /* The distance of two timestamps of at least -1 always fits in 64 bits. */
        write_record(w, &record, timestamp);
        if (w->next > limit) return TOO_LARGE;
    }
    if (more < 0) return BAD_RECORD;
    return seen == batch->record_count ? OK : WRONG_COUNT;
}

static uint32_t check_output(const uint8_t *p, const uint8_t *end, writer *w, uint32_t keys_max, const uint8_t *limit) {
    uint32_t key_length;
    if (end - p < 4) return BAD_FRAME;
    memcpy(&key_length, p, 4);
    p += 4;
    if (key_length != HR_NO_KEY && key_length > (uint32_t)(end - p)) return BAD_FRAME;
    if (report.outputs >= keys_max || report.outputs >= KEYS_MAX) return TOO_MANY_KEYS;
    output *to = &report.output[report.outputs];
    *to = (output){(uint32_t)(uintptr_t)p, key_length, (uint32_t)(uintptr_t)w->next, 0, 0, 0};
    for (uint32_t i = 0; i < report.outputs; i++) {
        const output *other = &report.output[i];
        if (other->key_length != key_length) continue;
        uint32_t j = 0;
        while (key_length != HR_NO_KEY && j < key_length && ((const uint8_t *)(uintptr_t)other->key_address)[j] == p[j])
            j++;
        if (key_length == HR_NO_KEY || j == key_length) return SAME_KEY_TWICE;
    }
    report.outputs++;
    if (key_length != HR_NO_KEY) p += key_length;
    w->to = to;
    w->batch = NULL;
    for (report.batch_index = 0; p < end; report.batch_index++) {
        hr_batch batch;
        report.record_index = 0;
        if (end - p < HR_BATCH_HEADER_BYTES) return BAD_BATCH;
        const uint8_t *after = hr_read_batch(p, end, &batch);
        if (after == NULL) return p[16] == 2 && (hr_get16(p + 21) & 7) != 0 ? COMPRESSED : BAD_BATCH;
        if (hr_is_control(&batch)) return CONTROL;
        uint32_t status = check_batch(w, &batch, limit);
        if (status != OK) return status;
        p = after;
    }
    end_batch(w);
    to->data_length = (uint32_t)((uintptr_t)w->next - to->data_address);
    return OK;
}

static uint32_t check(uint32_t length, uint32_t batch_bytes_max, uint32_t output_bytes_max, uint32_t keys_max) {
    hr_output_header header;
    const uint8_t *p = input, *end = input + length;
    writer w = {.next = room, .batch_bytes_max = batch_bytes_max < 4096 ? 4096 : batch_bytes_max};
    /* The room is sized for the longest lawful result of this frame, so only the limit can be passed, never the
     * room's end; 64 bytes of slack cover the prefix of the record that passes it. */
    const uint8_t *limit = room + output_bytes_max;
    if (limit > room_end - 64 || limit < room) limit = room_end - 64;
    if (length < sizeof header) return BAD_FRAME;
    memcpy(&header, p, sizeof header);
    if (header.version != HR_ABI_VERSION) return BAD_FRAME;
    p += sizeof header;
    while (p < end) {
        hr_section_header section;
        if ((size_t)(end - p) < sizeof section) return BAD_FRAME;
        memcpy(&section, p, sizeof section);
        p += sizeof section;
        if (section.length > (uint32_t)(end - p)) return BAD_FRAME;
        if (section.kind == HR_SECTION_ERROR) {
            report.output[0] = (output){0, 0, (uint32_t)(uintptr_t)p, section.length, 0, 0};
            return GUEST_ERROR;
        }
        if (section.kind != HR_SECTION_OUTPUT) return BAD_FRAME;
        report.output_index = report.outputs;
        uint32_t status = check_output(p, p + section.length, &w, keys_max, limit);
        if (status != OK) return status;
        p += section.length;
    }
    return OK;
}

/* Check the frame that was put at check_alloc(length). Returns the address of the report. */
HR_EXPORT("check_run")
void *check_run(uint32_t length, uint32_t batch_bytes_max, uint32_t output_bytes_max, uint32_t keys_max) {
    report.output_index = report.batch_index = report.record_index = report.outputs = 0;
    report.status = room == NULL || length > (uint32_t)(room - input)
                        ? NO_MEMORY
                        : check(length, batch_bytes_max, output_bytes_max, keys_max);
    return &report;
}
