/* The hot part of Buffer; prelude.js has the rest. Part of js_guest.c. */

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
