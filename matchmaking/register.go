package matchmaking

// register finds the ticket that a player is in. Those who go are not taken out at once: of a
// crowd that is matched together that would be a quarter of the work of the pass, and hold up
// everybody. Each who comes takes out two who have gone.
type register struct {
	players map[string]*candidate
	gone    []*candidate // still in players
}

// find is the ticket that a player waits with; nil if he does not wait.
func (r *register) find(player string) *candidate {
	if c := r.players[player]; c != nil && !c.gone {
		return c
	}
	return nil
}

// note takes in a ticket of players who do not wait.
func (r *register) note(c *candidate) {
	for _, player := range c.players {
		r.players[player] = c
	}
	for range min(2, len(r.gone)) {
		last := len(r.gone) - 1
		old := r.gone[last]
		r.gone[last], r.gone = nil, r.gone[:last]
		for _, player := range old.players {
			if r.players[player] == old {
				delete(r.players, player)
			}
		}
	}
}
