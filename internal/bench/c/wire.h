/* What the floor and the load client share: time, sockets, and the bytes of WebSocket and protobuf. */
#ifndef WIRE_H
#define WIRE_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RATE 20
#define SEATS 8
#define MS 1000000LL

typedef struct {
	uint8_t *at, *end;
} span;

static inline int64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static inline void die(const char *what) {
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

/* Every connection is a file: take as many as may be had. */
static inline void raise_files(void) {
	struct rlimit r;
	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

static inline void no_delay(int fd) {
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static inline void watch(int poll, int fd, uint32_t events, void *who) {
	struct epoll_event e = {.events = events, .data.ptr = who};
	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e) < 0) die("epoll_ctl");
}

static inline uint8_t *put_varint(uint8_t *p, uint64_t v) {
	for (; v > 127; v >>= 7) *p++ = v | 128;
	*p++ = v;
	return p;
}

static inline uint8_t *put_bytes(uint8_t *p, uint32_t tag, const void *b, size_t n) {
	p = put_varint(put_varint(p, tag), n);
	memcpy(p, b, n);
	return p + n;
}

static inline uint8_t *put_string(uint8_t *p, uint32_t tag, const char *s) { return put_bytes(p, tag, s, strlen(s)); }

/* get_varint reads one, or empties the span where there is none. */
static inline uint64_t get_varint(span *s) {
	uint64_t v = 0;
	for (int shift = 0; s->at < s->end && shift < 64; shift += 7) {
		uint8_t b = *s->at++;
		v |= (uint64_t)(b & 127) << shift;
		if (b < 128) return v;
	}
	s->at = s->end;
	return 0;
}

/* field is one of a protobuf message: a number, or the bytes of what has a length. */
typedef struct {
	uint32_t number;
	uint64_t value;
	span bytes;
} field;

static inline int next_field(span *s, field *f) {
	if (s->at >= s->end) return 0;
	uint64_t tag = get_varint(s), skip = 0;
	*f = (field){.number = tag >> 3};
	switch (tag & 7) {
	case 0: f->value = get_varint(s); return 1;
	case 1: skip = 8; break;
	case 2: skip = get_varint(s); break;
	case 5: skip = 4; break;
	default: return 0;
	}
	if (skip > (uint64_t)(s->end - s->at)) return 0;
	f->bytes = (span){s->at, s->at + skip};
	s->at += skip;
	return 1;
}

/* ws_head writes the head of a whole binary message. A client's has a mask: of zeros, which changes
 * nothing, so that masking costs the client nothing. */
static inline uint8_t *ws_head(uint8_t *p, size_t n, int masked) {
	*p++ = 0x82;
	if (n < 126) {
		*p++ = n | masked << 7;
	} else {
		*p++ = 126 | masked << 7;
		*p++ = n >> 8;
		*p++ = n;
	}
	if (masked) p = memset(p, 0, 4), p += 4;
	return p;
}

#endif
