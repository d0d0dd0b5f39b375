/* The JavaScript guest: QuickJS-NG plus the record codec and UTF-8 in C, speaking the batch ABI of
 * sdk/c/headrace.h.
 *
 * One call per chunk: decode v2 records into JS objects, call the script's handler once per batch, settle its
 * promise, encode what it returned. It imports nothing: time, logs and randomness live in its own memory. All of
 * it runs inside the sandbox together with the script, so nothing here is trusted by the host; its care for re-
 * entrancy is for correct results, not for safety.
 *
 * quickjs.c is included and not linked: records are built from cached shapes and typed arrays without their
 * constructors, which the public API cannot do and which halves the cost per record. The price is that every new
 * QuickJS release is read before it is taken; build.py pins the one that was. */
#include <time.h>
#include <sys/time.h>
#include "quickjs.c"
#define HR_NO_OUTPUT
#include "headrace.h"
#include "js_state.h"
#include "js_buffer.h"
#include "js_json.h"
#include "js_decode.h"
#include "js_encode.h"

/* ---- running ---- */

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
        case JS_PROMISE_FULFILLED: *value = JS_PromiseResult(ctx, promise); return FINE;
        case JS_PROMISE_REJECTED: JS_Throw(ctx, JS_PromiseResult(ctx, promise)); return THROWN;
        default: {
            JSValue fired = JS_Call(ctx, fire_timer, JS_UNDEFINED, 0, NULL);
            if (JS_IsException(fired)) return THROWN;
            if (!JS_ToBool(ctx, fired)) {
                JS_ThrowTypeError(ctx,
                                  "the promise that processRecord returned waits for something that never happens");
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
            JSValue promise = thenable > 0   ? JS_Call(ctx, settle, JS_UNDEFINED, 1, (JSValueConst *)&value)
                              : thenable < 0 ? JS_EXCEPTION
                                             : js_dup(value);
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
    /* The same batch sees the same numbers when it is processed again after a crash, and no two batches see the
     * same. */
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

/* ---- frames ---- */

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

/* The pending exception as an error frame. Its message and stack are the script's to make, so formatting may run
 * script code. */
static uint64_t fail_with_exception(uint32_t kind) {
    static const char no_memory[] = "InternalError: out of memory";
    JSValue exception = JS_GetException(ctx);
    size_t message_end, end, n = 0;
    const char *message =
        JS_IsNull(exception) || JS_IsUninitialized(exception) ? NULL : JS_ToCStringLen(ctx, &n, exception);
    if (message == NULL) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        message_end = JS_IsNull(exception) || JS_IsUninitialized(exception)
                          ? put_text(0, no_memory, sizeof no_memory - 1)
                          : put_text(0, "an exception that cannot be shown", 33);
    } else {
        message_end = put_text(0, message, n);
        JS_FreeCString(ctx, message);
    }
    if (message_end >= sizeof no_memory - 1 && memcmp(failure.text, no_memory, sizeof no_memory - 1) == 0)
        kind = HR_FAILED_MEMORY;
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
    static const uint32_t kinds[] = {[THROWN] = HR_FAILED_THROWN,
                                     [PENDING] = HR_FAILED_PENDING,
                                     [NO_MEMORY] = HR_FAILED_MEMORY,
                                     [BAD_OUTPUT] = HR_FAILED_OUTPUT};
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
    uint64_t reply = result != FINE ? fail(result)
                     : more < 0     ? fail_with(HR_FAILED_OUTPUT, "malformed input batch")
                                    : finish_outputs();
    if (result == FINE) status.base_offset = -1;
    return reply;
}

#include "js_load.h"
