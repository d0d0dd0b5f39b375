/* Values to JSON text. Part of js_guest.c; js_json.h says when it is used. */

/* UTF-8, so that text of any script needs one buffer; `ascii` while it holds nothing else. */
static struct {
    uint8_t *bytes;
    size_t length, capacity;
    bool ascii;
} text;

typedef enum { WRITTEN, LEFT_OUT, OTHERWISE, FAILED } written;

static uint8_t *text_room(size_t more) {
    if (text.capacity - text.length < more) {
        size_t capacity = text.capacity * 2 > text.length + more ? text.capacity * 2 : text.length + more + 1024;
        uint8_t *bytes = js_realloc(ctx, text.bytes, capacity);
        if (bytes == NULL) return NULL;
        text.bytes = bytes;
        text.capacity = capacity;
    }
    return text.bytes + text.length;
}

static bool write_bytes(const void *bytes, size_t length) {
    uint8_t *p = text_room(length);
    if (p == NULL) return false;
    memcpy(p, bytes, length);
    text.length += length;
    return true;
}

static size_t put_escape(uint8_t *p, uint32_t c) {
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "btn_fr"; /* 8, 9, 10, 12, 13 */
    p[0] = '\\';
    if (c == '"' || c == '\\') return p[1] = (uint8_t)c, 2;
    if (c >= 8 && c <= 13 && c != 11) return p[1] = (uint8_t)letters[c - 8], 2;
    p[1] = 'u';
    for (int i = 0; i < 4; i++) p[2 + i] = (uint8_t)hex[c >> (12 - 4 * i) & 15];
    return 6;
}

static bool write_wide(const uint16_t *p, size_t length) {
    uint8_t *to = text_room(length * 6 + 2), *q = to;
    if (to == NULL) return false;
    for (size_t i = 0; i < length; i++) {
        uint32_t c = p[i];
        if (c < 0x20 || c == '"' || c == '\\') q += put_escape(q, c);
        else if (c < 0x80) *q++ = (uint8_t)c;
        else if (c < 0x800) *q++ = (uint8_t)(0xC0 | c >> 6), *q++ = (uint8_t)(0x80 | (c & 63));
        else if (c >= 0xD800 && c < 0xE000) {
            if (c >= 0xDC00 || i + 1 == length || p[i + 1] < 0xDC00 || p[i + 1] >= 0xE000) {
                q += put_escape(q, c);
            } else {
                c = 0x10000 + ((c & 1023) << 10 | (p[++i] & 1023));
                *q++ = (uint8_t)(0xF0 | c >> 18), *q++ = (uint8_t)(0x80 | (c >> 12 & 63)),
                *q++ = (uint8_t)(0x80 | (c >> 6 & 63)), *q++ = (uint8_t)(0x80 | (c & 63));
            }
        } else {
            *q++ = (uint8_t)(0xE0 | c >> 12), *q++ = (uint8_t)(0x80 | (c >> 6 & 63)), *q++ = (uint8_t)(0x80 | (c & 63));
        }
    }
    text.ascii = false;
    text.length += (size_t)(q - to);
    return true;
}

static bool write_narrow(const uint8_t *p, size_t length) {
    const uint8_t *end = p + length;
    for (;;) {
        const uint8_t *plain = skip_plain(p, end);
        uint8_t *to = text_room((size_t)(plain - p) + 6);
        if (to == NULL) return false;
        memcpy(to, p, (size_t)(plain - p));
        text.length += (size_t)(plain - p);
        if (plain == end) return true;
        to += plain - p;
        if (*plain < 0x80) {
            text.length += put_escape(to, *plain);
        } else {
            to[0] = (uint8_t)(0xC0 | *plain >> 6);
            to[1] = (uint8_t)(0x80 | (*plain & 63));
            text.length += 2;
            text.ascii = false;
        }
        p = plain + 1;
    }
}

static bool write_string(JSString *string) {
    return write_bytes("\"", 1) &&
           (string->is_wide_char ? write_wide(str16(string), string->len) : write_narrow(str8(string), string->len)) &&
           write_bytes("\"", 1);
}

/* Shortest decimal that reads back as the same number. */
static written write_number(double d) {
    uint8_t *p = text_room(64);
    if (p == NULL) return FAILED;
    if (!isfinite(d)) return write_bytes("null", 4) ? WRITTEN : FAILED;
    /* Few decimals, as amounts and coordinates have: the first scale that gives the number back exactly. */
    double magnitude = fabs(d), scale = 10;
    for (int decimals = 1; magnitude >= 1e-5 && decimals <= 6; decimals++, scale *= 10) {
        double scaled = magnitude * scale;
        if (scaled >= 1e15) break;
        uint64_t digits = (uint64_t)(scaled + 0.5);
        if ((double)digits / scale != magnitude) continue;
        uint64_t unit = (uint64_t)scale, whole = digits / unit, rest = digits % unit;
        char *q = (char *)p;
        if (d < 0) *q++ = '-';
        q += u64toa(q, whole);
        if (rest != 0) {
            *q++ = '.';
            for (uint64_t at = unit / 10; at > 0; at /= 10) *q++ = (char)('0' + rest / at % 10);
        }
        text.length += (size_t)(q - (char *)p);
        return WRITTEN;
    }
    JSDTOATempMem memory;
    text.length += (size_t)js_dtoa((char *)p, d, 10, 0, JS_DTOA_FORMAT_FREE, &memory);
    return WRITTEN;
}

static written write_value(JSValueConst value, int depth);

static written write_array(JSObject *array, int depth) {
    JSValueConst length = array->prop[0].u.value;
    if (!array->fast_array || JS_VALUE_GET_TAG(length) != JS_TAG_INT ||
        (uint32_t)JS_VALUE_GET_INT(length) != array->u.array.count)
        return OTHERWISE;
    if (array->shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY])) return OTHERWISE;
    /* A property of its own besides its length: it may be a toJSON. */
    if (array->shape->prop_count != 1) return OTHERWISE;
    if (!write_bytes("[", 1)) return FAILED;
    for (uint32_t i = 0; i < array->u.array.count; i++) {
        if (i > 0 && !write_bytes(",", 1)) return FAILED;
        written done = write_value(array->u.array.u.values[i], depth);
        if (done == LEFT_OUT) done = write_bytes("null", 4) ? WRITTEN : FAILED;
        if (done != WRITTEN) return done;
    }
    return write_bytes("]", 1) ? WRITTEN : FAILED;
}

static written write_object(JSObject *object, int depth) {
    const JSShape *shape = object->shape;
    if (object->is_exotic ||
        (shape->proto != NULL && shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT])))
        return OTHERWISE;
    const JSShapeProperty *property = get_shape_prop((JSShape *)shape);
    bool first = true;
    if (!write_bytes("{", 1)) return FAILED;
    for (int i = 0; i < shape->prop_count; i++, property++) {
        if (property->atom == JS_ATOM_NULL) continue;
        if (__JS_AtomIsTaggedInt(property->atom) || property->atom == atom_to_json ||
            (property->flags & JS_PROP_TMASK) != JS_PROP_NORMAL)
            return OTHERWISE;
        JSString *name = rt->atom_array[property->atom];
        if (name->atom_type != JS_ATOM_TYPE_STRING || !(property->flags & JS_PROP_ENUMERABLE)) continue;
        /* Numbers come before other keys, whenever they were added. */
        if (name->len > 0 && !name->is_wide_char && str8(name)[0] >= '0' && str8(name)[0] <= '9') return OTHERWISE;
        size_t before = text.length;
        if ((!first && !write_bytes(",", 1)) || !write_string(name) || !write_bytes(":", 1)) return FAILED;
        written done = write_value(object->prop[i].u.value, depth);
        if (done == LEFT_OUT) text.length = before;
        else if (done != WRITTEN) return done;
        else first = false;
    }
    return write_bytes("}", 1) ? WRITTEN : FAILED;
}

static written write_value(JSValueConst value, int depth) {
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_STRING: return write_string(JS_VALUE_GET_STRING(value)) ? WRITTEN : FAILED;
    case JS_TAG_INT: {
        char *p = (char *)text_room(16);
        if (p == NULL) return FAILED;
        text.length += i32toa(p, JS_VALUE_GET_INT(value));
        return WRITTEN;
    }
    case JS_TAG_FLOAT64: return write_number(JS_VALUE_GET_FLOAT64(value));
    case JS_TAG_BOOL:
        return (JS_VALUE_GET_BOOL(value) ? write_bytes("true", 4) : write_bytes("false", 5)) ? WRITTEN : FAILED;
    case JS_TAG_NULL: return write_bytes("null", 4) ? WRITTEN : FAILED;
    case JS_TAG_UNDEFINED:
    case JS_TAG_SYMBOL: return LEFT_OUT;
    case JS_TAG_OBJECT: {
        JSObject *object = JS_VALUE_GET_OBJ(value);
        if (depth == 0) return OTHERWISE;
        if (object->class_id == JS_CLASS_OBJECT) return write_object(object, depth - 1);
        if (object->class_id == JS_CLASS_ARRAY) return write_array(object, depth - 1);
        return OTHERWISE;
    }
    case JS_TAG_STRING_ROPE: {
        JSValue string = js_linearize_string_rope(ctx, value);
        if (JS_IsException(string)) return FAILED;
        bool done = write_string(JS_VALUE_GET_STRING(string));
        JS_FreeValue(ctx, string);
        return done ? WRITTEN : FAILED;
    }
    default: return OTHERWISE; /* a BigInt */
    }
}

static bool has_own(JSClassID id, JSAtom atom) {
    return find_own_property1(JS_VALUE_GET_OBJ(ctx->class_proto[id]), atom) != NULL;
}

static JSValue native_stringify(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    if (argc == 1 && !has_own(JS_CLASS_OBJECT, atom_to_json) && !has_own(JS_CLASS_ARRAY, atom_to_json)) {
        text.length = 0;
        text.ascii = true;
        written done = write_value(argv[0], JSON_DEPTH_MAX);
        if (done == FAILED) return JS_EXCEPTION;
        if (done == WRITTEN) {
            JSValue string = text.ascii ? new_ascii(text.bytes, text.length)
                                        : JS_NewStringLen(c, (const char *)text.bytes, text.length);
            if (text.capacity > (1 << 20)) {
                js_free(c, text.bytes);
                text.bytes = NULL;
                text.capacity = 0;
            }
            return string;
        }
    }
    JSValueConst arguments[3] = {argc > 0 ? argv[0] : JS_UNDEFINED, argc > 1 ? argv[1] : JS_UNDEFINED,
                                 argc > 2 ? argv[2] : JS_UNDEFINED};
    return js_json_stringify(c, this_value, 3, arguments);
}
