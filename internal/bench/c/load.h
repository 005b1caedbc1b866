/* The load client: many players in one process, lean enough not to drown what it measures.
 * load.c has the connections, talk.c what is said on them, figures.c what is counted. */
#ifndef LOAD_H
#define LOAD_H

#include "wire.h"

#define INPUTS 10  /* a second, of each player */
#define SLOTS 100  /* of a player's time between two inputs, in ms; connections are spread over them */
#define PING_EVERY 40 /* inputs; the server asks for one in 5 s */
#define AFTER (200 * MS) /* what comes in this time after a return is counted */

enum phase { GONE, CONNECTING, UPGRADING, GREETING, IDLE, PLAYING, FROZEN };

typedef struct {
	int fd;
	enum phase phase;
	int seat;
	uint32_t room;                  /* its id, hashed */
	int hushed;                     /* does nothing, but acknowledges */
	int beside;                     /* somebody in the room was frozen */
	uint32_t tick, seq, items;      /* the newest view's; of the last input sent; the last item received */
	uint32_t call, beats;           /* of calls and inputs' turns, so far */
	int heading;
	int64_t last;                   /* when the last state frame came; 0: the next makes no interval */
	int64_t back;                   /* since when it is back from a freeze; 0: it never was frozen */
	int fresh;                      /* state frames since then */
	char session[64], token[128];   /* for a resume */
	uint8_t *rest;                  /* of a frame that came in part */
	size_t rest_len;
} conn;

extern int plain;      /* the server is none of Parlor's: upgrade, then one message that asks to play */
extern int64_t thawed; /* when the frozen began to read again */

/* talk.c */
size_t say_hello(const conn *c, uint8_t *to);
size_t say_play(conn *c, uint8_t *to);
size_t say_turn(conn *c, uint8_t *to);
void hear(conn *c, span frame, int64_t now);

/* figures.c */
void count_state(conn *c, size_t bytes, int64_t now);
void count_input(void);
void count_error(uint32_t code);
void count_bot_seat(void);
void count_resumed(void);
void reset_figures(void);
void report(const conn *all, int n);

#endif
