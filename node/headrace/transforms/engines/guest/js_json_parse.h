/* JSON text to values. Part of js_guest.c; js_json.h says when it is used. */

/* Which shape follows when a key is added to a shape. Entries hold references, so the shapes stay what they are. */
typedef struct {
    JSShape *from, *to;
    JSAtom atom;
    uint32_t key_length;
} transition;

#define TRANSITIONS 512
static transition transitions[TRANSITIONS];
/* Marks of (shape, key) that missed once: what never comes again is not worth a shape that lives on. */
static uint32_t missed_once[TRANSITIONS];

typedef struct {
    const uint8_t *p, *end;
    bool utf8; /* else Latin-1 */
} json_text;

static JSProperty *values;
static size_t values_used, values_capacity;
static JSShape *empty_shape;

/* Pushed values wait here until their object or array is made. Outside the heap that QuickJS collects, so they
 * count as held. */
static bool push_value(JSValue value) {
    if (values_used == values_capacity) {
        size_t capacity = values_capacity == 0 ? 256 : values_capacity * 2;
        JSProperty *more = js_realloc(ctx, values, capacity * sizeof *more);
        if (more == NULL) {
            JS_FreeValue(ctx, value);
            return false;
        }
        values = more;
        values_capacity = capacity;
    }
    values[values_used++].u.value = value;
    return true;
}

static void drop_values(size_t down_to) {
    while (values_used > down_to) JS_FreeValue(ctx, values[--values_used].u.value);
}

/* What a parse function returns besides values: let the original do it. No value of JSON. */
#define GIVE_UP JS_UNINITIALIZED

static bool gave_up(JSValueConst value) { return JS_IsUninitialized(value) || JS_IsException(value); }

static void skip_space(json_text *t) {
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\n' || *t->p == '\r' || *t->p == '\t')) t->p++;
}

static bool take_char(json_text *t, uint8_t c) {
    if (t->p < t->end && *t->p == c) {
        t->p++;
        return true;
    }
    return false;
}

static int hex_digits(const uint8_t *p) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = from_hex(p[i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* One escape, t->p after the backslash; -1 for none. */
static int take_escape(json_text *t) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (t->p == t->end) return -1;
    if (*t->p == 'u') {
        if (t->end - t->p < 5) return -1;
        int c = hex_digits(t->p + 1);
        t->p += 5;
        return c;
    }
    const char *found = memchr(from, *t->p, sizeof from - 1);
    t->p++;
    return found == NULL ? -1 : to[found - from];
}

/* A string with escapes or beyond ASCII; t->p after the opening quote, `plain` at the first character that is not
 * plain. */
static JSValue parse_long_string(json_text *t, const uint8_t *plain) {
    StringBuffer buffer;
    if (string_buffer_init(ctx, &buffer, (int)(plain - t->p) + 16)) return JS_EXCEPTION;
    for (;;) {
        if (plain > t->p && string_buffer_write8(&buffer, t->p, (int)(plain - t->p))) goto fail;
        t->p = plain;
        if (t->p == t->end || *t->p < 0x20) goto give_up;
        if (*t->p == '"') {
            t->p++;
            return string_buffer_end(&buffer);
        }
        if (*t->p == '\\') {
            t->p++;
            int c = take_escape(t);
            if (c < 0) goto give_up;
            if (string_buffer_putc16(&buffer, (uint32_t)c)) goto fail;
        } else {
            const uint8_t *from = t->p;
            while (t->p < t->end && *t->p >= 0x20 && *t->p != '"' && *t->p != '\\') t->p++;
            if (t->utf8) {
                if (string_buffer_concat_value_free(&buffer,
                                                    JS_NewStringLen(ctx, (const char *)from, (size_t)(t->p - from))))
                    goto fail;
            } else if (string_buffer_write8(&buffer, from, (int)(t->p - from))) {
                goto fail;
            }
        }
        plain = skip_plain(t->p, t->end);
    }
give_up:
    string_buffer_free(&buffer);
    return GIVE_UP;
fail:
    string_buffer_free(&buffer);
    return JS_EXCEPTION;
}

static JSValue parse_string(json_text *t) {
    const uint8_t *plain = skip_plain(t->p, t->end);
    if (plain == t->end || *plain != '"') return parse_long_string(t, plain);
    JSValue string = plain == t->p ? js_empty_string(rt) : new_ascii(t->p, (size_t)(plain - t->p));
    t->p = plain + 1;
    return string;
}

static bool at_digit(const json_text *t) { return t->p < t->end && *t->p >= '0' && *t->p <= '9'; }

static JSValue parse_number(json_text *t) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool negative = take_char(t, '-');
    uint64_t digits = 0;
    const uint8_t *first = t->p;
    int decimals = 0;
    if (!at_digit(t)) return GIVE_UP;
    if (*t->p == '0') t->p++;
    else
        for (; at_digit(t) && t->p - first < 18; t->p++) digits = digits * 10 + (*t->p - '0');
    if (at_digit(t)) return GIVE_UP; /* a leading zero, or more digits than fit */
    if (take_char(t, '.')) {
        const uint8_t *point = t->p;
        for (; at_digit(t) && t->p - first < 19; t->p++) digits = digits * 10 + (*t->p - '0');
        decimals = (int)(t->p - point);
        if (decimals == 0 || at_digit(t)) return GIVE_UP;
    }
    if (t->p < t->end && (*t->p == 'e' || *t->p == 'E')) return GIVE_UP;
    if (decimals == 0 && digits <= INT32_MAX && !(negative && digits == 0))
        return js_int32(negative ? -(int32_t)digits : (int32_t)digits);
    /* Exactly rounded: both operands are exact, and the division rounds once. */
    if (digits >> 53 != 0 || decimals >= (int)countof(powers)) return GIVE_UP;
    double value = (double)digits / powers[decimals];
    return js_number(negative ? -value : value);
}

static JSValue parse_value(json_text *t, int depth);

static JSValue parse_array(json_text *t, int depth) {
    size_t base = values_used;
    skip_space(t);
    if (!take_char(t, ']')) {
        do {
            JSValue value = parse_value(t, depth);
            if (gave_up(value)) return drop_values(base), value;
            if (!push_value(value)) return drop_values(base), JS_EXCEPTION;
            skip_space(t);
        } while (take_char(t, ','));
        if (!take_char(t, ']')) return drop_values(base), GIVE_UP;
    }
    size_t count = values_used - base;
    JSValue array = js_allocate_fast_array(ctx, (int64_t)count);
    if (JS_IsException(array)) return drop_values(base), array;
    JSValue *items = JS_VALUE_GET_OBJ(array)->u.array.u.values;
    for (size_t i = 0; i < count; i++) items[i] = values[base + i].u.value;
    values_used = base;
    return array;
}

/* The shape after adding a new property, with a reference of the caller's; NULL when out of memory. */
static JSShape *next_shape(JSShape *from, JSAtom atom) {
    JSShape *shape = find_hashed_shape_prop(rt, from, atom, JS_PROP_C_W_E);
    if (shape != NULL) return js_dup_shape(shape);
    if ((shape = js_clone_shape(ctx, from)) == NULL) return NULL;
    shape->is_hashed = true;
    js_shape_hash_link(rt, shape);
    if (add_shape_property(ctx, &shape, NULL, atom, JS_PROP_C_W_E) == 0) return shape;
    js_free_shape(rt, shape);
    return NULL;
}

static bool shape_has(JSShape *shape, JSAtom atom) {
    const JSShapeProperty *properties = get_shape_prop(shape);
    intptr_t at = prop_hash_end(shape)[-(intptr_t)hash_atom(atom, shape->prop_hash_mask) - 1];
    for (; at != 0; at = properties[at - 1].hash_next)
        if (properties[at - 1].atom == atom) return true;
    return false;
}

static uint32_t key_mark(const JSShape *from, const uint8_t *key, size_t length) {
    uint64_t word = 0;
    memcpy(&word, key, length < 8 ? length : 8);
    word = (word ^ (uint64_t)(uintptr_t)from << 24 ^ (uint64_t)length << 57) * 0x9E3779B97F4A7C15ull;
    return (uint32_t)(word >> 32) | 1;
}

static const uint8_t *plain_text_of(JSAtom atom) { return str8(rt->atom_array[atom]); }

/* An object whose form is not known: its first properties come from `shape` and the values, the rest one by one. */
typedef struct {
    JSShape *shape; /* of the values from base on; a reference of its own, because the cache may drop its entry */
    size_t base;
    JSValue object; /* JS_UNDEFINED: still only values */
    bool learning;
} new_object;

static void move_on(new_object *o, JSShape *next) {
    js_dup_shape(next);
    js_free_shape(rt, o->shape);
    o->shape = next;
}

static bool make_object(new_object *o) {
    o->object = JS_NewObjectFromShape(ctx, js_dup_shape(o->shape), JS_CLASS_OBJECT, values + o->base);
    values_used = o->base;
    return !JS_IsException(o->object);
}

/* Remember o->shape + key -> the next shape, if this came before or its neighbour is being learnt. 1: done, 0:
 * not, -1: no memory. */
static int learn_key(new_object *o, const uint8_t *key, size_t length, uint32_t mark, JSAtom atom) {
    if (__JS_AtomIsTaggedInt(atom) || shape_has(o->shape, atom) || values_used - o->base >= 64) return 0;
    JSString *text = rt->atom_array[atom];
    if (text->is_wide_char || text->len != length || memcmp(str8(text), key, length) != 0) return 0;
    uint32_t *missed = &missed_once[mark >> 8 & (TRANSITIONS - 1)];
    if (!o->learning && *missed != mark) {
        *missed = mark;
        return 0;
    }
    o->learning = true;
    JSShape *next = next_shape(o->shape, atom);
    if (next == NULL) return -1;
    transition *slot = &transitions[mark >> 8 & (TRANSITIONS - 1)];
    if (slot->from != NULL) {
        js_free_shape(rt, slot->from);
        js_free_shape(rt, slot->to);
        JS_FreeAtom(ctx, slot->atom);
    }
    *slot = (transition){js_dup_shape(o->shape), next, JS_DupAtom(ctx, atom), (uint32_t)length};
    move_on(o, next);
    return 1;
}

/* Room for the value of this key: *atom is JS_ATOM_NULL when the value is just to be pushed. false: an exception
 * is pending. */
static bool enter_key(new_object *o, const uint8_t *key, size_t length, JSAtom *atom) {
    *atom = JS_ATOM_NULL;
    if (JS_IsUndefined(o->object)) {
        uint32_t mark = key_mark(o->shape, key, length);
        const transition *known = &transitions[mark >> 8 & (TRANSITIONS - 1)];
        if (known->from == o->shape && known->key_length == length &&
            memcmp(plain_text_of(known->atom), key, length) == 0) {
            move_on(o, known->to);
            return true;
        }
        *atom = JS_NewAtomLen(ctx, (const char *)key, length);
        if (*atom == JS_ATOM_NULL) return false;
        int learnt = learn_key(o, key, length, mark, *atom);
        if (learnt != 0) {
            JS_FreeAtom(ctx, *atom);
            *atom = JS_ATOM_NULL;
            return learnt > 0;
        }
        if (make_object(o)) return true;
        JS_FreeAtom(ctx, *atom);
        return false;
    }
    *atom = JS_NewAtomLen(ctx, (const char *)key, length);
    return *atom != JS_ATOM_NULL;
}

static JSValue fail_object(new_object *o, JSValue why) {
    js_free_shape(rt, o->shape);
    if (JS_IsUndefined(o->object)) drop_values(o->base);
    else JS_FreeValue(ctx, o->object);
    return why;
}

static JSValue parse_object(json_text *t, int depth) {
    skip_space(t);
    if (take_char(t, '}')) return JS_NewObject(ctx);
    new_object o = {js_dup_shape(empty_shape), values_used, JS_UNDEFINED, false};
    do {
        JSAtom atom;
        skip_space(t);
        if (!take_char(t, '"')) return fail_object(&o, GIVE_UP);
        const uint8_t *key = t->p;
        t->p = skip_plain(t->p, t->end);
        if (!take_char(t, '"')) return fail_object(&o, GIVE_UP); /* escapes in keys are rare */
        size_t key_length = (size_t)(t->p - 1 - key);
        skip_space(t);
        if (!take_char(t, ':')) return fail_object(&o, GIVE_UP);
        if (!enter_key(&o, key, key_length, &atom)) return fail_object(&o, JS_EXCEPTION);
        JSValue value = parse_value(t, depth);
        if (gave_up(value)) {
            JS_FreeAtom(ctx, atom);
            return fail_object(&o, value);
        }
        if (atom == JS_ATOM_NULL) {
            if (!push_value(value)) return fail_object(&o, JS_EXCEPTION);
        } else {
            int done = JS_DefinePropertyValue(ctx, o.object, atom, value, JS_PROP_C_W_E);
            JS_FreeAtom(ctx, atom);
            if (done < 0) return fail_object(&o, JS_EXCEPTION);
        }
        skip_space(t);
    } while (take_char(t, ','));
    if (!take_char(t, '}')) return fail_object(&o, GIVE_UP);
    if (JS_IsUndefined(o.object)) make_object(&o);
    js_free_shape(rt, o.shape);
    return o.object;
}

static bool take_word(json_text *t, const char *word, size_t length) {
    if ((size_t)(t->end - t->p) < length || memcmp(t->p, word, length) != 0) return false;
    t->p += length;
    return true;
}

static JSValue parse_value(json_text *t, int depth) {
    skip_space(t);
    if (t->p == t->end || depth == 0) return GIVE_UP;
    switch (*t->p) {
    case '"': t->p++; return parse_string(t);
    case '{': t->p++; return parse_object(t, depth - 1);
    case '[': t->p++; return parse_array(t, depth - 1);
    case 't': return take_word(t, "true", 4) ? JS_TRUE : GIVE_UP;
    case 'f': return take_word(t, "false", 5) ? JS_FALSE : GIVE_UP;
    case 'n': return take_word(t, "null", 4) ? JS_NULL : GIVE_UP;
    default: return parse_number(t);
    }
}

/* The whole text as one value, or GIVE_UP, or an exception. */
static JSValue parse_text(const uint8_t *bytes, size_t length, bool utf8) {
    json_text t = {bytes, bytes + length, utf8};
    JSValue value = parse_value(&t, JSON_DEPTH_MAX);
    if (gave_up(value)) return value;
    skip_space(&t);
    if (t.p == t.end) return value;
    JS_FreeValue(ctx, value);
    return GIVE_UP;
}

static JSValue native_parse(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    if (JS_VALUE_GET_TAG(argv[0]) == JS_TAG_STRING && (argc < 2 || JS_IsUndefined(argv[1]))) {
        JSString *text = JS_VALUE_GET_STRING(argv[0]);
        if (!text->is_wide_char) {
            JSValue value = parse_text(str8(text), text->len, false);
            if (!JS_IsUninitialized(value)) return value;
        }
    }
    return js_json_parse(c, this_value, argc, argv);
}

/* Buffer.prototype.json(): JSON.parse of the bytes, without a string in between. */
static JSValue native_json(JSContext *c, JSValueConst this_value, int argc, JSValueConst *argv) {
    size_t n;
    const uint8_t *p = JS_GetUint8Array(c, &n, this_value);
    if (p == NULL && JS_HasException(c)) return JS_EXCEPTION;
    JSValue value = n == 0 ? GIVE_UP : parse_text(p, n, true);
    if (!JS_IsUninitialized(value)) return value;
    JSValue text = JS_NewStringLen(c, (const char *)p, n);
    if (JS_IsException(text)) return text;
    value = js_json_parse(c, JS_UNDEFINED, 1, (JSValueConst *)&text);
    JS_FreeValue(c, text);
    return value;
}
