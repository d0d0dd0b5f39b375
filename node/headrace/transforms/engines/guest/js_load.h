/* Starting QuickJS and loading the script. Part of js_guest.c. */

static const char prelude_source[] = {
#include "prelude.inc"
    , 0};

static JSValue module_exports_of(JSContext *c) {
    JSValue api = JS_GetPropertyStr(c, prelude, "api");
    return api;
}

static const char *const module_names[] = {"headrace", "@vectorizedio/wasm-api", "@redpanda-data/wasm-api"};
static const char *const module_exports[] = {"engine",
                                             "SimpleTransform",
                                             "PolicyError",
                                             "PolicyInjection",
                                             "createRecordBatch",
                                             "copyRecordBatch",
                                             "calculateRecordLength",
                                             "calculateRecordBatchSize",
                                             "Buffer"};

static int init_api_module(JSContext *c, JSModuleDef *module) {
    JSValue api = module_exports_of(c);
    for (size_t i = 0; i < countof(module_exports); i++)
        JS_SetModuleExport(c, module, module_exports[i], JS_GetPropertyStr(c, api, module_exports[i]));
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
    JS_ThrowReferenceError(c,
                           "Cannot find module '%s': a script is one file, bundle what it needs into it (known "
                           "modules: headrace, @vectorizedio/wasm-api, @redpanda-data/wasm-api, buffer)",
                           name);
    return NULL;
}

/* Names are taken as they are: there is no folder to resolve them against. */
static char *normalize_module(JSContext *c, const char *base, const char *name, void *opaque) {
    return js_strdup(c, name);
}

/* The shape that an object literal with these properties has. */
static JSShape *shape_of(const char *const *names, int count) {
    JSValue object = JS_NewObject(ctx);
    for (int i = 0; i < count; i++) JS_DefinePropertyValueStr(ctx, object, names[i], JS_UNDEFINED, JS_PROP_C_W_E);
    JSShape *shape = js_dup_shape(JS_VALUE_GET_OBJ(object)->shape);
    JS_FreeValue(ctx, object);
    return shape;
}

static void make_shapes(void) {
    static const char *const record[] = {"length", "attributes", "timestampDelta", "offsetDelta", "keyLength",
                                         "key",    "valueLen",   "value",          "headers"};
    static const char *const field[] = {"headerKeyLength", "headerKey", "headerValueLength", "value"};
    static const char *const header[] = {"headerCrc",    "sizeBytes",  "baseOffset",      "recordBatchType",
                                         "crc",          "attrs",      "lastOffsetDelta", "firstTimestamp",
                                         "maxTimestamp", "producerId", "producerEpoch",   "baseSequence",
                                         "recordCount",  "term",       "isCompressed"};
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
    } atoms[] = {{&atom_apply, "apply"},
                 {&atom_records, "records"},
                 {&atom_header, "header"},
                 {&atom_first_timestamp, "firstTimestamp"},
                 {&atom_then, "then"},
                 {&atom_stack, "stack"},
                 {&atom_key, "key"},
                 {&atom_value, "value"},
                 {&atom_headers, "headers"},
                 {&atom_timestamp_delta, "timestampDelta"},
                 {&atom_key_length, "keyLength"},
                 {&atom_value_length, "valueLen"},
                 {&atom_header_key, "headerKey"},
                 {&atom_header_value_length, "headerValueLength"},
                 {&atom_to_json, "toJSON"}};
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
    if (install_json()) return -1;
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

/* Line and column in the first line of a syntax error's stack, as one number that orders positions; -1 if there is
 * none. */
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

/* CommonJS: the file becomes the body of a function, as in Node. The wrapper stands on line 0, so that positions
 * are the file's. */
static JSValue compile_commonjs(const char *source, size_t length, const char *file_name) {
    static const char head[] = "(function (exports, require, module, __filename, __dirname) {\n", tail[] = "\n})";
    char *text = js_malloc(ctx, sizeof head + length + sizeof tail);
    if (text == NULL) return JS_EXCEPTION;
    memcpy(text, head, sizeof head - 1);
    memcpy(text + sizeof head - 1, source, length);
    memcpy(text + sizeof head - 1 + length, tail, sizeof tail);
    JSValue function = JS_EvalInternal(ctx, ctx->global_obj, text, sizeof head - 1 + length + sizeof tail - 1,
                                       file_name, 0, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY, -1);
    js_free(ctx, text);
    return function;
}

/* A file is CommonJS when it parses as that, else an ES module. When it is neither, the parse that came further is
 * to be believed. */
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
    if (!is_syntax_error(module_error) ||
        error_position(module_error, file_name) > error_position(commonjs_error, file_name)) {
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

/* The load frame: this, then file name, environment (a JSON object of strings) and source, each as long as said
 * here. */
typedef struct {
    uint32_t version, js_memory_bytes, js_stack_bytes, output_bytes_max, output_keys_max, log_lines_max, log_bytes_max,
        log_line_bytes_max;
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

/* QuickJS adds up the usable sizes of its blocks, but the C library's allocator may pass padding on to a
 * neighbour, so that a block is larger when it is freed than when it was made; QuickJS then aborts. Here a block's
 * size stands before it. */
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
    return size > SIZE_MAX - SIZE_PREFIX ? NULL
                                         : sized(realloc((uint8_t *)block - SIZE_PREFIX, size + SIZE_PREFIX), size);
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
    if (load.version != HR_ABI_VERSION ||
        (uint64_t)sizeof load + load.file_name_length + load.env_length + load.source_length != length)
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
