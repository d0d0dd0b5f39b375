/* Record batches to JavaScript objects. Part of js_guest.c. */

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
    if ((p = hr_get_varint(p, end, &count)) == NULL || count < 0 || count > end - p)
        return JS_ThrowRangeError(ctx, "malformed record headers in the input");
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

static JSValue decode_record(JSValueConst array_buffer, const uint8_t *data, const hr_record *record,
                             int64_t first_delta) {
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
    while (count < PART_RECORDS_MAX && walk.next - batch->next < PART_BYTES_MAX &&
           (more = hr_next_record(&walk, &record)) == 1) {
        if (count++ == 0) *first_delta = record.offset_delta;
        *last_delta = record.offset_delta;
    }
    *end = walk.next;
    return more < 0 ? -1 : count;
}

static JSValue decode_batch_header(const hr_batch *batch, int32_t count, uint32_t size, int64_t first_delta,
                                   int64_t last_delta) {
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
    properties[0].u.value =
        decode_batch_header(batch, count, (uint32_t)(end - start) + HR_BATCH_HEADER_BYTES, first_delta, last_delta);
    properties[1].u.value = records;
    properties[2].u.value = js_dup(map_function);
    bool failed = JS_IsException(properties[0].u.value);
    JSValue object = new_from_shape(batch_shape, properties);
    if (!failed) return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}
