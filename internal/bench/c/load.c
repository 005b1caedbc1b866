/* The load client. Usage: load PORT CONNECTIONS parlor|plain
 *
 * It connects, says "idle" when all are welcomed, and then does what standard input tells it:
 *   play     all ask for a match of dash; "playing" follows when each has got a state frame
 *   reset    counting begins anew
 *   report   one line of JSON: what was counted since
 *   hush N   who has one of the first N seats says nothing any more, but goes on reading
 *   freeze N who has one of the first N seats neither reads nor writes any more. Both in every other room
 *   thaw     he reads again what lies there, and comes back, with a resume if he was cut off; counts anew
 * The end of standard input ends it.
 */
#include "load.h"

#define OPENING 64 /* connections at a time */

int plain;
int64_t thawed;

static conn *all;
static int n_all, opened, opening, poll_fd;
static int idle_told, playing_told;
static struct sockaddr_in server = {.sin_family = AF_INET};

static void begin(conn *c) {
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0) die("socket");
	no_delay(c->fd);
	if (connect(c->fd, (void *)&server, sizeof server) < 0 && errno != EINPROGRESS) die("connect");
	c->phase = CONNECTING;
	c->rest_len = 0;
	c->last = 0;
	watch(poll_fd, c->fd, EPOLLOUT, c);
	opening++;
}

static void send_frame(conn *c, size_t (*say)(conn *, uint8_t *)) {
	uint8_t body[600], out[620];
	size_t n = say(c, body);
	if (n == 0) return;
	uint8_t *p = ws_head(out, n, 1);
	memcpy(p, body, n);
	if (write(c->fd, out, p + n - out) < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) die("write");
}

static size_t hello(conn *c, uint8_t *to) { return say_hello(c, to); }

static void ask_upgrade(conn *c) {
	char request[256];
	int n = snprintf(request, sizeof request,
		"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: parlor.v1\r\n\r\n", ntohs(server.sin_port));
	if (write(c->fd, request, n) < 0) die("connect");
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
	epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
	c->phase = UPGRADING;
}

/* upgraded takes the answer to the upgrade off s. It answers 0 while that is not whole. */
static int upgraded(conn *c, span *s) {
	uint8_t *end = memmem(s->at, s->end - s->at, "\r\n\r\n", 4);
	if (!end) return 0;
	if (memcmp(s->at, "HTTP/1.1 101", 12)) {
		fprintf(stderr, "no upgrade: %.*s\n", (int)(end - s->at), s->at);
		exit(1);
	}
	s->at = end + 4;
	opening--;
	c->phase = plain ? IDLE : GREETING;
	if (!plain) send_frame(c, hello);
	return 1;
}

/* next_message takes a message off s; a server's has no mask. It answers 0 while none is whole. */
static int next_message(span *s, span *message, int *op) {
	size_t have = s->end - s->at, head = 2, n;
	if (have < 2) return 0;
	if ((n = s->at[1]) == 126) {
		if (have < (head = 4)) return 0;
		n = s->at[2] << 8 | s->at[3];
	}
	if (n == 127) {
		fprintf(stderr, "a message of over 64 KB\n");
		exit(1);
	}
	if (have < head + n) return 0;
	*op = s->at[0] & 15;
	*message = (span){s->at + head, s->at + head + n};
	s->at += head + n;
	return 1;
}

static void digest(conn *c, span s, int64_t now) {
	span message;
	int op;
	if (c->phase == UPGRADING && !upgraded(c, &s)) return;
	while (next_message(&s, &message, &op))
		if (op == 2) hear(c, message, now);
	c->rest_len = s.end - s.at;
	memmove(c->rest, s.at, c->rest_len);
}

/* lost ends a connection. Who was frozen comes back with a resume. Who played is missed in the report:
 * the server had too little time. */
static void lost(conn *c) {
	close(c->fd);
	c->fd = -1;
	if (c->phase == FROZEN && !plain) {
		begin(c);
		return;
	}
	if (c->phase != PLAYING) {
		fprintf(stderr, "a connection was lost in phase %d\n", c->phase);
		exit(1);
	}
	c->phase = GONE;
}

/* take reads once. It answers what read did. */
static ssize_t take(conn *c) {
	static uint8_t buf[1 << 17];
	memcpy(buf, c->rest, c->rest_len);
	ssize_t n = read(c->fd, buf + c->rest_len, 1 << 16);
	if (n > 0) {
		size_t len = c->rest_len + n;
		if (!c->rest) c->rest = malloc(1 << 16);
		digest(c, (span){buf, buf + len}, now_ns());
	}
	return n;
}

static void serve(conn *c, uint32_t events) {
	if (c->phase == CONNECTING) {
		if (events & EPOLLERR) die("connect");
		ask_upgrade(c);
		return;
	}
	ssize_t n = take(c);
	if (n == 0 || (n < 0 && errno != EAGAIN)) lost(c);
}

/* chosen is whether somebody in this room is to be hushed or frozen: in every other one. The rest are
 * what they are compared with. */
static int chosen(const conn *c) {
	static uint32_t rooms[1 << 16];
	static int known;
	int i = 0;
	while (i < known && rooms[i] != c->room) i++;
	if (i == known && known < 1 << 16) rooms[known++] = c->room;
	return i % 2 == 0;
}

static void hush(int first) {
	for (conn *c = all; c < all + n_all; c++) c->hushed = chosen(c) && c->seat < first;
}

static void freeze(int first) {
	for (conn *c = all; c < all + n_all; c++) {
		c->beside = chosen(c);
		if (!c->beside || c->phase != PLAYING || c->seat >= first) continue;
		c->phase = FROZEN;
		c->last = 0;
		epoll_ctl(poll_fd, EPOLL_CTL_DEL, c->fd, NULL);
	}
}

/* thaw lets the frozen read what the kernel has kept for them, which counts as stale, and go on. */
static void thaw(void) {
	thawed = now_ns();
	reset_figures();
	for (conn *c = all; c < all + n_all; c++) {
		if (c->phase != FROZEN) continue;
		ssize_t n;
		while ((n = take(c)) > 0) {}
		if (n < 0 && errno == EAGAIN) {
			c->phase = PLAYING;
			c->back = thawed;
			watch(poll_fd, c->fd, EPOLLIN, c);
		} else {
			lost(c);
		}
	}
}

static void obey(const char *command) {
	int first;
	if (!strcmp(command, "play")) {
		for (conn *c = all; c < all + n_all; c++) send_frame(c, say_play);
	} else if (!strcmp(command, "reset")) {
		reset_figures();
	} else if (!strcmp(command, "report")) {
		report(all, n_all);
	} else if (sscanf(command, "hush %d", &first) == 1) {
		hush(first);
	} else if (sscanf(command, "freeze %d", &first) == 1) {
		freeze(first);
	} else if (!strcmp(command, "thaw")) {
		thaw();
	} else {
		fprintf(stderr, "no such command: %s\n", command);
		exit(2);
	}
}

static void read_commands(void) {
	static char line[256];
	static size_t len;
	ssize_t n = read(0, line + len, sizeof line - 1 - len);
	if (n <= 0) exit(0);
	len += n;
	for (char *end; (end = memchr(line, '\n', len));) {
		*end = 0;
		obey(line);
		len -= end + 1 - line;
		memmove(line, end + 1, len);
	}
}

/* tell says, once each, that all are welcomed and that all play. */
static void tell(void) {
	int idle = 0, playing = 0;
	if (playing_told || opened < n_all) return;
	for (conn *c = all; c < all + n_all; c++) {
		idle += c->phase >= IDLE;
		playing += c->phase == PLAYING;
	}
	if (!idle_told && idle == n_all) idle_told = puts("idle") >= 0;
	if (playing == n_all) playing_told = puts("playing") >= 0;
	fflush(stdout);
}

/* turn is the millisecond of those whose slot it is. */
static void turn(int64_t slot) {
	for (conn *c = all + slot % SLOTS; c < all + opened; c += SLOTS)
		if (c->phase == IDLE || c->phase == PLAYING) send_frame(c, say_turn);
	if (slot % 20 == 0) tell();
}

int main(int argc, char **argv) {
	if (argc != 4 || (n_all = atoi(argv[2])) < 1) {
		fprintf(stderr, "usage: load PORT CONNECTIONS parlor|plain\n");
		return 2;
	}
	server.sin_port = htons(atoi(argv[1]));
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	plain = !strcmp(argv[3], "plain");
	raise_files();
	signal(SIGPIPE, SIG_IGN);
	all = calloc(n_all, sizeof *all);
	poll_fd = epoll_create1(0);
	watch(poll_fd, 0, EPOLLIN, NULL);
	int64_t start = now_ns();
	for (int64_t slot = 0;;) {
		while (opened < n_all && opening < OPENING) {
			all[opened].seat = opened % SEATS;
			all[opened].heading = rand() & 255;
			begin(&all[opened++]);
		}
		struct epoll_event events[256];
		int n = epoll_wait(poll_fd, events, 256, 1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr) serve(events[i].data.ptr, events[i].events);
			else read_commands();
		}
		for (int64_t now = now_ns(); start + slot * (1000 * MS / INPUTS / SLOTS) <= now; slot++) turn(slot);
	}
}
