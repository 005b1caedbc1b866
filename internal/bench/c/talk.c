/* What a player says, and what he understands: the least of docs/PROTOCOL.md that keeps him playing
 * dash. Views are not decoded, but acknowledged. */
#include "load.h"

enum { FIELD_VARINT = 0, FIELD_BYTES = 2 };
#define TAG(number, kind) ((number) << 3 | FIELD_##kind)

size_t say_hello(const conn *c, uint8_t *to) {
	uint8_t body[512], resume[256], *p = body;
	p = put_string(p, TAG(2, BYTES), "bench");
	p = put_string(p, TAG(3, BYTES), "bot");
	if (c->session[0]) {
		uint8_t *r = put_string(resume, TAG(1, BYTES), c->session);
		r = put_string(r, TAG(2, BYTES), c->token);
		r = put_varint(put_varint(r, TAG(3, VARINT)), c->items);
		p = put_bytes(p, TAG(6, BYTES), resume, r - resume);
	} else {
		p = put_bytes(p, TAG(5, BYTES), NULL, 0);
	}
	p = put_varint(put_varint(p, TAG(8, VARINT)), 1); /* deltas */
	return put_bytes(to, TAG(16, BYTES), body, p - body) - to;
}

size_t say_play(conn *c, uint8_t *to) {
	uint8_t join[16], call[32];
	uint8_t *j = put_string(join, TAG(1, BYTES), "dash");
	uint8_t *p = put_varint(put_varint(call, TAG(1, VARINT)), ++c->call);
	p = put_bytes(p, TAG(2, BYTES), join, j - join);
	return put_bytes(to, TAG(5, BYTES), call, p - call) - to;
}

/* act is what a restless player does: he wanders, now and then dashes, and shoots where he looks. */
static size_t act(conn *c, uint8_t *to) {
	uint8_t *p = to;
	c->heading = (c->heading + rand() % 33 - 16) & 255;
	p = put_varint(put_varint(p, TAG(1, VARINT)), c->heading);
	p = put_varint(put_varint(p, TAG(2, VARINT)), 1);
	if (rand() % 16 == 0) p = put_varint(put_varint(p, TAG(3, VARINT)), 1);
	if (rand() % 8 == 0) {
		p = put_varint(put_varint(p, TAG(4, VARINT)), 1);
		p = put_varint(put_varint(p, TAG(5, VARINT)), c->heading);
		p = put_varint(put_varint(p, TAG(6, VARINT)), c->tick * 16);
	}
	return p - to;
}

/* say_turn is what a player says ten times a second, all in one frame. One who does not play only
 * keeps his connection alive. */
size_t say_turn(conn *c, uint8_t *to) {
	uint8_t body[32], inputs[64], ping[8], *p = to;
	int pings = c->beats++ % PING_EVERY == 0;
	if (c->phase == PLAYING && !c->hushed) {
		size_t n = act(c, body);
		uint8_t *i = put_varint(put_varint(inputs, TAG(1, VARINT)), ++c->seq);
		i = put_bytes(i, TAG(2, BYTES), body, n);
		p = put_bytes(p, TAG(1, BYTES), inputs, i - inputs);
		count_input();
	}
	if (c->phase == PLAYING) {
		p = put_varint(put_varint(p, TAG(2, VARINT)), c->tick);
	} else if (!pings || plain) {
		return 0;
	}
	if (c->items) p = put_varint(put_varint(p, TAG(3, VARINT)), c->items);
	if (pings) {
		uint8_t *q = put_varint(put_varint(ping, TAG(1, VARINT)), c->beats);
		p = put_bytes(p, TAG(4, BYTES), ping, q - ping);
	}
	return p - to;
}

static void copy(char *to, size_t room, span from) {
	size_t n = from.end - from.at;
	if (n >= room) n = room - 1;
	memcpy(to, from.at, n);
	to[n] = 0;
}

static void hear_welcome(conn *c, span s, int64_t now) {
	int returns = c->session[0];
	c->seq = 0;
	for (field f; next_field(&s, &f);) {
		if (f.number == 1) copy(c->session, sizeof c->session, f.bytes);
		if (f.number == 2) copy(c->token, sizeof c->token, f.bytes);
		if (f.number == 7) c->seq = f.value;
	}
	c->phase = returns ? PLAYING : IDLE;
	if (returns) {
		c->back = now;
		count_resumed();
	}
}

/* hash is FNV-1a. */
static uint32_t hash(span s) {
	uint32_t h = 2166136261u;
	while (s.at < s.end) h = (h ^ *s.at++) * 16777619u;
	return h;
}

/* hear_room learns where the player is, and whether a bot sits in the room: rooms should be full of people. */
static void hear_room(conn *c, span s) {
	c->seat = 0;
	for (field f, m; next_field(&s, &f);) {
		if (f.number == 1) c->room = hash(f.bytes);
		if (f.number == 5) c->seat = f.value >> 1;
		if (f.number != 6) continue;
		int bot = 0, stand_in = 0;
		for (span member = f.bytes; next_field(&member, &m);) {
			if (m.number == 4) bot = m.value;
			if (m.number == 6) stand_in = m.value;
		}
		if (bot && !stand_in) count_bot_seat();
	}
}

static void hear_item(conn *c, span s) {
	for (field f; next_field(&s, &f);)
		if (f.number == 3) hear_room(c, f.bytes);
}

static void hear_error(span s) {
	for (field f; next_field(&s, &f);)
		if (f.number == 1) count_error(f.value);
}

void hear(conn *c, span frame, int64_t now) {
	uint32_t tick = 0, step = 1, first = 0, items = 0, length = frame.end - frame.at;
	int whole = 0, delta = 0;
	for (field f; next_field(&frame, &f);) {
		switch (f.number) {
		case 1: tick = f.value; break;
		case 2: case 15: whole = 1; break;
		case 6: first = f.value; break;
		case 7: items++; hear_item(c, f.bytes); break;
		case 9: delta = 1; break;
		case 10: step = f.value; break;
		case 16: hear_welcome(c, f.bytes, now); break;
		case 17: if (c->phase != FROZEN) hear_error(f.bytes); break;
		}
	}
	if (items) c->items = first + items - 1;
	if (!whole && !delta) return;
	c->tick = whole ? tick : c->tick + step;
	if (c->phase == IDLE) c->phase = PLAYING;
	count_state(c, length, now);
}
