/* What is counted, from reset to report. */
#include "load.h"

#define PERIOD (1000 * MS / RATE)
#define BUCKET (MS / 20)
#define BUCKETS 20000 /* up to a second */

static struct {
	int64_t since, state, bytes, inputs, intervals, resumed, returned, took, took_most, stale;
	int64_t errors, code;
	uint32_t off[BUCKETS]; /* how far intervals between state frames were from the period */
} counted;

static int64_t bot_seats; /* never reset: rooms are made before */

void count_input(void) { counted.inputs++; }
void count_error(uint32_t code) { counted.errors++, counted.code = code; }
void count_bot_seat(void) { bot_seats++; }
void count_resumed(void) { counted.resumed++; }

/* count_return counts the first state frame of one who is back. */
static void count_return(int64_t took) {
	counted.returned++;
	counted.took += took;
	if (took > counted.took_most) counted.took_most = took;
}

void count_state(conn *c, size_t bytes, int64_t now) {
	if (c->phase == FROZEN) { /* it lay in the kernel meanwhile */
		counted.stale++;
		return;
	}
	counted.state++;
	counted.bytes += bytes;
	if (c->back && now - c->back <= AFTER && c->fresh++ == 0) count_return(now - thawed);
	if (c->last) {
		int64_t off = llabs(now - c->last - PERIOD) / BUCKET;
		counted.off[off < BUCKETS ? off : BUCKETS - 1]++;
		counted.intervals++;
	}
	c->last = now;
}

void reset_figures(void) {
	memset(&counted, 0, sizeof counted);
	counted.since = now_ns();
}

static double jitter_ms(double p) {
	int64_t rank = p * counted.intervals, seen = 0;
	for (int i = 0; i < BUCKETS; i++)
		if ((seen += counted.off[i]) > rank) return (i + .5) * BUCKET / MS;
	return 0;
}

void report(const conn *all, int n) {
	int playing = 0, fresh = 0, most = 0, back = 0;
	for (int i = 0; i < n; i++) {
		playing += all[i].phase == PLAYING;
		back += all[i].back != 0;
		fresh += all[i].fresh;
		if (all[i].fresh > most) most = all[i].fresh;
	}
	printf("{\"seconds\":%.4f,\"playing\":%d,\"bot_seats\":%ld,\"state_frames\":%ld,\"state_bytes\":%ld,\"inputs\":%ld,"
	       "\"jitter_p50_ms\":%.3f,\"jitter_p99_ms\":%.3f,\"errors\":%ld,\"code\":%ld,"
	       "\"back\":%d,\"resumed\":%ld,\"stale\":%ld,\"fresh\":%d,\"fresh_most\":%d,\"returned\":%ld,\"took_ms\":%.3f,\"took_most_ms\":%.3f}\n",
	       (now_ns() - counted.since) / 1e9, playing, bot_seats, counted.state, counted.bytes, counted.inputs,
	       jitter_ms(.5), jitter_ms(.99), counted.errors, counted.code,
	       back, counted.resumed, counted.stale, fresh, most, counted.returned,
	       counted.returned ? counted.took / 1e6 / counted.returned : 0, counted.took_most / 1e6);
	fflush(stdout);
}
