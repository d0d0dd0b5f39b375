/* JSON.parse, JSON.stringify and case conversion for the common case; the rest goes to QuickJS's own. Part of
 * js_guest.c.
 *
 * Editing JSON is what most scripts do, and QuickJS takes some 10 ns per byte each way for it. These versions read
 * runs of plain characters eight bytes at a time and remember which keys follow which, so that an object of a
 * known form is made in one go. They run no script code and change nothing before they are done: whatever they
 * cannot do (a reviver, a getter, a Proxy, a toJSON, a syntax error, deep nesting), they leave to the original,
 * from the start. */

#define JSON_DEPTH_MAX 128

/* Position of the first byte in p..end that is not plain: a quote, a backslash, a control character or not ASCII. */
static const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end) {
    const uint64_t ones = 0x0101010101010101ull, highs = 0x8080808080808080ull;
    for (; end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        uint64_t quotes = word ^ ones * '"', escapes = word ^ ones * '\\';
        uint64_t found = (word | (quotes - ones) | (escapes - ones) | (word - ones * 0x20)) & highs;
        if (found == 0) continue;
        /* A borrow may have marked a byte too many, but never before the first that is right. */
        break;
    }
    while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\') p++;
    return p;
}

static JSValue new_ascii(const uint8_t *bytes, size_t length) {
    JSString *string = js_alloc_string(ctx, (int)length, 0);
    if (string == NULL) return JS_EXCEPTION;
    memcpy(str8(string), bytes, length);
    str8(string)[length] = 0;
    return JS_MKPTR(JS_TAG_STRING, string);
}

#include "js_json_parse.h"
#include "js_json_write.h"

static JSValue convert_case(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv, int to_lower) {
    if (JS_VALUE_GET_TAG(this_value) == JS_TAG_STRING) {
        JSString *from = JS_VALUE_GET_STRING(this_value);
        uint8_t beyond = from->is_wide_char ? 0x80 : 0;
        for (uint32_t i = 0; beyond == 0 && i < from->len; i += 256)
            for (uint32_t j = i, end = from->len - i < 256 ? from->len : i + 256; j < end; j++)
                beyond |= str8(from)[j] & 0x80;
        if (beyond == 0 && from->len > 0) {
            JSString *to = js_alloc_string(c, (int)from->len, 0);
            if (to == NULL) return JS_EXCEPTION;
            const uint8_t *p = str8(from), first = to_lower ? 'A' : 'a';
            uint8_t *q = str8(to);
            for (uint32_t i = 0; i < from->len; i++) q[i] = p[i] ^ (uint8_t)((uint8_t)(p[i] - first) < 26 ? 0x20 : 0);
            q[from->len] = 0;
            return JS_MKPTR(JS_TAG_STRING, to);
        }
    }
    return js_string_toLowerCase(c, this_value, argc, argv, to_lower);
}

static int replace_function(JSValueConst object, const char *name, JSValue function) {
    return JS_DefinePropertyValueStr(ctx, object, name, function, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) < 0;
}

static JSValue new_case_function(const char *name, int to_lower) {
    return JS_NewCFunctionMagic(ctx, convert_case, name, 0, JS_CFUNC_generic_magic, to_lower);
}

static int install_json(void) {
    JSValueConst strings = ctx->class_proto[JS_CLASS_STRING];
    JSValue sample = JS_NewObject(ctx), global = JS_GetGlobalObject(ctx), json = JS_GetPropertyStr(ctx, global, "JSON");
    empty_shape = js_dup_shape(JS_VALUE_GET_OBJ(sample)->shape);
    int failed = replace_function(json, "parse", JS_NewCFunction(ctx, native_parse, "parse", 2));
    failed |= replace_function(json, "stringify", JS_NewCFunction(ctx, native_stringify, "stringify", 3));
    failed |= replace_function(strings, "toLowerCase", new_case_function("toLowerCase", 1));
    failed |= replace_function(strings, "toUpperCase", new_case_function("toUpperCase", 0));
    JS_FreeValue(ctx, json);
    JS_FreeValue(ctx, global);
    JS_FreeValue(ctx, sample);
    return failed;
}
