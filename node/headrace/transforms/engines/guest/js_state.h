/* State of the one script in this instance, its clock, its status area and its log. Part of js_guest.c. */

/* A batch with more records than this is shown to the script in parts, so that the objects of one part fit in
 * memory. */
#define PART_RECORDS_MAX 4096
#define PART_BYTES_MAX (1 << 20)
#define ERROR_TEXT_MAX 4096

static JSRuntime *rt;
static JSContext *ctx;
static JSValue prelude; /* what prelude.js returned */
static JSValue handler, console, fire_timer, settle, slow_to_string, slow_from, map_function;
static JSShape *record_shape, *header_field_shape, *batch_header_shape, *batch_shape, *buffer_shape;
static JSAtom atom_apply, atom_records, atom_header, atom_first_timestamp, atom_then, atom_stack;
static JSAtom atom_key, atom_value, atom_headers, atom_timestamp_delta, atom_key_length, atom_value_length;
static JSAtom atom_header_key, atom_header_value_length, atom_to_json;

static struct {
    uint32_t output_bytes_max, output_keys_max, log_lines_max, log_bytes_max, log_line_bytes_max;
    uint64_t seed;
} limits;

/* The time of the batch in hand, plus what timers have advanced. */

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

/* The C library's standard streams come along with printf; these stand in for what they would import from the
 * host. */
#define REFUSE(name, ...)                                                                                              \
    int32_t __imported_wasi_snapshot_preview1_##name(__VA_ARGS__);                                                     \
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

static hr_status_area status = {.base_offset = -1};
static uint32_t log_lines;

HR_EXPORT("hr_status") hr_status_area *hr_status(void) { return &status; }

static void write_log(uint32_t level, const char *text, size_t length) {
    uint32_t n = length > limits.log_line_bytes_max ? limits.log_line_bytes_max : (uint32_t)length;
    if (n < length)
        while (n > 0 && ((uint8_t)text[n] & 0xC0) == 0x80) n--;
    if (status.log_address == 0 || log_lines >= limits.log_lines_max ||
        status.log_used + 8 + n > limits.log_bytes_max) {
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
