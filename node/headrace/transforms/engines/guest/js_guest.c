/* The JavaScript guest: QuickJS-NG plus the record codec and UTF-8 in C, speaking the batch ABI of sdk/c/headrace.h.
 *
 * One call per chunk: decode v2 records into JS objects, call the script's handler once per batch, settle its promise, encode what it
 * returned. It imports nothing: time, logs and randomness live in its own memory. All of it runs inside the sandbox together with
 * the script, so nothing here is trusted by the host; its care for re-entrancy is for correct results, not for safety.
 *
 * quickjs.c is included and not linked: records are built from cached shapes and typed arrays without their constructors, which
 * the public API cannot do and which halves the cost per record. The price is that every new QuickJS release is read before it is taken;
 * build.py pins the one that was.
 */
#include <time.h>
#include <sys/time.h>
#include "quickjs.c"
#define HR_NO_OUTPUT
#include "headrace.h"

static const char prelude_source[] = {
#include "prelude.inc"
    , 0};

/* A batch with more records than this is shown to the script in parts, so that the objects of one part fit in memory. */
#define PART_RECORDS_MAX 4096
#define PART_BYTES_MAX (1 << 20)
#define ERROR_TEXT_MAX 4096

static JSRuntime *rt;
static JSContext *ctx;
static JSValue prelude;      /* what prelude.js returned */
static JSValue handler, console, fire_timer, settle, slow_to_string, slow_from, map_function;
static JSShape *record_shape, *header_field_shape, *batch_header_shape, *batch_shape, *buffer_shape;
static JSAtom atom_apply, atom_records, atom_header, atom_first_timestamp, atom_then, atom_stack;
static JSAtom atom_key, atom_value, atom_headers, atom_timestamp_delta, atom_key_length, atom_value_length;
static JSAtom atom_header_key, atom_header_value_length;

static struct {
    uint32_t output_bytes_max, output_keys_max, log_lines_max, log_bytes_max, log_line_bytes_max;
    uint64_t seed;
} limits;

/* ---- clock: the time of the batch in hand, plus what timers have advanced ---------------------------------------------- */

static int64_t clock_us, clock_highest_us;

static void set_clock(int64_t us) {
    clock_us = us;
    if (us > clock_highest_us) clock_highest_us = us;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone) {
    (void)zone;
    tv->tv_sec = clock_us / 1000000;
    tv->tv_usec = clock_us % 1000000;
    return 0;
}

int clock_gettime(clockid_t id, struct timespec *ts) {
    int64_t us = id == CLOCK_MONOTONIC ? clock_highest_us : clock_us;
    ts->tv_sec = us / 1000000;
    ts->tv_nsec = us % 1000000 * 1000;
    return 0;
}

/* The C library's standard streams come along with printf; these stand in for what they would import from the host. */
#define REFUSE(name, ...) \
    int32_t __imported_wasi_snapshot_preview1_##name(__VA_ARGS__); \
    int32_t __imported_wasi_snapshot_preview1_##name(__VA_ARGS__) { return 8; /* EBADF */ }
REFUSE(fd_close, int32_t descriptor)
REFUSE(fd_fdstat_get, int32_t descriptor, int32_t address)
REFUSE(fd_seek, int32_t descriptor, int64_t offset, int32_t whence, int32_t address)
REFUSE(fd_write, int32_t descriptor, int32_t vectors, int32_t count, int32_t address)

static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/* ---- status area and log ------------------------------------------------------------------------------------------------ */

static hr_status_area status = {.base_offset = -1};
static uint32_t log_lines;

HR_EXPORT("hr_status") hr_status_area *hr_status(void) { return &status; }

static void write_log(uint32_t level, const char *text, size_t length) {
    uint32_t n = length > limits.log_line_bytes_max ? limits.log_line_bytes_max : (uint32_t)length;
    if (n < length)
        while (n > 0 && ((uint8_t)text[n] & 0xC0) == 0x80) n--;
    if (status.log_address == 0 || log_lines >= limits.log_lines_max || status.log_used + 8 + n > limits.log_bytes_max) {
        status.log_dropped++;
        return;
    }
    uint8_t *p = (uint8_t *)(uintptr_t)status.log_address + status.log_used;
    memcpy(p, &level, 4);
    memcpy(p + 4, &n, 4);
    memcpy(p + 8, text, n);
    status.log_used += 8 + n;
    log_lines++;
}

static JSValue native_log(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    int32_t level;
    size_t n;
    if (log_lines >= limits.log_lines_max) {
        status.log_dropped++;
        return JS_UNDEFINED;
    }
    if (JS_ToInt32(c, &level, argv[0])) return JS_EXCEPTION;
    const char *text = JS_ToCStringLen(c, &n, argv[1]);
    if (text == NULL) return JS_EXCEPTION;
    write_log((uint32_t)level, text, n);
    JS_FreeCString(c, text);
    return JS_UNDEFINED;
}

static JSValue native_log_is_full(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    return js_bool(log_lines >= limits.log_lines_max);
}

static JSValue native_advance_clock(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    double ms;
    if (JS_ToFloat64(c, &ms, argv[0])) return JS_EXCEPTION;
    if (ms > 0 && ms < 1e15) set_clock(clock_us + (int64_t)(ms * 1000));
    return JS_UNDEFINED;
}

/* ---- Buffer -------------------------------------------------------------------------------------------------------------- */

/* A Buffer over `length` bytes of an ArrayBuffer object, whose reference is taken over. */
static JSValue new_view(JSValue array_buffer, uint32_t offset, uint32_t length) {
    JSValue view = JS_NewObjectFromShape(ctx, js_dup_shape(buffer_shape), JS_CLASS_UINT8_ARRAY, NULL);
    if (JS_IsException(view)) {
        JS_FreeValue(ctx, array_buffer);
        return view;
    }
    if (typed_array_init(ctx, view, array_buffer, offset, length, false)) {
        JS_FreeValue(ctx, view);
        return JS_EXCEPTION;
    }
    return view;
}

static JSValue new_buffer_copy(const uint8_t *bytes, size_t length) {
    JSValue array_buffer = JS_NewArrayBufferCopy(ctx, bytes, length);
    return JS_IsException(array_buffer) ? array_buffer : new_view(array_buffer, 0, (uint32_t)length);
}

static bool is_bytes(JSValueConst value) {
    if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT) return false;
    JSClassID id = JS_VALUE_GET_OBJ(value)->class_id;
    return id == JS_CLASS_UINT8_ARRAY || id == JS_CLASS_UINT8C_ARRAY;
}

static bool is_utf8_name(JSValueConst encoding) {
    if (JS_IsUndefined(encoding)) return true;
    if (JS_VALUE_GET_TAG(encoding) != JS_TAG_STRING) return false;
    JSString *s = JS_VALUE_GET_STRING(encoding);
    if (s->is_wide_char || s->len < 4 || s->len > 5) return false;
    return memcmp(str8(s), s->len == 4 ? "utf8" : "utf-8", s->len) == 0;
}

/* Buffer.prototype.toString(encoding, start, end) */
static JSValue native_to_string(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    if (argc > 1 || (argc == 1 && !is_utf8_name(argv[0])) || !is_bytes(this_value))
        return JS_Call(c, slow_to_string, this_value, argc, argv);
    const uint8_t *p = JS_GetUint8Array(c, &n, this_value);
    if (p == NULL && n == 0 && JS_HasException(c)) return JS_EXCEPTION;
    return JS_NewStringLen(c, (const char *)p, n);
}

/* Buffer.prototype.json(): JSON.parse of the bytes, without a string in between. */
static JSValue native_json(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    const uint8_t *p = JS_GetUint8Array(c, &n, this_value);
    if (p == NULL && JS_HasException(c)) return JS_EXCEPTION;
    char *text = js_malloc(c, n + 1); /* the parser wants a zero at the end */
    if (text == NULL) return JS_EXCEPTION;
    if (n > 0) memcpy(text, p, n);
    text[n] = 0;
    JSValue value = JS_ParseJSON(c, text, n, "<JSON>");
    js_free(c, text);
    return value;
}

/* Buffer.from(value, encoding, length) */
static JSValue native_from(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    if (argc < 1 || !JS_IsString(argv[0]) || (argc > 1 && !is_utf8_name(argv[1])))
        return JS_Call(c, slow_from, this_value, argc, argv);
    const char *text = JS_ToCStringLen(c, &n, argv[0]);
    if (text == NULL) return JS_EXCEPTION;
    JSValue buffer = new_buffer_copy((const uint8_t *)text, n);
    JS_FreeCString(c, text);
    return buffer;
}

/* utf8Decode(bytes, start, end) -> string */
static JSValue native_utf8_decode(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    uint32_t start, end;
    if (JS_ToUint32(c, &start, argv[1]) || JS_ToUint32(c, &end, argv[2])) return JS_EXCEPTION;
    const uint8_t *p = JS_GetUint8Array(c, &n, argv[0]);
    if (p == NULL && JS_HasException(c)) return JS_EXCEPTION;
    if (end > n) end = (uint32_t)n;
    return start >= end ? js_empty_string(c->rt) : JS_NewStringLen(c, (const char *)p + start, end - start);
}

/* utf8Length(string) -> bytes */
static JSValue native_utf8_length(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    const char *text = JS_ToCStringLen(c, &n, argv[0]);
    if (text == NULL) return JS_EXCEPTION;
    JS_FreeCString(c, text);
    return js_int64((int64_t)n);
}

/* ---- decoding ------------------------------------------------------------------------------------------------------------- */

static JSValue view_or_empty(JSValueConst array_buffer, const uint8_t *data, const uint8_t *bytes, int32_t length) {
    uint32_t offset = bytes == NULL ? 0 : (uint32_t)(bytes - data);
    return new_view(js_dup(array_buffer), offset, length > 0 ? (uint32_t)length : 0);
}

static JSValue new_from_shape(JSShape *shape, JSProperty *properties) {
    return JS_NewObjectFromShape(ctx, js_dup_shape(shape), JS_CLASS_OBJECT, properties);
}

/* The array of a record's headers. `data` is the start of the bytes behind `array_buffer`. */
static JSValue decode_headers(JSValueConst array_buffer, const uint8_t *data, const hr_record *record) {
    const uint8_t *p = record->headers, *end = p + record->headers_length;
    int64_t count;
    if ((p = hr_get_varint(p, end, &count)) == NULL || count < 0 || count > end - p) return JS_ThrowRangeError(ctx, "malformed record headers in the input");
    if (count == 0) return JS_NewArray(ctx);
    JSValue list = js_allocate_fast_array(ctx, count);
    if (JS_IsException(list)) return list;
    for (int64_t i = 0; i < count; i++) {
        const uint8_t *key, *value;
        int32_t key_length, value_length;
        p = hr_get_bytes(p, end, &key, &key_length);
        if (p == NULL || key_length < 0 || (p = hr_get_bytes(p, end, &value, &value_length)) == NULL) {
            JS_FreeValue(ctx, list);
            return JS_ThrowRangeError(ctx, "malformed record headers in the input");
        }
        JSProperty properties[4];
        properties[0].u.value = js_int32(key_length);
        properties[1].u.value = view_or_empty(array_buffer, data, key, key_length);
        properties[2].u.value = js_int32(value_length);
        properties[3].u.value = view_or_empty(array_buffer, data, value, value_length);
        bool failed = JS_IsException(properties[1].u.value) || JS_IsException(properties[3].u.value);
        JSValue field = new_from_shape(header_field_shape, properties);
        if (failed || JS_IsException(field)) {
            JS_FreeValue(ctx, field);
            JS_FreeValue(ctx, list);
            return JS_EXCEPTION;
        }
        JS_VALUE_GET_OBJ(list)->u.array.u.values[i] = field;
    }
    return list;
}

static JSValue decode_record(JSValueConst array_buffer, const uint8_t *data, const hr_record *record, int64_t first_delta) {
    JSProperty properties[9];
    properties[0].u.value = js_int32((int32_t)record->size);
    properties[1].u.value = js_int32(0);
    properties[2].u.value = JS_NewBigInt64(ctx, record->timestamp_delta);
    properties[3].u.value = js_int32((int32_t)(record->offset_delta - first_delta));
    properties[4].u.value = js_int32(record->key_length);
    properties[5].u.value = view_or_empty(array_buffer, data, record->key, record->key_length);
    properties[6].u.value = js_int32(record->value_length);
    properties[7].u.value = view_or_empty(array_buffer, data, record->value, record->value_length);
    properties[8].u.value = decode_headers(array_buffer, data, record);
    bool failed = JS_IsException(properties[2].u.value) || JS_IsException(properties[5].u.value) ||
                  JS_IsException(properties[7].u.value) || JS_IsException(properties[8].u.value);
    JSValue object = new_from_shape(record_shape, properties);
    if (!failed) return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}

/* How many of the next records make one part; sets where they end and the offset delta of the first and the last. */
static int32_t measure_part(const hr_batch *batch, const uint8_t **end, int64_t *first_delta, int64_t *last_delta) {
    hr_batch walk = *batch;
    hr_record record;
    int32_t count = 0;
    int more = 0;
    *first_delta = *last_delta = 0;
    while (count < PART_RECORDS_MAX && walk.next - batch->next < PART_BYTES_MAX && (more = hr_next_record(&walk, &record)) == 1) {
        if (count++ == 0) *first_delta = record.offset_delta;
        *last_delta = record.offset_delta;
    }
    *end = walk.next;
    return more < 0 ? -1 : count;
}

static JSValue decode_batch_header(const hr_batch *batch, int32_t count, uint32_t size, int64_t first_delta, int64_t last_delta) {
    JSProperty p[15];
    p[0].u.value = js_int32(0);
    p[1].u.value = js_int32((int32_t)size);
    p[2].u.value = JS_NewBigInt64(ctx, batch->base_offset + first_delta);
    p[3].u.value = js_int32(1);
    p[4].u.value = js_uint32(batch->crc);
    p[5].u.value = js_int32(batch->attributes);
    p[6].u.value = js_int32((int32_t)(last_delta - first_delta));
    p[7].u.value = JS_NewBigInt64(ctx, batch->base_timestamp);
    p[8].u.value = JS_NewBigInt64(ctx, batch->max_timestamp);
    p[9].u.value = JS_NewBigInt64(ctx, batch->producer_id);
    p[10].u.value = js_int32(batch->producer_epoch);
    p[11].u.value = js_int32(batch->base_sequence);
    p[12].u.value = js_int32(count);
    p[13].u.value = JS_NewBigInt64(ctx, batch->leader_epoch);
    p[14].u.value = js_int32(0);
    bool failed = false;
    for (int i = 0; i < 15; i++) failed |= JS_IsException(p[i].u.value);
    JSValue object = new_from_shape(batch_header_shape, p);
    if (!failed) return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}

/* The next part of a batch as a RecordBatch: {header, records, map}. JS_UNDEFINED when there is none left. */
static JSValue decode_part(hr_batch *batch) {
    const uint8_t *start = batch->next, *end;
    int64_t first_delta, last_delta;
    int32_t count = measure_part(batch, &end, &first_delta, &last_delta);
    if (count < 0) return JS_ThrowRangeError(ctx, "malformed record in the input");
    if (count == 0) return JS_UNDEFINED;
    /* The script gets its own copy: it may keep it, and may write on it. */
    JSValue array_buffer = JS_NewArrayBufferCopy(ctx, start, (size_t)(end - start));
    if (JS_IsException(array_buffer)) return array_buffer;
    JSValue records = js_allocate_fast_array(ctx, count);
    for (int32_t i = 0; i < count && !JS_IsException(records); i++) {
        hr_record record;
        hr_next_record(batch, &record);
        JSValue object = decode_record(array_buffer, start, &record, first_delta);
        if (JS_IsException(object)) {
            JS_FreeValue(ctx, records);
            records = JS_EXCEPTION;
        } else {
            JS_VALUE_GET_OBJ(records)->u.array.u.values[i] = object;
        }
    }
    JS_FreeValue(ctx, array_buffer);
    if (JS_IsException(records)) return records;
    JSProperty properties[3];
    properties[0].u.value = decode_batch_header(batch, count, (uint32_t)(end - start) + HR_BATCH_HEADER_BYTES, first_delta, last_delta);
    properties[1].u.value = records;
    properties[2].u.value = js_dup(map_function);
    bool failed = JS_IsException(properties[0].u.value);
    JSValue object = new_from_shape(batch_shape, properties);
    if (!failed) return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}

/* ---- encoding ------------------------------------------------------------------------------------------------------------- */

/* Output of one key: room for the frame's head, then batches. Kept from chunk to chunk for its memory. */
typedef struct {
    char *key; /* NULL: the script's own name */
    uint32_t key_length;
    uint8_t *bytes;
    size_t start, length, capacity; /* batches are bytes[start..length) */
} output;

static output *outputs;
static uint32_t output_count, output_slots;
static size_t output_total;

typedef enum { FINE, THROWN, PENDING, NO_MEMORY, BAD_OUTPUT } outcome;

/* 16 head bytes of frame and section, 4 of the key's length. */
#define OUTPUT_HEAD_BYTES (sizeof(hr_output_header) + sizeof(hr_section_header) + 4)

static outcome bad_output(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    JS_ThrowTypeError(ctx, "%s", text);
    return BAD_OUTPUT;
}

static outcome out_of_memory(void) {
    JS_ThrowOutOfMemory(ctx);
    return NO_MEMORY;
}

static uint8_t *reserve(output *out, size_t more) {
    if (out->capacity - out->length < more) {
        size_t capacity = out->capacity * 2 > out->length + more ? out->capacity * 2 : out->length + more + 1024;
        uint8_t *bytes = realloc(out->bytes, capacity);
        if (bytes == NULL) return NULL;
        out->bytes = bytes;
        out->capacity = capacity;
    }
    return out->bytes + out->length;
}

static outcome find_output(const char *key, uint32_t key_length, output **found) {
    for (uint32_t i = 0; i < output_count; i++) {
        output *out = &outputs[i];
        if ((out->key == NULL) == (key == NULL) && out->key_length == key_length && (key == NULL || memcmp(out->key, key, key_length) == 0)) {
            *found = out;
            return FINE;
        }
    }
    if (output_count >= limits.output_keys_max) return bad_output("more than %u output keys in one chunk", limits.output_keys_max);
    if (output_count == output_slots) {
        output *more = realloc(outputs, (output_slots + 4) * sizeof *more);
        if (more == NULL) return out_of_memory();
        memset(more + output_slots, 0, 4 * sizeof *more);
        outputs = more;
        output_slots += 4;
    }
    output *out = &outputs[output_count];
    free(out->key);
    out->key = NULL;
    out->key_length = key_length;
    out->start = out->length = OUTPUT_HEAD_BYTES + key_length;
    if (key != NULL) {
        if ((out->key = malloc(key_length + 1)) == NULL) return out_of_memory();
        memcpy(out->key, key, key_length);
    }
    if (out->capacity < out->start) {
        out->length = 0;
        if (reserve(out, out->start) == NULL) return out_of_memory();
        out->length = out->start;
    }
    output_count++;
    *found = out;
    return FINE;
}

/* Bytes of a key, value or header. `owned` is a C string to be freed, or NULL. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
    int null;
    const char *owned;
} bytes_of;

static bool is_null_length(JSValueConst length_field) {
    return JS_VALUE_GET_TAG(length_field) == JS_TAG_INT && JS_VALUE_GET_INT(length_field) < 0;
}

/* No script code runs here: whatever runs script code (property reads) came before. A `length_field` below 0
 * says that an empty Buffer (or what was made of one) stands for null, as it does in a decoded record. */
static outcome get_bytes(JSValueConst value, JSValueConst length_field, const char *what, uint32_t index, bytes_of *out) {
    *out = (bytes_of){.null = 0};
    if (JS_IsNull(value) || JS_IsUndefined(value)) {
        out->null = 1;
        return FINE;
    }
    if (is_bytes(value)) {
        out->bytes = JS_GetUint8Array(ctx, &out->length, value);
        if (out->bytes == NULL && JS_HasException(ctx)) return THROWN;
        out->null = is_null_length(length_field) && out->length == 0;
        return FINE;
    }
    if (JS_IsString(value)) {
        out->owned = JS_ToCStringLen(ctx, &out->length, value);
        out->bytes = (const uint8_t *)out->owned;
        out->null = is_null_length(length_field) && out->length == 0;
        return out->owned == NULL ? THROWN : FINE;
    }
    if (JS_IsArrayBuffer(value)) {
        out->bytes = JS_GetArrayBuffer(ctx, &out->length, value);
        return out->bytes == NULL && JS_HasException(ctx) ? THROWN : FINE;
    }
    return bad_output("record %u: its %s must be a Buffer, a Uint8Array, a string or null", index, what);
}

static void free_bytes(bytes_of *bytes) {
    if (bytes->owned != NULL) JS_FreeCString(ctx, bytes->owned);
}

/* A number or BigInt as 64 bits, without running script code. */
static outcome get_int64(JSValueConst value, int64_t otherwise, const char *what, int64_t *number) {
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_UNDEFINED:
    case JS_TAG_NULL:
        *number = otherwise;
        return FINE;
    case JS_TAG_INT:
        *number = JS_VALUE_GET_INT(value);
        return FINE;
    case JS_TAG_FLOAT64:
        return JS_ToInt64(ctx, number, value) ? THROWN : FINE;
    case JS_TAG_SHORT_BIG_INT:
    case JS_TAG_BIG_INT:
        return JS_ToBigInt64(ctx, number, value) ? THROWN : FINE;
    default:
        return bad_output("%s must be a number or a BigInt", what);
    }
}

/* The fields of a record that count for output, each a reference of ours. */
typedef struct {
    JSValue key, value, headers, timestamp_delta, key_length, value_length;
} fields;

static void free_fields(fields *f) {
    JS_FreeValue(ctx, f->key);
    JS_FreeValue(ctx, f->value);
    JS_FreeValue(ctx, f->headers);
    JS_FreeValue(ctx, f->timestamp_delta);
    JS_FreeValue(ctx, f->key_length);
    JS_FreeValue(ctx, f->value_length);
}

static outcome get_fields(JSValueConst record, uint32_t index, fields *f) {
    if (JS_VALUE_GET_TAG(record) != JS_TAG_OBJECT) return bad_output("record %u is not an object", index);
    JSObject *object = JS_VALUE_GET_OBJ(record);
    if (object->shape == record_shape) {
        /* The shape of decoded records, which `{...record, value}` has as well: plain values at known places. */
        const JSProperty *p = object->prop;
        *f = (fields){js_dup(p[5].u.value), js_dup(p[7].u.value), js_dup(p[8].u.value), js_dup(p[2].u.value), js_dup(p[4].u.value), js_dup(p[6].u.value)};
        return FINE;
    }
    *f = (fields){JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED};
    f->key = JS_GetProperty(ctx, record, atom_key);
    if (!JS_IsException(f->key)) f->value = JS_GetProperty(ctx, record, atom_value);
    if (!JS_IsException(f->value)) f->headers = JS_GetProperty(ctx, record, atom_headers);
    if (!JS_IsException(f->headers)) f->timestamp_delta = JS_GetProperty(ctx, record, atom_timestamp_delta);
    if (!JS_IsException(f->timestamp_delta)) f->key_length = JS_GetProperty(ctx, record, atom_key_length);
    if (!JS_IsException(f->key_length)) f->value_length = JS_GetProperty(ctx, record, atom_value_length);
    return JS_HasException(ctx) ? THROWN : FINE;
}

/* Headers in wire form: count, then key and value of each. Into a buffer of its own, because reading them may run script code. */
static outcome encode_headers(JSValueConst headers, uint32_t index, output *scratch) {
    int64_t count = 0;
    scratch->length = 0;
    if (!JS_IsUndefined(headers) && !JS_IsNull(headers)) {
        if (!JS_IsArray(headers)) return bad_output("record %u: its headers must be an array", index);
        if (JS_GetLength(ctx, headers, &count)) return THROWN;
    }
    if (count > (1 << 20)) return bad_output("record %u has %lld headers", index, (long long)count);
    uint8_t *p = reserve(scratch, 10);
    if (p == NULL) return out_of_memory();
    scratch->length = (size_t)(hr_put_varint(p, count) - p);
    for (int64_t i = 0; i < count; i++) {
        JSValue field = JS_GetPropertyInt64(ctx, headers, i);
        if (JS_IsException(field)) return THROWN;
        if (JS_VALUE_GET_TAG(field) != JS_TAG_OBJECT) {
            JS_FreeValue(ctx, field);
            return bad_output("record %u: header %lld is not an object", index, (long long)i);
        }
        JSValue key = JS_GetProperty(ctx, field, atom_header_key);
        JSValue value = JS_IsException(key) ? JS_UNDEFINED : JS_GetProperty(ctx, field, atom_value);
        JSValue value_length = JS_IsException(value) || JS_IsException(key) ? JS_UNDEFINED : JS_GetProperty(ctx, field, atom_header_value_length);
        JS_FreeValue(ctx, field);
        outcome result = JS_HasException(ctx) ? THROWN : FINE;
        bytes_of k = {0}, v = {0};
        if (result == FINE) result = get_bytes(key, JS_UNDEFINED, "header key", index, &k);
        if (result == FINE) result = get_bytes(value, value_length, "header value", index, &v);
        if (result == FINE && (p = reserve(scratch, k.length + v.length + 20)) == NULL) result = out_of_memory();
        if (result == FINE) {
            p = hr_put_varint(p, (int64_t)k.length);
            if (k.length > 0) memcpy(p, k.bytes, k.length);
            p = hr_put_varint(p + k.length, v.null ? -1 : (int64_t)v.length);
            if (v.length > 0) memcpy(p, v.bytes, v.length);
            scratch->length = (size_t)(p - scratch->bytes) + v.length;
        }
        free_bytes(&k);
        free_bytes(&v);
        JS_FreeValue(ctx, key);
        JS_FreeValue(ctx, value);
        JS_FreeValue(ctx, value_length);
        if (result != FINE) return result;
    }
    return FINE;
}

static bool is_empty_array(JSValueConst value) {
    if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT) return JS_IsUndefined(value) || JS_IsNull(value);
    JSObject *object = JS_VALUE_GET_OBJ(value);
    return object->class_id == JS_CLASS_ARRAY && object->fast_array && object->u.array.count == 0 && JS_VALUE_GET_TAG(object->prop[0].u.value) == JS_TAG_INT && JS_VALUE_GET_INT(object->prop[0].u.value) == 0;
}

static outcome encode_record(output *out, JSValueConst record, uint32_t index) {
    static output scratch;
    static const uint8_t no_headers[1] = {0};
    fields f;
    bytes_of key = {0}, value = {0};
    int64_t timestamp_delta = 0;
    const uint8_t *headers = no_headers;
    size_t headers_length = 1;
    outcome result = get_fields(record, index, &f);
    if (result == FINE && !is_empty_array(f.headers)) {
        result = encode_headers(f.headers, index, &scratch);
        headers = scratch.bytes;
        headers_length = scratch.length;
    }
    /* From here on no script code runs, so pointers into its buffers stay good. */
    if (result == FINE) result = get_int64(f.timestamp_delta, 0, "timestampDelta", &timestamp_delta);
    if (result == FINE) result = get_bytes(f.key, f.key_length, "key", index, &key);
    if (result == FINE) result = get_bytes(f.value, f.value_length, "value", index, &value);
    if (result == FINE) {
        int64_t key_length = key.null ? -1 : (int64_t)key.length, value_length = value.null ? -1 : (int64_t)value.length;
        size_t size = 1 + hr_varint_size(timestamp_delta) + hr_varint_size(index) + hr_varint_size(key_length) + key.length + hr_varint_size(value_length) + value.length + headers_length;
        uint8_t *p = NULL;
        if (output_total + size + 5 > limits.output_bytes_max) result = bad_output("more than %u bytes of output in one chunk", limits.output_bytes_max);
        else if ((p = reserve(out, size + 10)) == NULL) result = out_of_memory();
        else {
            uint8_t *from = p;
            p = hr_put_varint(p, (int64_t)size);
            *p++ = 0;
            p = hr_put_varint(p, timestamp_delta);
            p = hr_put_varint(p, index);
            p = hr_put_varint(p, key_length);
            if (key.length > 0) memcpy(p, key.bytes, key.length);
            p = hr_put_varint(p + key.length, value_length);
            if (value.length > 0) memcpy(p, value.bytes, value.length);
            p += value.length;
            memcpy(p, headers, headers_length);
            p += headers_length;
            output_total += (size_t)(p - from);
            out->length += (size_t)(p - from);
        }
    }
    free_bytes(&key);
    free_bytes(&value);
    free_fields(&f);
    return result;
}

/* Append one returned record batch to the output of its key. `timestamp` stands in for a missing header.firstTimestamp. */
static outcome encode_batch(const char *key, uint32_t key_length, JSValueConst batch, int64_t timestamp) {
    if (JS_VALUE_GET_TAG(batch) != JS_TAG_OBJECT) return bad_output("a record batch must be an object {header, records}");
    int64_t count, first_timestamp = timestamp;
    JSValue header = JS_GetProperty(ctx, batch, atom_header);
    if (JS_IsException(header)) return THROWN;
    if (JS_VALUE_GET_TAG(header) == JS_TAG_OBJECT) {
        JSValue first = JS_GetProperty(ctx, header, atom_first_timestamp);
        JS_FreeValue(ctx, header);
        if (JS_IsException(first)) return THROWN;
        outcome result = get_int64(first, timestamp, "header.firstTimestamp", &first_timestamp);
        JS_FreeValue(ctx, first);
        if (result != FINE) return result;
    } else {
        JS_FreeValue(ctx, header);
    }
    JSValue records = JS_GetProperty(ctx, batch, atom_records);
    if (JS_IsException(records)) return THROWN;
    if (!JS_IsArray(records)) {
        JS_FreeValue(ctx, records);
        return bad_output("a record batch must be an object {header, records} with an array of records");
    }
    if (JS_GetLength(ctx, records, &count)) {
        JS_FreeValue(ctx, records);
        return THROWN;
    }
    if (count == 0) {
        JS_FreeValue(ctx, records);
        return FINE;
    }
    output *out = NULL;
    outcome result = find_output(key, key_length, &out);
    size_t at = 0, slot = out == NULL ? 0 : (size_t)(out - outputs);
    if (result == FINE) {
        at = out->length;
        if (count > (int64_t)limits.output_bytes_max / 7) result = bad_output("%lld records in one batch", (long long)count);
        else if (reserve(out, HR_BATCH_HEADER_BYTES) == NULL) result = out_of_memory();
        else out->length += HR_BATCH_HEADER_BYTES;
    }
    for (int64_t i = 0; result == FINE && i < count; i++) {
        JSValue record = JS_GetPropertyInt64(ctx, records, i);
        if (JS_IsException(record)) {
            result = THROWN;
            break;
        }
        result = encode_record(&outputs[slot], record, (uint32_t)i);
        JS_FreeValue(ctx, record);
    }
    if (result == FINE) hr_write_batch_header(outputs[slot].bytes + at, (uint32_t)(outputs[slot].length - at), first_timestamp, (int32_t)count);
    JS_FreeValue(ctx, records);
    return result;
}

static const char *kind_of(JSValueConst value) {
    if (JS_IsUndefined(value)) return "undefined";
    if (JS_IsNull(value)) return "null";
    if (JS_IsString(value)) return "a string";
    if (JS_IsNumber(value)) return "a number";
    if (JS_IsArray(value)) return "an array";
    if (JS_IsFunction(ctx, value)) return "a function";
    return JS_IsObject(value) ? "an object" : "something else";
}

/* The entries of a Map, copied out of its own list: its methods may have been replaced, and encoding may run script code that
 * changes it. */
static outcome encode_map(JSMapState *map, int64_t timestamp) {
    uint32_t count = 0, capacity = map->record_count;
    struct list_head *element;
    outcome result = FINE;
    if (capacity == 0) return FINE;
    if (capacity > limits.output_keys_max) return bad_output("the returned Map has %u keys, %u are allowed", capacity, limits.output_keys_max);
    JSValue *entries = js_malloc(ctx, capacity * 2 * sizeof *entries);
    if (entries == NULL) return NO_MEMORY;
    list_for_each(element, &map->records) {
        JSMapRecord *record = list_entry(element, JSMapRecord, link);
        if (record->empty || count == capacity) continue;
        entries[count * 2] = js_dup(record->key);
        entries[count * 2 + 1] = js_dup(record->value);
        count++;
    }
    for (uint32_t i = 0; i < count && result == FINE; i++) {
        size_t length;
        if (!JS_IsString(entries[i * 2])) {
            result = bad_output("a key of the returned Map is %s, not a string", kind_of(entries[i * 2]));
            break;
        }
        const char *key = JS_ToCStringLen(ctx, &length, entries[i * 2]);
        if (key == NULL) result = THROWN;
        else if (length > 1024) result = bad_output("an output key has %u bytes", (unsigned)length);
        else result = encode_batch(key, (uint32_t)length, entries[i * 2 + 1], timestamp);
        JS_FreeCString(ctx, key);
    }
    for (uint32_t i = 0; i < count * 2; i++) JS_FreeValue(ctx, entries[i]);
    js_free(ctx, entries);
    return result;
}

static outcome encode_result(JSValueConst result, int64_t timestamp) {
    if (JS_VALUE_GET_TAG(result) == JS_TAG_OBJECT) {
        JSObject *object = JS_VALUE_GET_OBJ(result);
        if (object->class_id == JS_CLASS_MAP) return encode_map(object->u.map_state, timestamp);
        int has_records = JS_HasProperty(ctx, result, atom_records);
        if (has_records < 0) return THROWN;
        if (has_records) return encode_batch(NULL, 0, result, timestamp);
    }
    return bad_output("processRecord must return a Map from output key to record batch (or a Promise of one), but it returned %s", kind_of(result));
}

/* ---- running -------------------------------------------------------------------------------------------------------------- */

static outcome run_jobs(void) {
    JSContext *c;
    int more;
    while ((more = JS_ExecutePendingJob(rt, &c)) > 0) {
    }
    return more < 0 ? THROWN : FINE;
}

/* Wait for a promise. Time passes only when nothing else can happen: then the earliest timer fires at once. */
static outcome settled(JSValueConst promise, JSValue *value) {
    for (;;) {
        outcome result = run_jobs();
        if (result != FINE) return result;
        switch (JS_PromiseState(ctx, promise)) {
        case JS_PROMISE_FULFILLED:
            *value = JS_PromiseResult(ctx, promise);
            return FINE;
        case JS_PROMISE_REJECTED:
            JS_Throw(ctx, JS_PromiseResult(ctx, promise));
            return THROWN;
        default: {
            JSValue fired = JS_Call(ctx, fire_timer, JS_UNDEFINED, 0, NULL);
            if (JS_IsException(fired)) return THROWN;
            if (!JS_ToBool(ctx, fired)) {
                JS_ThrowTypeError(ctx, "the promise that processRecord returned waits for something that never happens");
                return PENDING;
            }
        }
        }
    }
}

static outcome run_part(JSValueConst part, int64_t timestamp) {
    JSValueConst arguments[2] = {part, console};
    JSValue value = JS_Invoke(ctx, handler, atom_apply, 2, arguments);
    if (JS_IsException(value)) return THROWN;
    if (JS_VALUE_GET_TAG(value) == JS_TAG_OBJECT && JS_VALUE_GET_OBJ(value)->class_id != JS_CLASS_MAP) {
        if (JS_VALUE_GET_OBJ(value)->class_id != JS_CLASS_PROMISE) {
            /* A promise of a library's own making, or a plain batch. */
            int thenable = JS_HasProperty(ctx, value, atom_then);
            JSValue promise = thenable > 0 ? JS_Call(ctx, settle, JS_UNDEFINED, 1, (JSValueConst *)&value) : thenable < 0 ? JS_EXCEPTION : js_dup(value);
            JS_FreeValue(ctx, value);
            if (JS_IsException(promise)) return THROWN;
            value = promise;
        }
        if (JS_VALUE_GET_OBJ(value)->class_id == JS_CLASS_PROMISE) {
            JSValue promise = value;
            outcome result = settled(promise, &value);
            JS_FreeValue(ctx, promise);
            if (result != FINE) return result;
        }
    }
    outcome result = encode_result(value, timestamp);
    JS_FreeValue(ctx, value);
    return result == FINE ? run_jobs() : result;
}

static outcome run_batch(hr_batch *batch, uint64_t seed) {
    status.base_offset = batch->base_offset;
    int64_t timestamp = batch->max_timestamp < 0 ? 0 : batch->max_timestamp;
    set_clock(timestamp < INT64_MAX / 1000 ? timestamp * 1000 : 0);
    /* The same batch sees the same numbers when it is processed again after a crash, and no two batches see the same. */
    ctx->random_state = mix(seed ^ mix((uint64_t)batch->base_offset)) | 1;
    for (;;) {
        /* QuickJS does not collect cycles when memory runs out, so it is done while there is room. */
        if (rt->malloc_state.malloc_size > rt->malloc_state.malloc_limit / 2) JS_RunGC(rt);
        JSValue part = decode_part(batch);
        if (JS_IsUndefined(part)) return FINE;
        if (JS_IsException(part)) return THROWN;
        outcome result = run_part(part, batch->base_timestamp);
        JS_FreeValue(ctx, part);
        if (result != FINE) return result;
    }
}

/* ---- frames --------------------------------------------------------------------------------------------------------------- */

static struct {
    hr_output_header header;
    hr_section_header section;
    uint32_t kind, message_length;
    char text[2 * ERROR_TEXT_MAX];
} failure;

static size_t put_text(size_t at, const char *text, size_t length) {
    size_t n = length > ERROR_TEXT_MAX ? ERROR_TEXT_MAX : length;
    if (n < length)
        while (n > 0 && ((uint8_t)text[n] & 0xC0) == 0x80) n--;
    memcpy(failure.text + at, text, n);
    return at + n;
}

static uint64_t finish_failure(uint32_t kind, size_t message_length, size_t length) {
    failure.header = (hr_output_header){HR_ABI_VERSION, 0};
    failure.section = (hr_section_header){HR_SECTION_ERROR, (uint32_t)(8 + length)};
    failure.kind = kind;
    failure.message_length = (uint32_t)message_length;
    return hr_frame(&failure, sizeof failure - sizeof failure.text + length);
}

static uint64_t fail_with(uint32_t kind, const char *message) {
    size_t n = put_text(0, message, strlen(message));
    return finish_failure(kind, n, n);
}

/* The pending exception as an error frame. Its message and stack are the script's to make, so formatting may run script code. */
static uint64_t fail_with_exception(uint32_t kind) {
    static const char no_memory[] = "InternalError: out of memory";
    JSValue exception = JS_GetException(ctx);
    size_t message_end, end, n = 0;
    const char *message = JS_IsNull(exception) || JS_IsUninitialized(exception) ? NULL : JS_ToCStringLen(ctx, &n, exception);
    if (message == NULL) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        message_end = JS_IsNull(exception) || JS_IsUninitialized(exception) ? put_text(0, no_memory, sizeof no_memory - 1) : put_text(0, "an exception that cannot be shown", 33);
    } else {
        message_end = put_text(0, message, n);
        JS_FreeCString(ctx, message);
    }
    if (message_end >= sizeof no_memory - 1 && memcmp(failure.text, no_memory, sizeof no_memory - 1) == 0) kind = HR_FAILED_MEMORY;
    end = message_end;
    if (JS_VALUE_GET_TAG(exception) == JS_TAG_OBJECT) {
        JSValue stack = JS_GetProperty(ctx, exception, atom_stack);
        if (JS_IsException(stack)) JS_FreeValue(ctx, JS_GetException(ctx));
        else if (JS_IsString(stack)) {
            const char *text = JS_ToCStringLen(ctx, &n, stack);
            if (text == NULL) JS_FreeValue(ctx, JS_GetException(ctx));
            else end = put_text(end, text, n);
            JS_FreeCString(ctx, text);
        }
        JS_FreeValue(ctx, stack);
    }
    JS_FreeValue(ctx, exception);
    return finish_failure(kind, message_end, end);
}

static uint64_t fail(outcome result) {
    static const uint32_t kinds[] = {[THROWN] = HR_FAILED_THROWN, [PENDING] = HR_FAILED_PENDING, [NO_MEMORY] = HR_FAILED_MEMORY, [BAD_OUTPUT] = HR_FAILED_OUTPUT};
    return fail_with_exception(kinds[result]);
}

static void put_output_head(uint8_t *p, const output *out) {
    hr_section_header section = {HR_SECTION_OUTPUT, (uint32_t)(4 + out->key_length + out->length - out->start)};
    uint32_t key_length = out->key == NULL ? HR_NO_KEY : out->key_length;
    memcpy(p, &section, sizeof section);
    memcpy(p + sizeof section, &key_length, 4);
    if (out->key != NULL) memcpy(p + sizeof section + 4, out->key, out->key_length);
}

/* Sections of all keys in one frame. With one key, the usual case, its buffer already is the frame. */
static uint64_t finish_outputs(void) {
    static const hr_output_header header = {HR_ABI_VERSION, 0};
    if (output_count == 0) return hr_frame(&header, sizeof header);
    output *first = &outputs[0];
    memcpy(first->bytes, &header, sizeof header);
    put_output_head(first->bytes + sizeof header, first);
    for (uint32_t i = 1; i < output_count; i++) {
        output *out = &outputs[i];
        size_t n = out->length - sizeof header;
        uint8_t *p = reserve(first, n);
        if (p == NULL) return fail(out_of_memory());
        put_output_head(p, out);
        memcpy(p + (out->start - sizeof header), out->bytes + out->start, out->length - out->start);
        first->length += n;
    }
    return hr_frame(first->bytes, first->length);
}

static uint8_t *input;
static uint32_t input_capacity;

HR_EXPORT("hr_alloc") void *hr_alloc(uint32_t length) {
    if (length > input_capacity) {
        free(input);
        input = malloc(length);
        input_capacity = input == NULL ? 0 : length;
    }
    return input;
}

HR_EXPORT("hr_transform") uint64_t hr_transform(const uint8_t *frame, uint32_t length) {
    hr_chunk chunk;
    hr_batch batch;
    outcome result = FINE;
    int more = 0;
    output_count = 0;
    output_total = 0;
    log_lines = 0;
    status.log_used = status.log_dropped = 0;
    if (!hr_open_chunk(frame, length, &chunk)) return fail_with(HR_FAILED_OUTPUT, "malformed input frame");
    uint64_t seed = limits.seed ^ (uint64_t)(uint32_t)chunk.partition << 32;
    for (uint32_t i = 0; i < chunk.topic_length; i++) seed = mix(seed ^ (uint8_t)chunk.topic[i]);
    while (result == FINE && (more = hr_next_batch(&chunk, &batch)) == 1)
        if (!hr_is_control(&batch)) result = run_batch(&batch, seed);
    uint64_t reply = result != FINE ? fail(result) : more < 0 ? fail_with(HR_FAILED_OUTPUT, "malformed input batch") : finish_outputs();
    if (result == FINE) status.base_offset = -1;
    return reply;
}

/* ---- loading -------------------------------------------------------------------------------------------------------------- */

static JSValue module_exports_of(JSContext *c) {
    JSValue api = JS_GetPropertyStr(c, prelude, "api");
    return api;
}

static const char *const module_names[] = {"headrace", "@vectorizedio/wasm-api", "@redpanda-data/wasm-api"};
static const char *const module_exports[] = {"engine", "SimpleTransform", "PolicyError", "PolicyInjection", "createRecordBatch",
                                             "copyRecordBatch", "calculateRecordLength", "calculateRecordBatchSize", "Buffer"};

static int init_api_module(JSContext *c, JSModuleDef *module) {
    JSValue api = module_exports_of(c);
    for (size_t i = 0; i < countof(module_exports); i++) JS_SetModuleExport(c, module, module_exports[i], JS_GetPropertyStr(c, api, module_exports[i]));
    JS_SetModuleExport(c, module, "default", api);
    return 0;
}

static int init_buffer_module(JSContext *c, JSModuleDef *module) {
    JSValue exports = JS_GetPropertyStr(c, prelude, "bufferModule");
    JS_SetModuleExport(c, module, "Buffer", JS_GetPropertyStr(c, exports, "Buffer"));
    JS_SetModuleExport(c, module, "default", exports);
    return 0;
}

static JSModuleDef *load_module(JSContext *c, const char *name, void *opaque) {
    JSModuleDef *module;
    for (size_t i = 0; i < countof(module_names); i++) {
        if (strcmp(name, module_names[i]) != 0) continue;
        if ((module = JS_NewCModule(c, name, init_api_module)) == NULL) return NULL;
        for (size_t j = 0; j < countof(module_exports); j++) JS_AddModuleExport(c, module, module_exports[j]);
        JS_AddModuleExport(c, module, "default");
        return module;
    }
    if (strcmp(name, "buffer") == 0 || strcmp(name, "node:buffer") == 0) {
        if ((module = JS_NewCModule(c, name, init_buffer_module)) == NULL) return NULL;
        JS_AddModuleExport(c, module, "Buffer");
        JS_AddModuleExport(c, module, "default");
        return module;
    }
    JS_ThrowReferenceError(c, "Cannot find module '%s': a script is one file, bundle what it needs into it (known modules: headrace, @vectorizedio/wasm-api, @redpanda-data/wasm-api, buffer)", name);
    return NULL;
}

/* Names are taken as they are: there is no folder to resolve them against. */
static char *normalize_module(JSContext *c, const char *base, const char *name, void *opaque) { return js_strdup(c, name); }

/* The shape that an object literal with these properties has. */
static JSShape *shape_of(const char *const *names, int count) {
    JSValue object = JS_NewObject(ctx);
    for (int i = 0; i < count; i++) JS_DefinePropertyValueStr(ctx, object, names[i], JS_UNDEFINED, JS_PROP_C_W_E);
    JSShape *shape = js_dup_shape(JS_VALUE_GET_OBJ(object)->shape);
    JS_FreeValue(ctx, object);
    return shape;
}

static void make_shapes(void) {
    static const char *const record[] = {"length", "attributes", "timestampDelta", "offsetDelta", "keyLength", "key", "valueLen", "value", "headers"};
    static const char *const field[] = {"headerKeyLength", "headerKey", "headerValueLength", "value"};
    static const char *const header[] = {"headerCrc", "sizeBytes", "baseOffset", "recordBatchType", "crc", "attrs", "lastOffsetDelta", "firstTimestamp",
                                         "maxTimestamp", "producerId", "producerEpoch", "baseSequence", "recordCount", "term", "isCompressed"};
    static const char *const batch[] = {"header", "records", "map"};
    record_shape = shape_of(record, countof(record));
    header_field_shape = shape_of(field, countof(field));
    batch_header_shape = shape_of(header, countof(header));
    batch_shape = shape_of(batch, countof(batch));
}

static void make_atoms(void) {
    const struct {
        JSAtom *atom;
        const char *name;
    } atoms[] = {{&atom_apply, "apply"}, {&atom_records, "records"}, {&atom_header, "header"}, {&atom_first_timestamp, "firstTimestamp"},
                 {&atom_then, "then"}, {&atom_stack, "stack"}, {&atom_key, "key"}, {&atom_value, "value"}, {&atom_headers, "headers"},
                 {&atom_timestamp_delta, "timestampDelta"}, {&atom_key_length, "keyLength"}, {&atom_value_length, "valueLen"},
                 {&atom_header_key, "headerKey"}, {&atom_header_value_length, "headerValueLength"}};
    for (size_t i = 0; i < countof(atoms); i++) *atoms[i].atom = JS_NewAtom(ctx, atoms[i].name);
}

static JSValue take(const char *name) { return JS_GetPropertyStr(ctx, prelude, name); }

static int run_prelude(JSValueConst env) {
    static const JSCFunctionListEntry natives[] = {
        JS_CFUNC_DEF("log", 2, native_log),
        JS_CFUNC_DEF("logIsFull", 0, native_log_is_full),
        JS_CFUNC_DEF("advanceClock", 1, native_advance_clock),
        JS_CFUNC_DEF("toString", 0, native_to_string),
        JS_CFUNC_DEF("json", 0, native_json),
        JS_CFUNC_DEF("from", 1, native_from),
        JS_CFUNC_DEF("utf8Decode", 3, native_utf8_decode),
        JS_CFUNC_DEF("utf8Length", 1, native_utf8_length),
    };
    JSValue function = JS_Eval(ctx, prelude_source, sizeof prelude_source - 1, "headrace:prelude", JS_EVAL_TYPE_GLOBAL);
    if (JS_IsException(function)) return -1;
    JSValue native = JS_NewObject(ctx);
    JS_SetPropertyFunctionList(ctx, native, natives, countof(natives));
    JSValueConst arguments[2] = {native, env};
    prelude = JS_Call(ctx, function, JS_UNDEFINED, 2, arguments);
    JS_FreeValue(ctx, native);
    JS_FreeValue(ctx, function);
    if (JS_IsException(prelude)) return -1;
    console = take("console");
    fire_timer = take("fireTimer");
    settle = take("settle");
    slow_to_string = take("slowToString");
    slow_from = take("slowFrom");
    map_function = take("map");
    JSValue sample = take("sampleBuffer");
    buffer_shape = js_dup_shape(JS_VALUE_GET_OBJ(sample)->shape);
    JS_FreeValue(ctx, sample);
    return 0;
}

/* Line and column in the first line of a syntax error's stack, as one number that orders positions; -1 if there is none. */
static int64_t error_position(JSValueConst error, const char *file_name) {
    int64_t position = -1;
    JSValue stack = JS_GetProperty(ctx, error, atom_stack);
    const char *text = JS_IsString(stack) ? JS_ToCString(ctx, stack) : NULL;
    const char *at = text == NULL ? NULL : strstr(text, file_name);
    if (at != NULL) {
        at += strlen(file_name);
        if (*at == ':') {
            char *rest;
            int64_t line = strtol(at + 1, &rest, 10);
            position = line << 32 | (*rest == ':' ? strtol(rest + 1, NULL, 10) : 0);
        }
    }
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, stack);
    return position;
}

static bool is_syntax_error(JSValueConst error) {
    return JS_VALUE_GET_TAG(error) == JS_TAG_OBJECT &&
           JS_VALUE_GET_OBJ(error)->shape->proto == JS_VALUE_GET_OBJ(ctx->native_error_proto[JS_SYNTAX_ERROR]);
}

/* CommonJS: the file becomes the body of a function, as in Node. The wrapper stands on line 0, so that positions are the file's. */
static JSValue compile_commonjs(const char *source, size_t length, const char *file_name) {
    static const char head[] = "(function (exports, require, module, __filename, __dirname) {\n", tail[] = "\n})";
    char *text = js_malloc(ctx, sizeof head + length + sizeof tail);
    if (text == NULL) return JS_EXCEPTION;
    memcpy(text, head, sizeof head - 1);
    memcpy(text + sizeof head - 1, source, length);
    memcpy(text + sizeof head - 1 + length, tail, sizeof tail);
    JSValue function = JS_EvalInternal(ctx, ctx->global_obj, text, sizeof head - 1 + length + sizeof tail - 1, file_name, 0,
                                       JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY, -1);
    js_free(ctx, text);
    return function;
}

/* A file is CommonJS when it parses as that, else an ES module. When it is neither, the parse that came further is to be believed. */
static JSValue compile(const char *source, size_t length, const char *file_name, bool *is_module) {
    *is_module = false;
    JSValue code = compile_commonjs(source, length, file_name);
    if (!JS_IsException(code)) return code;
    JSValue commonjs_error = JS_GetException(ctx);
    if (JS_IsNull(commonjs_error)) return JS_Throw(ctx, commonjs_error);
    code = JS_Eval(ctx, source, length, file_name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (!JS_IsException(code)) {
        JS_FreeValue(ctx, commonjs_error);
        *is_module = true;
        return code;
    }
    JSValue module_error = JS_GetException(ctx);
    /* No SyntaxError: it did parse, and imports what is not there. */
    if (!is_syntax_error(module_error) || error_position(module_error, file_name) > error_position(commonjs_error, file_name)) {
        JS_FreeValue(ctx, commonjs_error);
        return JS_Throw(ctx, module_error);
    }
    JS_FreeValue(ctx, module_error);
    return JS_Throw(ctx, commonjs_error);
}

static JSValue run_commonjs(JSValue code, const char *file_name) {
    JSValue function = JS_EvalFunction(ctx, code);
    if (JS_IsException(function)) return function;
    JSValue run = take("runCommonJs");
    JSValue name = JS_NewString(ctx, file_name);
    JSValueConst arguments[2] = {function, name};
    JSValue exports = JS_Call(ctx, run, JS_UNDEFINED, 2, arguments);
    JS_FreeValue(ctx, name);
    JS_FreeValue(ctx, run);
    JS_FreeValue(ctx, function);
    if (!JS_IsException(exports) && run_jobs() != FINE) {
        JS_FreeValue(ctx, exports);
        return JS_EXCEPTION;
    }
    return exports;
}

static JSValue run_module(JSValue code) {
    JSModuleDef *module = JS_VALUE_GET_PTR(code);
    JSValue promise = JS_EvalFunction(ctx, code), ignored;
    if (JS_IsException(promise)) return promise;
    outcome result = settled(promise, &ignored);
    JS_FreeValue(ctx, promise);
    if (result == PENDING) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return JS_ThrowTypeError(ctx, "a top-level await waits for something that never happens");
    }
    if (result != FINE) return JS_EXCEPTION;
    JS_FreeValue(ctx, ignored);
    return JS_GetModuleNamespace(ctx, module);
}

/* The load frame: this, then file name, environment (a JSON object of strings) and source, each as long as said here. */
typedef struct {
    uint32_t version, js_memory_bytes, js_stack_bytes, output_bytes_max, output_keys_max, log_lines_max, log_bytes_max, log_line_bytes_max;
    uint64_t seed;
    uint32_t file_name_length, env_length, source_length, reserved;
} load_header;

static uint64_t answer_load(JSValueConst exports) {
    static uint8_t *reply;
    size_t length;
    JSValue adopt = take("adopt");
    JSValue info = JS_Call(ctx, adopt, JS_UNDEFINED, 1, &exports);
    JS_FreeValue(ctx, adopt);
    if (JS_IsException(info)) return fail_with_exception(HR_FAILED_LOAD);
    handler = take("handler");
    const char *text = JS_ToCStringLen(ctx, &length, info);
    if (text == NULL) return fail_with_exception(HR_FAILED_LOAD);
    hr_output_header header = {HR_ABI_VERSION, 0};
    hr_section_header section = {HR_SECTION_INFO, (uint32_t)length};
    free(reply);
    reply = malloc(sizeof header + sizeof section + length);
    if (reply == NULL) return fail_with(HR_FAILED_MEMORY, "out of memory");
    memcpy(reply, &header, sizeof header);
    memcpy(reply + sizeof header, &section, sizeof section);
    memcpy(reply + sizeof header + sizeof section, text, length);
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, info);
    return hr_frame(reply, sizeof header + sizeof section + length);
}

/* QuickJS adds up the usable sizes of its blocks, but the C library's allocator may pass padding on to a neighbour, so that a
 * block is larger when it is freed than when it was made; QuickJS then aborts. Here a block's size stands before it. */
#define SIZE_PREFIX 8

static void *sized(uint8_t *block, size_t size) {
    if (block == NULL) return NULL;
    memcpy(block, &size, sizeof size);
    return block + SIZE_PREFIX;
}

static void *sized_malloc(void *opaque, size_t size) {
    return size > SIZE_MAX - SIZE_PREFIX ? NULL : sized(malloc(size + SIZE_PREFIX), size);
}

static void *sized_calloc(void *opaque, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) || total > SIZE_MAX - SIZE_PREFIX) return NULL;
    return sized(calloc(1, total + SIZE_PREFIX), total);
}

static void sized_free(void *opaque, void *block) {
    if (block != NULL) free((uint8_t *)block - SIZE_PREFIX);
}

static void *sized_realloc(void *opaque, void *block, size_t size) {
    if (block == NULL) return sized_malloc(opaque, size);
    return size > SIZE_MAX - SIZE_PREFIX ? NULL : sized(realloc((uint8_t *)block - SIZE_PREFIX, size + SIZE_PREFIX), size);
}

static size_t sized_usable(const void *block) {
    size_t size;
    memcpy(&size, (const uint8_t *)block - SIZE_PREFIX, sizeof size);
    return size;
}

static void start_quickjs(const load_header *load) {
    static const JSMallocFunctions allocator = {sized_calloc, sized_malloc, sized_free, sized_realloc, sized_usable};
    rt = JS_NewRuntime2(&allocator, NULL);
    if (rt == NULL) __builtin_trap();
    JS_SetMemoryLimit(rt, load->js_memory_bytes);
    JS_SetMaxStackSize(rt, load->js_stack_bytes);
    /* Collecting cycles walks the whole heap; the default of 256 KiB would do it several times per chunk. */
    JS_SetGCThreshold(rt, load->js_memory_bytes / 4);
    JS_SetModuleLoaderFunc(rt, normalize_module, load_module, NULL);
    set_clock((int64_t)(load->seed >> 16) | 1); /* QuickJS seeds its hash tables from the clock */
    ctx = JS_NewContext(rt);
    if (ctx == NULL) __builtin_trap();
    clock_us = clock_highest_us = 0;
    ctx->random_state = mix(load->seed) | 1;
}

/* Start QuickJS and load the script of this frame; once per instance, before hr_transform. */
HR_EXPORT("hr_js_load") uint64_t hr_js_load(const uint8_t *frame, uint32_t length) {
    load_header load;
    if (rt != NULL || length < sizeof load) return fail_with(HR_FAILED_LOAD, "malformed load frame");
    memcpy(&load, frame, sizeof load);
    if (load.version != HR_ABI_VERSION || (uint64_t)sizeof load + load.file_name_length + load.env_length + load.source_length != length)
        return fail_with(HR_FAILED_LOAD, "malformed load frame");
    limits.output_bytes_max = load.output_bytes_max;
    limits.output_keys_max = load.output_keys_max;
    limits.log_lines_max = load.log_lines_max;
    limits.log_bytes_max = load.log_bytes_max;
    limits.log_line_bytes_max = load.log_line_bytes_max;
    limits.seed = load.seed;
    status.log_address = (uint32_t)(uintptr_t)malloc(load.log_bytes_max);
    start_quickjs(&load);
    make_atoms();
    make_shapes();
    const char *p = (const char *)frame + sizeof load;
    char *file_name = strndup(p, load.file_name_length);
    JSValue env = JS_NewStringLen(ctx, p + load.file_name_length, load.env_length);
    if (run_prelude(env)) return fail_with_exception(HR_FAILED_LOAD);
    JS_FreeValue(ctx, env);
    /* The parser wants a zero after the source, and `#!` is a comment only there. */
    char *source = js_malloc(ctx, load.source_length + 1);
    if (source == NULL) return fail_with_exception(HR_FAILED_LOAD);
    size_t source_length = load.source_length;
    const char *from = p + load.file_name_length + load.env_length;
    if (source_length >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0) from += 3, source_length -= 3;
    memcpy(source, from, source_length);
    source[source_length] = 0;
    if (source_length >= 2 && source[0] == '#' && source[1] == '!') source[0] = source[1] = '/';
    bool is_module;
    JSValue code = compile(source, source_length, file_name, &is_module);
    js_free(ctx, source);
    JSValue exports = JS_IsException(code) ? code : is_module ? run_module(code) : run_commonjs(code, file_name);
    free(file_name);
    free(input); /* the source stood there */
    input = NULL;
    input_capacity = 0;
    if (JS_IsException(exports)) return fail_with_exception(HR_FAILED_LOAD);
    uint64_t reply = answer_load(exports);
    JS_FreeValue(ctx, exports);
    return reply;
}
