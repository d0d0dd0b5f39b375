/* What a handler returned to record batches. Part of js_guest.c.
 *
 * Reading properties may run script code (getters), which may change or free anything that the script can reach.
 * So all properties of a record are read first and held; pointers into its bytes are taken only after the last of
 * them. */

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
        if ((out->key == NULL) == (key == NULL) && out->key_length == key_length &&
            (key == NULL || memcmp(out->key, key, key_length) == 0)) {
            *found = out;
            return FINE;
        }
    }
    if (output_count >= limits.output_keys_max)
        return bad_output("more than %u output keys in one chunk", limits.output_keys_max);
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
static outcome get_bytes(JSValueConst value, JSValueConst length_field, const char *what, uint32_t index,
                         bytes_of *out) {
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
    case JS_TAG_NULL: *number = otherwise; return FINE;
    case JS_TAG_INT: *number = JS_VALUE_GET_INT(value); return FINE;
    case JS_TAG_FLOAT64: return JS_ToInt64(ctx, number, value) ? THROWN : FINE;
    case JS_TAG_SHORT_BIG_INT:
    case JS_TAG_BIG_INT: return JS_ToBigInt64(ctx, number, value) ? THROWN : FINE;
    default: return bad_output("%s must be a number or a BigInt", what);
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
        *f = (fields){js_dup(p[5].u.value), js_dup(p[7].u.value), js_dup(p[8].u.value),
                      js_dup(p[2].u.value), js_dup(p[4].u.value), js_dup(p[6].u.value)};
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

/* Headers in wire form: count, then key and value of each. Into a buffer of its own, because reading them may run
 * script code. */
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
        JSValue value_length = JS_IsException(value) || JS_IsException(key)
                                   ? JS_UNDEFINED
                                   : JS_GetProperty(ctx, field, atom_header_value_length);
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
    return object->class_id == JS_CLASS_ARRAY && object->fast_array && object->u.array.count == 0 &&
           JS_VALUE_GET_TAG(object->prop[0].u.value) == JS_TAG_INT && JS_VALUE_GET_INT(object->prop[0].u.value) == 0;
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
        int64_t key_length = key.null ? -1 : (int64_t)key.length,
                value_length = value.null ? -1 : (int64_t)value.length;
        size_t size = 1 + hr_varint_size(timestamp_delta) + hr_varint_size(index) + hr_varint_size(key_length) +
                      key.length + hr_varint_size(value_length) + value.length + headers_length;
        uint8_t *p = NULL;
        if (output_total + size + 5 > limits.output_bytes_max)
            result = bad_output("more than %u bytes of output in one chunk", limits.output_bytes_max);
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

/* Append one returned record batch to the output of its key. `timestamp` stands in for a missing
 * header.firstTimestamp. */
static outcome encode_batch(const char *key, uint32_t key_length, JSValueConst batch, int64_t timestamp) {
    if (JS_VALUE_GET_TAG(batch) != JS_TAG_OBJECT)
        return bad_output("a record batch must be an object {header, records}");
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
        if (count > (int64_t)limits.output_bytes_max / 7)
            result = bad_output("%lld records in one batch", (long long)count);
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
    if (result == FINE)
        hr_write_batch_header(outputs[slot].bytes + at, (uint32_t)(outputs[slot].length - at), first_timestamp,
                              (int32_t)count);
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

/* The entries of a Map, copied out of its own list: its methods may have been replaced, and encoding may run
 * script code that changes it. */
static outcome encode_map(JSMapState *map, int64_t timestamp) {
    uint32_t count = 0, capacity = map->record_count;
    struct list_head *element;
    outcome result = FINE;
    if (capacity == 0) return FINE;
    if (capacity > limits.output_keys_max)
        return bad_output("the returned Map has %u keys, %u are allowed", capacity, limits.output_keys_max);
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
    return bad_output(
        "processRecord must return a Map from output key to record batch (or a Promise of one), but it returned %s",
        kind_of(result));
}
