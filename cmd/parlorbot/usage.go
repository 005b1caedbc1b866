package main

const usageHead = `Parlorbot plays a game with many bots over real sockets, and judges the server.

  parlorbot -url ws://127.0.0.1:8080/ws -game snakes -bots 200 -for 30s -seed 1 -json

Flags:
`

// usageTail defines what the report says. Whoever changes how something is counted changes it here.
const usageTail = `
Exit codes: 0 when every threshold holds, 1 when one is broken, 2 on bad usage.
An interrupt (Ctrl-C) ends the run early, with the report and exit code 1; a second one kills it.

Links (-link), each way: delay / mean jitter / loss / stalls a minute x mean length

  none     the machine's own network
  wifi      12 ms /  2 ms / 0.1 %
  4g        25 ms /  6 ms / 0.3 % / 0.3 x 150 ms
  busy4g    45 ms / 18 ms / 1 %   / 2 x 300 ms, a cut in 3 min, a freeze in 4 min
  subway   110 ms / 40 ms / 3 %   / 6 x 700 ms, a cut in 1 min, a freeze in 2 min

Loss holds up all that is behind it for a recovery, as TCP does. A stall holds both directions. One
cut in three is silent: neither side is told. A freeze is the app being hidden for 5 to 60 s: bot and
client do nothing; one in four comes before the client could say that it is away. All this is drawn
from -seed, for each bot. Stalls, cuts and freezes begin when the bot has connected.

Every bot measures from its own start to the end of the run. Times are in milliseconds.

  bots, connected          bots of the run, and those whose first hello was welcomed
  connect_failed           attempts to connect, or to connect again, that brought no welcome. On a link
                           with cuts only those count against the server to which it said no
  matches_started          matches that a bot took a seat in; one with two bots counts twice.
                           In endless games: rooms joined
  matches_finished         results that came, but of aborted matches; counted as above.
                           In endless games: lives that ended with a score
  matches_quit             matches that a bot left in the middle (-quits)
  tickets                  waits for a match; a party shares one
  tickets_matched, tickets_cancelled, tickets_declined, tickets_timed_out, tickets_dropped, tickets_open
                           how each of them ended: with a match; given back (-cancels); because one of
                           its bots did not accept a match, by saying no (-declines) or by silence;
                           because its time was out; for a reason that errors tells; or not yet, when
                           the run was over. They add up to tickets
  parties                  those that came together (-party)
  accepts, accepts_void    matches that bots were asked to accept, where the queue does that; and those
                           that came to nothing though the bot was not to blame: its wait went on
  resumes, resume_failed   connections that went on with a session, and refusals to do so
  resume_ms                from a bot's noticing that its connection is lost to the first view on the next,
                           in a match
  link                     the profile, and how often it reset a connection, let one die in silence, and
                           froze an app
  state_frames             frames with a view of a match that goes on; the same tick again is none
  state_frames_expected    in games with a rate: for every bot and stay in a match, time x rate /
                           send_every, rounded down, from its first view, or from the resume, to the
                           end of the stay, the connection or the run; or what the tick numbers
                           tell, where that is more. In games without a rate: as many as the step
                           numbers tell. A connection that a link has cut ends at the cut, though
                           nobody knows yet; a freeze, and the 2 s after it, in which comes what was
                           on the way, are left out on both sides
  interval_ms              between two state frames of one connection; games with a rate only
  starved_percent          of these, those over three times the game's own: a picture that is shown
                           two frames late has stood still
  input_to_state_ms        from sending an input to the frame that acknowledges it, cuts and freezes
                           included
  rtt_ms                   from ping to pong
  queue_wait_ms            from asking for a match to the room
  down_, up_bytes_per_player_s   bytes of WebSocket messages in a second connected, without what
                           WebSocket and TCP add
  frame_bytes              of frames with a view
  hash_mismatches          views whose checksum, which comes about once a second, is not the server's
  leaks                    views that show a seat what is not for it: a field whose audience is another
                           seat or team; or, in tiles, the hand that another bot of the match has at
                           the same step
  errors                   by code: of calls, of connections that the server ended and of rooms that
                           it closed; and
                             ABORTED        a match was given up by the server
                             CANCELLED      a ticket went that nobody of its party had given back
                             LEFT           the room let go of a bot for no given reason
                             LOST           a connection ended that nobody meant to end
                             NO_LEFT        a room did not let go of a bot that left, in 10 s
                             NO_REPLY       a call had no reply in 10 s
                             REFUSED        an input was refused though its match goes on: the bots play
                                            by the rules, and on their turn
                             STUCK          what a bot waited for (a welcome, its party, a match, in games
                                            with a rate the next view) did not come in 30 s, though its
                                            link was neither cut nor frozen
                             TICKET_LOST    a ticket without an end: another began before it, or another bot
                                            of its party was told of its end 5 s ago; or a wait for
                                            which no ticket was told in 5 s
                             TICKET_TWICE   a ticket with two ends: a second was told, news of it came after
                                            its end, or the bots of a party were told different ones; or
                                            a seat for a bot without a ticket
                             NO_PARTY       a bot was in its party no more, for no given reason
                             TICK_BACK      a view was older than the one before
                             UNACKED        an input was not acknowledged in 5 s connected
                             VIEW           a view could not be read
                           A link gives more time: 5 s, one with cuts 25 s. What it causes is none: a
                           connection that it cut, or whose client was frozen; a move or a call that a
                           bot made in the 5 s after a break from what it knew before
  interrupted              the run was ended before its time

Thresholds:

  not interrupted; connected = bots; connect_failed, resume_failed, hash_mismatches and leaks 0;
  errors none; state_frames at least -min-frames percent of state_frames_expected, by default 99.5,
  on busy4g 98, on subway 92; matches_started at least 1; in games that end, matches_finished at
  least -min-finished
`
