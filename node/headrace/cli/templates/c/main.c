/* __NAME__: upper-cases the value of every record of its input topic into "<input>-$__NAME__$".
 *
 * The node hands over whole record batches, a chunk a call, and takes whole batches back; headrace.h reads and writes them. */
#include <stdlib.h>
#include "headrace.h"

static void *input;
static uint32_t input_capacity;
static uint8_t *edited;
static uint32_t edited_capacity;
static hr_out out;

/* Room for the next chunk. */
HR_EXPORT("hr_alloc") void *hr_alloc(uint32_t length) {
    if (length > input_capacity) {
        free(input);
        input = malloc(length);
        input_capacity = input == NULL ? 0 : length;
    }
    return input;
}

static uint64_t fail(const char *message) { return hr_out_fail(&out, HR_FAILED_THROWN, message, (uint32_t)strlen(message)); }

/* Copies the value in capitals to `edited`; 0 when there is no memory. */
static int shout(const uint8_t *value, int32_t length) {
    if ((uint32_t)length > edited_capacity) {
        free(edited);
        edited = malloc((size_t)length);
        edited_capacity = edited == NULL ? 0 : (uint32_t)length;
        if (edited == NULL) return 0;
    }
    for (int32_t i = 0; i < length; i++) edited[i] = value[i] >= 'a' && value[i] <= 'z' ? value[i] - 32 : value[i];
    return 1;
}

HR_EXPORT("hr_transform") uint64_t hr_transform(const void *frame, uint32_t length) {
    hr_chunk chunk;
    hr_batch batch;
    hr_record record;
    int more;
    hr_out_start(&out);
    if (!hr_open_chunk(frame, length, &chunk)) return fail("not a frame of ABI version 1");
    hr_out_key(&out, NULL, 0); /* the output is named after the script */
    while ((more = hr_next_batch(&chunk, &batch)) == 1) {
        if (hr_is_control(&batch)) continue;
        hr_out_batch(&out, batch.base_timestamp);
        while ((more = hr_next_record(&batch, &record)) == 1) {
            const uint8_t *value = record.value;
            if (record.value_length > 0) { /* -1 is a null value: a tombstone stays one */
                if (!shout(record.value, record.value_length)) return fail("out of memory");
                value = edited;
            }
            hr_out_record(&out, record.timestamp_delta, record.key, record.key_length, value, record.value_length,
                          record.headers, record.headers_length);
        }
        if (more < 0) break;
    }
    return more < 0 ? fail("malformed batch") : hr_out_finish(&out);
}
