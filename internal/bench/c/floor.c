/* The floor: what any server pays the kernel for this load. It waits with epoll, reads what clients
 * send and looks at none of it, and writes to each the same finished frame 20 times a second, rooms
 * spread evenly over the tick. No rules, no codec, no protobuf, no sessions.
 *
 * Usage: floor ROOMS BYTES, the latter of a frame's payload. It says "listening PORT".
 */
#include "wire.h"

typedef struct {
	int fd, upgraded, joined;
} conn;

static struct {
	conn *seat[SEATS];
	int taken;
} *rooms;

static int n_rooms, filling, poll_fd;
static uint8_t frame[1 << 16];
static size_t frame_len;

/* make_frame makes a ServerFrame that is all delta, of so many bytes. */
static void make_frame(size_t payload) {
	size_t body = payload - (payload > 129 ? 3 : 2);
	uint8_t *p = ws_head(frame, payload, 0);
	p = put_varint(put_varint(p, 9 << 3 | 2), body);
	frame_len = p - frame + body;
}

/* join seats who has spoken: the first message of a client asks for a match. */
static void join(conn *c) {
	c->joined = 1;
	if (filling == n_rooms) return;
	rooms[filling].seat[rooms[filling].taken++] = c;
	filling += rooms[filling].taken == SEATS;
}

static void leave(conn *c) {
	for (int r = 0; r < n_rooms; r++)
		for (int s = 0; s < SEATS; s++)
			if (rooms[r].seat[s] == c) rooms[r].seat[s] = NULL;
	close(c->fd);
	free(c);
}

static void serve(conn *c) {
	static uint8_t buf[1 << 16];
	ssize_t n = read(c->fd, buf, sizeof buf);
	if (n < 0 && errno == EAGAIN) return;
	if (n <= 0) {
		leave(c);
	} else if (!c->upgraded) {
		static const char ok[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
		c->upgraded = 1; /* its request came in one piece: it is our own client */
		if (write(c->fd, ok, sizeof ok - 1) < 0) leave(c);
	} else if (!c->joined) {
		join(c);
	}
}

static void tick(int room) {
	if (rooms[room].taken < SEATS) return;
	for (int s = 0; s < SEATS; s++) {
		conn *c = rooms[room].seat[s];
		if (c && write(c->fd, frame, frame_len) < 0 && errno != EAGAIN) shutdown(c->fd, SHUT_RDWR);
	}
}

static void greet(int listener) {
	for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
		conn *c = calloc(1, sizeof *c);
		c->fd = fd;
		no_delay(fd);
		watch(poll_fd, fd, EPOLLIN, c);
	}
}

static int listen_here(void) {
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (void *)&a, sizeof a) < 0 || listen(fd, 4096) < 0) die("listen");
	getsockname(fd, (void *)&a, &len);
	printf("listening %d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv) {
	if (argc != 3 || (n_rooms = atoi(argv[1])) < 1 || atoi(argv[2]) < 4 || atoi(argv[2]) > 60000) {
		fprintf(stderr, "usage: floor ROOMS BYTES\n");
		return 2;
	}
	raise_files();
	signal(SIGPIPE, SIG_IGN);
	make_frame(atoi(argv[2]));
	rooms = calloc(n_rooms, sizeof *rooms);
	poll_fd = epoll_create1(0);
	int listener = listen_here();
	watch(poll_fd, listener, EPOLLIN, NULL);
	int64_t start = now_ns(), slots = 0; /* slot k is when room k modulo n_rooms is due */
	for (;;) {
		int64_t due;
		while ((due = start + slots * (1000 * MS / RATE) / n_rooms) <= now_ns()) tick(slots++ % n_rooms);
		int64_t left = due - now_ns();
		struct timespec wait = {.tv_nsec = left > 0 ? left : 0};
		struct epoll_event events[256];
		int n = epoll_pwait2(poll_fd, events, 256, &wait, NULL);
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr) serve(events[i].data.ptr);
			else greet(listener);
		}
	}
}
