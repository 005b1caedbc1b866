/* What is counted, from reset to report. */
#include "load.h"

#define PERIOD (1000 * MS / RATE)
#define BUCKET (MS / 20)
#define BUCKETS 20000 /* up to a second */

static struct {
	int64_t since, bytes, inputs, resumed, returned, took, took_most, stale, errors, code;
	struct {
		int64_t state, intervals;
		uint32_t off[BUCKETS]; /* how far intervals between state frames were from the period */
	} rooms[2]; /* all those in which nobody was frozen; those in which somebody was */
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
	counted.rooms[c->beside].state++;
	counted.bytes += bytes;
	if (c->back && now - c->back <= AFTER && c->fresh++ == 0) count_return(now - thawed);
	if (c->last) {
		int64_t off = llabs(now - c->last - PERIOD) / BUCKET;
		counted.rooms[c->beside].off[off < BUCKETS ? off : BUCKETS - 1]++;
		counted.rooms[c->beside].intervals++;
	}
	c->last = now;
}

void reset_figures(void) {
	memset(&counted, 0, sizeof counted);
	counted.since = now_ns();
}

static double jitter_ms(int beside, double p) {
	int64_t rank = p * counted.rooms[beside].intervals, seen = 0;
	for (int i = 0; i < BUCKETS; i++)
		if ((seen += counted.rooms[beside].off[i]) > rank) return (i + .5) * BUCKET / MS;
	return 0;
}

/* report_rooms is what came to the players of some rooms, those who were frozen left out. */
static void report_rooms(const conn *all, int n, int beside) {
	int clients = 0;
	for (int i = 0; i < n; i++) clients += all[i].phase == PLAYING && all[i].beside == beside;
	printf("{\"clients\":%d,\"state_frames\":%ld,\"jitter_p50_ms\":%.3f,\"jitter_p99_ms\":%.3f}", clients,
	       counted.rooms[beside].state, jitter_ms(beside, .5), jitter_ms(beside, .99));
}

/* report_back is how those were who came back from a freeze. */
static void report_back(const conn *all, int n) {
	int frozen = 0, fresh = 0, most = 0, back = 0;
	for (int i = 0; i < n; i++) {
		frozen += all[i].phase == FROZEN;
		back += all[i].back != 0;
		fresh += all[i].fresh;
		if (all[i].fresh > most) most = all[i].fresh;
	}
	printf("{\"frozen\":%d,\"clients\":%d,\"resumed\":%ld,\"stale\":%ld,\"fresh\":%d,\"fresh_most\":%d,\"returned\":%ld,\"took_ms\":%.3f,"
	       "\"took_most_ms\":%.3f}", frozen, back, counted.resumed, counted.stale, fresh, most, counted.returned,
	       counted.returned ? counted.took / 1e6 / counted.returned : 0, counted.took_most / 1e6);
}

void report(const conn *all, int n) {
	printf("{\"seconds\":%.4f,\"bot_seats\":%ld,\"state_bytes\":%ld,\"inputs\":%ld,\"errors\":%ld,\"code\":%ld,\"rooms\":",
	       (now_ns() - counted.since) / 1e9, bot_seats, counted.bytes, counted.inputs, counted.errors, counted.code);
	report_rooms(all, n, 0);
	printf(",\"beside\":");
	report_rooms(all, n, 1);
	printf(",\"back\":");
	report_back(all, n);
	printf("}\n");
	fflush(stdout);
}
