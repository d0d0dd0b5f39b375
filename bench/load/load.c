/* The load client of the bench: as little work per message as librdkafka allows, so that the broker is what is measured.
 *
 *   load produce   BOOTSTRAP TOPIC PARTITIONS COUNT SIZE RATE [key=value ...]
 *   load json      BOOTSTRAP TOPIC PARTITIONS COUNT SIZE RATE [key=value ...]
 *   load consume   BOOTSTRAP TOPIC PARTITIONS COUNT 0    0    [key=value ...]
 *   load roundtrip BOOTSTRAP INPUT,OUTPUT PARTITIONS COUNT SIZE RATE [key=value ...]
 *
 * RATE is messages per second, 0 for as fast as it goes. `produce` sends random bytes, `json` small JSON objects with a
 * field "ssn" to be dropped. `roundtrip` sends JSON with its number, reads the output topic and measures from handing
 * a message over to seeing its result. key=value are librdkafka settings. One line of JSON comes out; exit code 1 when
 * anything was lost or refused, 2 for a wrong call.
 *
 * Every loop is bounded by COUNT and by DEADLINE_S. */
#include "librdkafka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_S 120.0
#define SAMPLES_MAX 200000
#define CONSUME_BATCH 1000

enum { WRONG_CALL = 2, FAILED = 1 };

struct run {
    const char *bootstrap, *topic;
    int partitions, size;
    long count;
    double rate;
    int settings_count;
    char **settings;
};

static long delivered, refused;
static const char *first_error = "";
static float *latency_ms;
static long latency_count;
static double *handed_over_at; /* by message number, for `roundtrip` */

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double own_cpu_s(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(WRONG_CALL);
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client;
    (void)opaque;
    double *sent_at = message->opaque;
    if (message->err) {
        if (!refused++) first_error = rd_kafka_err2str(message->err);
    } else {
        delivered++;
        if (sent_at && latency_count < SAMPLES_MAX) latency_ms[latency_count++] = (float)((now_s() - *sent_at) * 1e3);
    }
    free(sent_at);
}

static rd_kafka_t *new_client(rd_kafka_type_t type, const struct run *run) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", run->bootstrap, error, sizeof error);
    if (type == RD_KAFKA_PRODUCER) {
        rd_kafka_conf_set(conf, "queue.buffering.max.messages", "1000000", error, sizeof error);
        rd_kafka_conf_set(conf, "queue.buffering.max.kbytes", "262144", error, sizeof error);
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    } else {
        rd_kafka_conf_set(conf, "group.id", "bench", error, sizeof error);
    }
    for (int i = 0; i < run->settings_count; i++) {
        char name[256];
        const char *equals = strchr(run->settings[i], '=');
        if (!equals || equals - run->settings[i] >= (long)sizeof name) die("not key=value", run->settings[i]);
        snprintf(name, sizeof name, "%.*s", (int)(equals - run->settings[i]), run->settings[i]);
        rd_kafka_conf_res_t done = rd_kafka_conf_set(conf, name, equals + 1, error, sizeof error);
        /* `roundtrip` has a producer and a consumer: each takes the settings that are its own. */
        if (done != RD_KAFKA_CONF_OK) die("setting", error);
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
    if (!client) die("client", error);
    return client;
}

static int by_size(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static void print_result(long messages, double seconds, double bytes) {
    qsort(latency_ms, (size_t)latency_count, sizeof *latency_ms, by_size);
    double p50 = latency_count ? latency_ms[latency_count / 2] : 0;
    double p99 = latency_count ? latency_ms[(long)((double)latency_count * 0.99)] : 0;
    printf("{\"messages\": %ld, \"refused\": %ld, \"error\": \"%s\", \"seconds\": %.6f, \"megabytes\": %.3f, "
           "\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"samples\": %ld, \"client_cpu_s\": %.4f}\n",
           messages, refused, first_error, seconds, bytes / 1e6, p50, p99, latency_count, own_cpu_s());
    fflush(stdout);
}

/* A JSON object of about `size` bytes, number first, filler last. */
static int make_json(char *into, int capacity, long number, int size) {
    int used = snprintf(into, (size_t)capacity, "{\"id\":%ld,\"user\":\"u%ld\",\"ssn\":\"078-05-1120\",\"text\":\"",
                        number, number % 1000);
    while (used < size - 2 && used < capacity - 3) into[used++] = 'x';
    into[used++] = '"';
    into[used++] = '}';
    return used;
}

static void wait_until(rd_kafka_t *client, double due) {
    for (double left; (left = due - now_s()) > 0;) rd_kafka_poll(client, left > 0.002 ? 1 : 0);
}

static int produce(const struct run *run, int as_json) {
    rd_kafka_t *client = new_client(RD_KAFKA_PRODUCER, run);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, run->topic, NULL);
    int capacity = run->size + 256, length = run->size;
    char *payload = malloc((size_t)capacity);
    for (int i = 0; i < capacity; i++) payload[i] = (char)rand();
    if (as_json) length = make_json(payload, capacity, 0, run->size);
    /* One message first: connections, metadata and a producer id are not what is measured. */
    rd_kafka_produce(topic, 0, 0, payload, (size_t)length, NULL, 0, NULL);
    rd_kafka_flush(client, 20000);
    if (delivered != 1) die("the first message was not delivered", first_error);
    delivered = 0;
    long every = run->count / SAMPLES_MAX + 1;
    double began = now_s(), bytes = 0;
    for (long i = 0; i < run->count;) {
        if (run->rate > 0) wait_until(client, began + (double)i / run->rate);
        if (now_s() - began > DEADLINE_S) break;
        double *sent_at = NULL;
        if (i % every == 0) {
            sent_at = malloc(sizeof *sent_at);
            *sent_at = now_s();
        }
        /* Flags 0: librdkafka neither copies nor frees, the payload outlives the run. JSON differs per message. */
        int flags = 0;
        if (as_json) {
            length = make_json(payload, capacity, i, run->size);
            flags = 2; /* copy */
        }
        if (rd_kafka_produce(topic, (int32_t)(i % run->partitions), flags, payload, (size_t)length, NULL, 0, sent_at)) {
            free(sent_at);
            rd_kafka_poll(client, 5); /* the queue is full */
            continue;
        }
        bytes += length;
        if ((++i & 63) == 0) rd_kafka_poll(client, 0);
    }
    while (rd_kafka_outq_len(client) > 0 && now_s() - began < DEADLINE_S) rd_kafka_poll(client, 20);
    print_result(delivered, now_s() - began, bytes);
    return refused || delivered != run->count;
}

static int consume(const struct run *run) {
    rd_kafka_t *client = new_client(RD_KAFKA_CONSUMER, run);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, run->topic, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    for (int i = 0; i < run->partitions; i++) rd_kafka_consume_start_queue(topic, i, OFFSET_BEGINNING, queue);
    rd_kafka_message_t *messages[CONSUME_BATCH];
    long got = 0;
    double began = now_s(), first = 0, bytes = 0;
    while (got < run->count && now_s() - began < DEADLINE_S) {
        long count = (long)rd_kafka_consume_batch_queue(queue, 100, messages, CONSUME_BATCH);
        for (long i = 0; i < count; i++) {
            if (!messages[i]->err) {
                if (!first) first = now_s();
                got++;
                bytes += (double)messages[i]->len;
            }
            rd_kafka_message_destroy(messages[i]);
        }
    }
    print_result(got, now_s() - first, bytes);
    return got < run->count;
}

static long number_of(const rd_kafka_message_t *message) {
    const char *payload = message->payload;
    if (message->len < 7 || memcmp(payload, "{\"id\":", 6) != 0) return -1;
    return strtol(payload + 6, NULL, 10);
}

static long take_results(rd_kafka_queue_t *queue, int timeout_ms, const struct run *run) {
    rd_kafka_message_t *messages[CONSUME_BATCH];
    long seen = 0, count = (long)rd_kafka_consume_batch_queue(queue, timeout_ms, messages, CONSUME_BATCH);
    double arrived = now_s();
    for (long i = 0; i < count; i++) {
        long number = messages[i]->err ? -1 : number_of(messages[i]);
        if (number >= 0 && number < run->count && handed_over_at[number] > 0) {
            latency_ms[latency_count++] = (float)((arrived - handed_over_at[number]) * 1e3);
            handed_over_at[number] = -1;
            seen++;
        }
        rd_kafka_message_destroy(messages[i]);
    }
    return seen;
}

static int roundtrip(struct run *run) {
    char *output = strchr(run->topic, ',');
    if (!output) die("roundtrip", "needs INPUT,OUTPUT");
    *output++ = 0;
    struct run reading = *run;
    char *reader_settings[] = {"fetch.wait.max.ms=100"};
    reading.settings = reader_settings;
    reading.settings_count = 1;
    rd_kafka_t *producer = new_client(RD_KAFKA_PRODUCER, run), *consumer = new_client(RD_KAFKA_CONSUMER, &reading);
    rd_kafka_topic_t *to = rd_kafka_topic_new(producer, run->topic, NULL), *from = rd_kafka_topic_new(consumer, output, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer);
    for (int i = 0; i < run->partitions; i++) rd_kafka_consume_start_queue(from, i, OFFSET_END, queue);
    for (double settle = now_s() + 2; now_s() < settle;) take_results(queue, 50, run);
    handed_over_at = calloc((size_t)run->count, sizeof *handed_over_at);
    int capacity = run->size + 256;
    char *payload = malloc((size_t)capacity);
    long seen = 0;
    double began = now_s(), bytes = 0;
    for (long i = 0; i < run->count; i++) {
        for (double due = began + (double)i / run->rate, left; (left = due - now_s()) > 0;)
            seen += take_results(queue, left > 0.002 ? 1 : 0, run);
        int length = make_json(payload, capacity, i, run->size);
        handed_over_at[i] = now_s();
        rd_kafka_produce(to, (int32_t)(i % run->partitions), 2, payload, (size_t)length, NULL, 0, NULL);
        rd_kafka_poll(producer, 0);
        bytes += length;
    }
    while (seen < run->count && now_s() - began < DEADLINE_S) {
        rd_kafka_poll(producer, 0);
        seen += take_results(queue, 20, run);
    }
    print_result(seen, now_s() - began, bytes);
    return refused || seen < run->count;
}

int main(int argc, char **argv) {
    if (argc < 8) die(argv[0], "produce|json|consume|roundtrip BOOTSTRAP TOPIC PARTITIONS COUNT SIZE RATE [key=value ...]");
    struct run run = {argv[2], argv[3], atoi(argv[4]), atoi(argv[6]), atol(argv[5]), atof(argv[7]), argc - 8, argv + 8};
    if (run.partitions < 1 || run.count < 1 || run.size < 0 || run.count > 50000000) die("COUNT, SIZE or PARTITIONS", "out of range");
    latency_ms = malloc(sizeof *latency_ms * SAMPLES_MAX);
    int failed;
    if (!strcmp(argv[1], "produce")) failed = produce(&run, 0);
    else if (!strcmp(argv[1], "json")) failed = produce(&run, 1);
    else if (!strcmp(argv[1], "consume")) failed = consume(&run);
    else if (!strcmp(argv[1], "roundtrip") && run.count <= SAMPLES_MAX && run.rate > 0) failed = roundtrip(&run);
    else die(argv[1], "no such mode, or a COUNT or RATE that it does not take");
    _exit(failed ? FAILED : 0); /* no tidy end: closing a consumer group takes seconds and measures nothing */
}
