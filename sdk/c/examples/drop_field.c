/* Drops the field "ssn" from JSON values. An example of the batch ABI in C, and the guest of `make bench`.
 *
 * Build (any clang with wasi-libc will do):
 *   zig cc -target wasm32-wasi -mexec-model=reactor -O2 -s -I sdk/c sdk/c/examples/drop_field.c -o drop_field.wasm
 * Deploy:
 *   headrace wasm deploy drop_field.wasm --name scrubbed --input-topic people
 */
#include <stdlib.h>
#include "headrace.h"

static const char field[] = "ssn";

/* Position of the next quote or backslash in p..end, eight bytes at a time. */
static const uint8_t *find_quote(const uint8_t *p, const uint8_t *end) {
    const uint64_t ones = 0x0101010101010101ull, highs = 0x8080808080808080ull;
    for (; end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        uint64_t quotes = word ^ ones * '"', escapes = word ^ ones * '\\';
        uint64_t found = (((quotes - ones) & ~quotes) | ((escapes - ones) & ~escapes)) & highs;
        if (found != 0) return p + (__builtin_ctzll(found) >> 3);
    }
    while (p < end && *p != '"' && *p != '\\') p++;
    return p;
}

/* p stands after an opening quote; returns the position after the closing one, NULL if there is none. */
static const uint8_t *skip_string(const uint8_t *p, const uint8_t *end) {
    while ((p = find_quote(p, end)) < end) {
        if (*p == '"') return p + 1;
        p += 2;
    }
    return NULL;
}

static const uint8_t *skip_space(const uint8_t *p, const uint8_t *end) {
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) p++;
    return p;
}

/* Position after the value at p. */
static const uint8_t *skip_value(const uint8_t *p, const uint8_t *end) {
    int depth = 0;
    while (p < end) {
        switch (*p) {
        case '"':
            if ((p = skip_string(p + 1, end)) == NULL) return NULL;
            if (depth == 0) return p;
            continue;
        case '{':
        case '[': depth++; break;
        case '}':
        case ']':
            if (depth == 0) return p;
            if (--depth == 0) return p + 1;
            break;
        case ',':
            if (depth == 0) return p;
        }
        p++;
    }
    return NULL;
}

/* Find the member to cut out of the object in p..end: 1 found (start..after is to go), 0 not there, -1 not a JSON object. */
static int find_member(const uint8_t *p, const uint8_t *end, const uint8_t **start, const uint8_t **after) {
    const uint8_t *comma = NULL; /* before the member at hand */
    p = skip_space(p, end);
    if (p == end || *p++ != '{') return -1;
    for (;;) {
        const uint8_t *member = p = skip_space(p, end);
        if (p < end && *p == '}') return 0;
        if (p == end || *p++ != '"') return -1;
        const uint8_t *name = p;
        if ((p = skip_string(p, end)) == NULL) return -1;
        int matches = p - 1 - name == sizeof field - 1 && memcmp(name, field, sizeof field - 1) == 0;
        p = skip_space(p, end);
        if (p == end || *p++ != ':') return -1;
        if ((p = skip_value(skip_space(p, end), end)) == NULL) return -1;
        p = skip_space(p, end);
        if (p == end || (*p != ',' && *p != '}')) return -1;
        if (matches) {
            /* The comma after it goes too; the last member takes the one before it along. */
            *start = *p == '}' && comma != NULL ? comma : member;
            *after = *p == ',' ? skip_space(p + 1, end) : p;
            return 1;
        }
        if (*p == '}') return 0;
        comma = p++;
    }
}

static void *input;
static uint32_t capacity;
static uint8_t *edited;
static size_t edited_capacity;
static hr_out out;

HR_EXPORT("hr_alloc") void *hr_alloc(uint32_t length) {
    if (length > capacity) {
        free(input);
        input = malloc(length);
        capacity = input == NULL ? 0 : length;
    }
    return input;
}

static uint64_t fail(const char *message) {
    return hr_out_fail(&out, HR_FAILED_THROWN, message, (uint32_t)strlen(message));
}

/* Returns NULL or what is wrong with the record. */
static const char *transform(const hr_record *record) {
    const uint8_t *start, *after, *value = record->value;
    int32_t length = record->value_length;
    if (length > 0) {
        int found = find_member(value, value + length, &start, &after);
        if (found < 0) return "the value is not a JSON object";
        if (found) {
            size_t before = (size_t)(start - value), rest = (size_t)(value + length - after);
            if (before + rest > edited_capacity) {
                free(edited);
                edited_capacity = (before + rest) * 2;
                if ((edited = malloc(edited_capacity)) == NULL) return "out of memory";
            }
            memcpy(edited, value, before);
            memcpy(edited + before, after, rest);
            value = edited;
            length = (int32_t)(before + rest);
        }
    }
    hr_out_record(&out, record->timestamp_delta, record->key, record->key_length, value, length, record->headers,
                  record->headers_length);
    return NULL;
}

HR_EXPORT("hr_transform") uint64_t hr_transform(const void *frame, uint32_t length) {
    hr_chunk chunk;
    hr_batch batch;
    hr_record record;
    int more;
    hr_out_start(&out);
    if (!hr_open_chunk(frame, length, &chunk)) return fail("not a frame of ABI version 1");
    hr_out_key(&out, NULL, 0); /* the script's own name */
    while ((more = hr_next_batch(&chunk, &batch)) == 1) {
        if (hr_is_control(&batch)) continue;
        hr_out_batch(&out, batch.base_timestamp);
        while ((more = hr_next_record(&batch, &record)) == 1) {
            const char *problem = transform(&record);
            if (problem != NULL) return fail(problem);
        }
        if (more < 0) break;
    }
    return more < 0 ? fail("malformed batch") : hr_out_finish(&out);
}
