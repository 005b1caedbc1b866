package matchmaking

import (
	"bytes"
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
	UrgentAfter  string `json:"urgent_after"`
	RecentFor    string `json:"recent_for"`
	StartAfter   string `json:"start_after"`
	BotsAfter    string `json:"bots_after"`
	Timeout      string `json:"timeout"`
	AcceptWithin string `json:"accept_within"`
}

// ReadRules reads queues from a JSON list such as
//
//	[{"game": "dash", "min": 2, "max": 8, "start_after": "4s", "rating": {"from": 100, "per_second": 10}}]
//
// with the names of Rule's fields in snake case. A name that it does not know is an error.
func ReadRules(from io.Reader) (map[Name]Rule, error) {
	in := json.NewDecoder(from)
	var list []json.RawMessage
	if err := in.Decode(&list); err != nil {
		return nil, fmt.Errorf("matchmaking: read rules: %w", err)
	}
	if in.More() {
		return nil, errors.New("matchmaking: read rules: more follows after the list")
	}
	rules := make(map[Name]Rule, len(list))
	for _, text := range list {
		name, rule, err := readRule(text)
		if err != nil {
			return nil, fmt.Errorf("queue %s/%s: %w", name.Game, name.Mode, err)
		}
		if _, twice := rules[name]; twice {
			return nil, fmt.Errorf("matchmaking: read rules: queue %s/%s is there twice", name.Game, name.Mode)
		}
		rules[name] = rule
	}
	return rules, nil
}

// readRule names the queue as well as it can when it fails.
func readRule(text json.RawMessage) (Name, Rule, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	var file ruleFile
	err := in.Decode(&file)
	name, rule := Name{file.Game, file.Mode}, file.Rule
	if err != nil {
		return name, rule, fmt.Errorf("matchmaking: read rules: %w", err)
	}
	for _, wait := range []struct {
		field, text string
		to          *time.Duration
	}{
		{"urgent_after", file.UrgentAfter, &rule.UrgentAfter}, {"recent_for", file.RecentFor, &rule.RecentFor},
		{"start_after", file.StartAfter, &rule.StartAfter}, {"bots_after", file.BotsAfter, &rule.BotsAfter},
		{"timeout", file.Timeout, &rule.Timeout}, {"accept_within", file.AcceptWithin, &rule.AcceptWithin},
	} {
		if wait.text == "" {
			continue
		}
		if *wait.to, err = time.ParseDuration(wait.text); err != nil {
			return name, rule, fmt.Errorf("matchmaking: read rules: %s: %w", wait.field, err)
		}
	}
	return name, rule, rule.Validate()
}
