package tidy

import (
	"strings"
	"testing"
)

// rule says what the packages under a folder may import besides the standard library. A name that
// ends in "/" stands for everything under it.
type rule struct{ ours, others []string }

const (
	protobuf   = "google.golang.org/protobuf/"
	gorilla    = "github.com/gorilla/websocket"
	goRedis    = "github.com/redis/go-redis/v9"
	googleUUID = "github.com/google/uuid"
	prometheus = "github.com/prometheus/client_golang/"
	pebble     = "github.com/cockroachdb/pebble/v2"
	btree      = "github.com/tidwall/btree"
)

// table is docs/ARCHITECTURE.md's, by the longest folder that fits. Read it downwards: pure, loops
// and stores, edges, wiring.
var table = map[string]rule{
	"game":                        {nil, []string{protobuf}},
	"game/gametest":               {[]string{"game", "proto/parlor/sync/v1"}, []string{protobuf}},
	"game/rewind":                 {nil, nil},
	"game/turnclock":              {[]string{"game"}, nil},
	"game/arcade":                 {[]string{"game", "game/rewind", "game/turnclock", "proto/arcade/"}, []string{protobuf}},
	"game/room":                   {[]string{"game"}, nil},
	"matchmaking":                 {[]string{"game"}, nil},
	"matchmaking/rating":          {nil, nil},
	"leaderboard":                 {[]string{"game", "matchmaking/rating"}, []string{goRedis, pebble, btree}},
	"leaderboard/leaderboardtest": {[]string{"leaderboard", "matchmaking/rating"}, []string{goRedis}},
	"net/wire":                    {[]string{"proto/parlor/v1", "proto/parlor/sync/v1"}, []string{protobuf}},
	"net/session":                 {[]string{"game", "game/room", "matchmaking", "net/wire", "proto/parlor/v1"}, []string{protobuf, googleUUID}},
	"net/ws":                      {[]string{"net/session", "net/wire"}, []string{gorilla}},
	"net/api":                     {[]string{"game", "game/room", "matchmaking", "leaderboard", "net/wire"}, nil},
	"net/client":                  {[]string{"net/wire", "proto/parlor/v1", "proto/parlor/sync/v1"}, []string{protobuf, gorilla}},
	"proto":                       {nil, []string{protobuf}},
	"proto/arcade":                {[]string{"proto/parlor/sync/v1"}, []string{protobuf}},
	"client/demo":                 {nil, nil},
	"internal/tidy":               {nil, nil},
	"internal/leaktest":           {nil, nil},
	"cmd/parlorbot": {
		[]string{"cmd/parlorbot/link", "game", "game/arcade/", "net/client", "net/wire", "proto/parlor/v1", "proto/parlor/sync/v1"}, []string{protobuf},
	},
	"cmd/parlorbot/link":   {nil, nil},
	"internal/bench":       {[]string{"game", "game/arcade/", "net/wire", "proto/"}, []string{protobuf}},
	"internal/bench/naive": {[]string{"proto/"}, []string{protobuf, gorilla}},
	"cmd": {
		[]string{"game", "game/room", "game/arcade/", "matchmaking", "matchmaking/rating", "leaderboard", "net/", "proto/", "client/demo"},
		[]string{protobuf, gorilla, goRedis, googleUUID, prometheus},
	},
}

func ruleFor(dir string) (rule, bool) {
	for ; dir != "."; dir = parent(dir) {
		if r, ok := table[dir]; ok {
			return r, true
		}
	}
	return rule{}, false
}

func parent(dir string) string {
	if at := strings.LastIndex(dir, "/"); at >= 0 {
		return dir[:at]
	}
	return "."
}

func allowed(names []string, path string) bool {
	for _, name := range names {
		if path == name || path == strings.TrimSuffix(name, "/") || (strings.HasSuffix(name, "/") && strings.HasPrefix(path, name)) {
			return true
		}
		// A module's root stands for its packages.
		if strings.Contains(name, ".") && strings.HasPrefix(path, name+"/") {
			return true
		}
	}
	return false
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	_, files := tree(t)
	for _, f := range files {
		if f.test {
			continue // tests may bring parts together that do not know each other
		}
		r, ok := ruleFor(f.dir)
		if !ok {
			t.Errorf("%s: the table of imports has no line for %s", f.path, f.dir)
			continue
		}
		for _, path := range f.imports() {
			own, ours := strings.CutPrefix(path, "parlor/")
			switch {
			case ours && !allowed(r.ours, own):
				t.Errorf("%s imports %s; %s may import of ours: %v", f.path, path, f.dir, r.ours)
			case !ours && strings.Contains(path, ".") && !allowed(r.others, path):
				t.Errorf("%s imports %s; %s may import of others: %v", f.path, path, f.dir, r.others)
			}
		}
	}
}

func TestAGameImportsNoMessagesButItsOwn(t *testing.T) {
	_, files := tree(t)
	for _, f := range files {
		name, inArcade := strings.CutPrefix(f.dir, "game/arcade/")
		if !inArcade || f.test {
			continue
		}
		for _, path := range f.imports() {
			if strings.HasPrefix(path, "parlor/proto/") && !strings.HasPrefix(path, "parlor/proto/arcade/"+name+"/") {
				t.Errorf("%s imports %s, the messages of another game", f.path, path)
			}
		}
	}
}

// quarantined libraries may be named in no exported signature outside the packages listed.
var quarantined = map[string][]string{
	gorilla:    nil,
	googleUUID: nil,
	pebble:     nil,
	btree:      nil,
	goRedis:    {"leaderboard"}, // the client in one constructor
}
