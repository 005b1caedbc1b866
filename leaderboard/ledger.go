package leaderboard

import "maps"

// ledger is the entries of a board in one period, in memory: what each player has, and the shelves that are
// read in order: of all, and of each region that the board ranks.
type ledger struct {
	held    map[string]standing // by player
	all     *shelf
	regions map[string]*shelf // nil: the board ranks none
}

func newLedger(k *kept) *ledger {
	l := &ledger{held: make(map[string]standing), all: newShelf()}
	if k.Regional {
		l.regions = make(map[string]*shelf)
	}
	return l
}

// shelf is the one of a region, nil if there is none; of all if the region is empty.
func (l *ledger) shelf(region string) *shelf {
	if region == "" {
		return l.all
	}
	return l.regions[region]
}

// put replaces what a player has.
func (l *ledger) put(player string, next standing) {
	held, had := l.held[player]
	l.all.move(player, held.packed, had, next.packed)
	l.held[player] = next
	if l.regions == nil {
		return
	}
	was, is := "", parseNote(next.note).region
	if had {
		was = parseNote(held.note).region
	}
	if was != "" && was != is {
		l.regions[was].remove(player, held.packed)
	}
	if is == "" {
		return
	}
	if l.regions[is] == nil {
		l.regions[is] = newShelf()
	}
	l.regions[is].move(player, held.packed, had && was == is, next.packed)
}

// remove takes a player out who is in.
func (l *ledger) remove(player string) {
	held := l.held[player]
	l.all.remove(player, held.packed)
	if region := parseNote(held.note).region; l.regions != nil && region != "" {
		l.regions[region].remove(player, held.packed)
	}
	delete(l.held, player)
}

// load fills an empty ledger with what is held.
func (l *ledger) load(held map[string]standing) {
	l.held = held
	places := make([]place, 0, len(held))
	regional := map[string][]place{}
	for player, st := range held {
		places = append(places, place{st.packed, player})
		if region := parseNote(st.note).region; l.regions != nil && region != "" {
			regional[region] = append(regional[region], place{st.packed, player})
		}
	}
	l.all.load(places)
	for region := range maps.Keys(regional) {
		l.regions[region] = newShelf()
		l.regions[region].load(regional[region])
	}
}

// rows adds what is kept to places.
func (l *ledger) rows(places []place) []row {
	rows := make([]row, len(places))
	for i, p := range places {
		rows[i] = row{p.player, l.held[p.player]}
	}
	return rows
}
