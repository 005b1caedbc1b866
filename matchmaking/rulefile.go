package matchmaking

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ruleFile is a queue in a file: a Rule, with waits such as "4s" in place of nanoseconds.
type ruleFile struct {
	Game string `json:"game"`
	Mode string `json:"mode"`
	Rule
	UrgentAfter  waitText `json:"urgent_after"`
	RecentFor    waitText `json:"recent_for"`
	StartAfter   waitText `json:"start_after"`
	BotsAfter    waitText `json:"bots_after"`
	Timeout      waitText `json:"timeout"`
	AcceptWithin waitText `json:"accept_within"`
}

type waitText time.Duration

func (w *waitText) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*w = waitText(d)
	return err
}

// ReadRules reads queues from a JSON list such as
//
//	[{"game": "dash", "min": 2, "max": 8, "start_after": "4s", "rating": {"from": 100, "per_second": 10}}]
//
// with the names of Rule's fields in snake case. A name that it does not know is an error.
func ReadRules(from io.Reader) (map[Name]Rule, error) {
	in := json.NewDecoder(from)
	in.DisallowUnknownFields()
	var list []ruleFile
	if err := in.Decode(&list); err != nil {
		return nil, fmt.Errorf("matchmaking: read rules: %w", err)
	}
	if in.More() {
		return nil, errors.New("matchmaking: read rules: more follows after the list")
	}
	rules := make(map[Name]Rule, len(list))
	for _, one := range list {
		name, rule := Name{one.Game, one.Mode}, one.Rule
		rule.UrgentAfter, rule.RecentFor = time.Duration(one.UrgentAfter), time.Duration(one.RecentFor)
		rule.StartAfter, rule.BotsAfter = time.Duration(one.StartAfter), time.Duration(one.BotsAfter)
		rule.Timeout, rule.AcceptWithin = time.Duration(one.Timeout), time.Duration(one.AcceptWithin)
		if err := rule.Validate(); err != nil {
			return nil, fmt.Errorf("queue %s/%s: %w", name.Game, name.Mode, err)
		}
		if _, twice := rules[name]; twice {
			return nil, fmt.Errorf("matchmaking: read rules: queue %s/%s is there twice", name.Game, name.Mode)
		}
		rules[name] = rule
	}
	return rules, nil
}
