package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
)

// document is what openapi.json says, as far as it is tested.
type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	ID       string `json:"operationId"`
	Listener string `json:"x-listener"`
	Security []any
	Body     struct {
		Content map[string]struct{ Schema schema }
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Format     string
	Enum       []string
	Required   []string
	Properties map[string]schema
	Items      *schema
	Additional *bool `json:"additionalProperties"`
}

func readDocument(t *testing.T, o *office) (d document) {
	t.Helper()
	w := o.ask("GET", "/v1/openapi.json", "", "")
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != 200 {
		t.Fatalf("%d %v", w.Code, err)
	}
	return d
}

// fits tells what in a value is not as the schema says.
func (d document) fits(s schema, at string, value any) (faults []string) {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		named, ok := d.Components.Schemas[name]
		if !ok {
			return []string{at + ": no schema " + name}
		}
		return d.fits(named, at, value)
	}
	wrong := func() []string { return []string{fmt.Sprintf("%s: %v is no %s", at, value, s.Type)} }
	switch s.Type {
	case "object":
		object, ok := value.(map[string]any)
		if !ok {
			return wrong()
		}
		for _, name := range s.Required {
			if _, ok := object[name]; !ok {
				faults = append(faults, at+": no "+name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			property, ok := s.Properties[name]
			if !ok {
				faults = append(faults, at+": "+name+" is not described")
				continue
			}
			faults = append(faults, d.fits(property, at+"."+name, object[name])...)
		}
		if s.Additional == nil || *s.Additional {
			faults = append(faults, at+": the schema lets anything in")
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			return wrong()
		}
		for i, item := range list {
			faults = append(faults, d.fits(*s.Items, fmt.Sprint(at, "[", i, "]"), item)...)
		}
	case "string":
		text, ok := value.(string)
		if !ok || len(s.Enum) > 0 && !slices.Contains(s.Enum, text) {
			return wrong()
		}
		if _, err := time.Parse(time.RFC3339, text); s.Format == "date-time" && err != nil {
			return wrong()
		}
	case "integer", "number":
		n, ok := value.(float64)
		if !ok || s.Type == "integer" && n != float64(int64(n)) {
			return wrong()
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			return wrong()
		}
	default:
		return []string{at + ": the schema has no type"}
	}
	return faults
}

// examples are requests for each operation, in the order they are made: method, path and query, body. What stands before
// the colon is the status.
var examples = map[string][]string{
	"defineBoard": {"200: /v1/boards/b {\"regional\":true,\"period\":\"daily\",\"zone\":\"Asia/Tokyo\"}", "400: /v1/boards/b {\"order\":\"up\"}", "409: /v1/boards/b {}"},
	"submit": {"200: /v1/submissions {\"id\":\"1\",\"player\":\"a\",\"name\":\"Ann\",\"region\":\"eu\",\"match\":\"m\",\"proof\":\"h\",\"scores\":[{\"board\":\"b\",\"score\":7}]}",
		"200: /v1/submissions {\"id\":\"1\",\"player\":\"c\",\"scores\":[{\"board\":\"b\",\"score\":5}]}", "404: /v1/submissions {\"id\":\"2\",\"player\":\"a\",\"scores\":[{\"board\":\"x\",\"score\":7}]}"},
	"importEntries": {"200: /v1/boards/b/import {\"player\":\"d\",\"score\":3,\"at\":\"NOW\"}", "400: /v1/boards/b/import {}", "404: /v1/boards/x/import {\"player\":\"d\",\"score\":3,\"at\":\"NOW\"}"},
	"listBoards":    {"200: /v1/boards"},
	"readPage":      {"200: /v1/boards/b?limit=1", "200: /v1/boards/b?region=eu", "400: /v1/boards/b?after=x", "404: /v1/boards/x"},
	"listPeriods":   {"200: /v1/boards/b/periods", "404: /v1/boards/x/periods"},
	"readPlayers":   {"200: /v1/boards/b/players?id=a&id=c", "400: /v1/boards/b/players", "404: /v1/boards/x/players?id=a"},
	"readPlayer":    {"200: /v1/boards/b/players/a", "200: /v1/boards/b/players/a?around=3", "400: /v1/boards/b/players/a?around=x", "404: /v1/boards/b/players/x"},
	"exportEntries": {"200: /v1/boards/b/export", "200: /v1/boards/b/export?format=csv", "400: /v1/boards/b/export?format=x", "404: /v1/boards/x/export"},
	"removeEntry":   {"200: /v1/boards/b/players/d", "404: /v1/boards/b/players/d"},
	"readRating":    {"200: /v1/ratings/toy/players/a", "404: /v1/ratings/toy/players/x"},
	"ban":           {"200: /v1/bans/c", "400: /v1/bans/%00"},
	"listBans":      {"200: /v1/bans"},
	"liftBan":       {"200: /v1/bans/c"},
	"endPeriod":     {"200: /v1/boards/b/end", "404: /v1/boards/x/end"},
	"forgetPlayer":  {"200: /v1/players/a"},
}

var inOrder = []string{
	"defineBoard", "submit", "importEntries", "listBoards", "readPage", "listPeriods", "readPlayers", "readPlayer", "exportEntries", "removeEntry",
	"readRating", "ban", "listBans", "liftBan", "endPeriod", "forgetPlayer",
}

func TestTheServerAnswersAsItsDescriptionSays(t *testing.T) {
	o := newOffice(t)
	if err := o.store.Rate(t.Context(), leaderboard.RatedMatch{ID: "m", Ladder: leaderboard.Ladder{Game: "toy"}, Teams: []leaderboard.RatedTeam{
		{Place: 1, Players: []string{"a"}}, {Place: 2, Players: []string{"c"}},
	}}); err != nil {
		t.Fatal(err)
	}
	d := readDocument(t, o)
	type found struct {
		method string
		operation
	}
	operations := map[string]found{}
	for _, methods := range d.Paths {
		for method, op := range methods {
			operations[op.ID] = found{strings.ToUpper(method), op}
		}
	}
	if got, want := slices.Sorted(maps.Keys(operations)), slices.Sorted(slices.Values(inOrder)); !slices.Equal(got, want) {
		t.Fatalf("described are %v, tested %v", got, want)
	}
	for _, id := range inOrder {
		op := operations[id]
		for _, example := range examples[id] {
			status, rest, _ := strings.Cut(example, ": ")
			target, text, _ := strings.Cut(rest, " ")
			text = strings.ReplaceAll(text, "NOW", time.Now().UTC().Format(time.RFC3339))
			w := o.ask(op.method, target, "", text)
			if fmt.Sprint(w.Code) != status {
				t.Errorf("%s %s: %d %s, want %s", id, example, w.Code, w.Body, status)
				continue
			}
			d.holds(t, id+" "+example, op.operation, w)
			d.takes(t, id+" "+example, op.operation, text, w.Code == 200)
			public := httptest.NewRecorder()
			o.public.ServeHTTP(public, httptest.NewRequest(op.method, target, nil))
			if both := public.Code == w.Code; both != (op.Listener == "both") && w.Code == 200 {
				t.Errorf("%s %s: the public listener answers %d", id, example, public.Code)
			}
		}
		bare := httptest.NewRecorder()
		target := strings.Fields(examples[id][0])[1]
		o.admin.ServeHTTP(bare, httptest.NewRequest(op.method, target, nil))
		if guarded := bare.Code == 401; guarded != (len(op.Security) > 0) {
			t.Errorf("%s without a token: %d", id, bare.Code)
		}
	}
}

// takes compares a body that the server took with what is described.
func (d document) takes(t *testing.T, what string, op operation, text string, taken bool) {
	t.Helper()
	for kind, content := range op.Body.Content {
		var value any
		if !taken || kind == "text/csv" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if faults := d.fits(content.Schema, "it", value); len(faults) > 0 {
			t.Errorf("%s was taken, and is not as described: %v", what, faults)
		}
	}
}

// holds compares an answer with what is described for its status.
func (d document) holds(t *testing.T, what string, op operation, w *httptest.ResponseRecorder) {
	t.Helper()
	response, ok := op.Responses[fmt.Sprint(w.Code)]
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	content, known := response.Content[kind]
	if !ok || !known {
		t.Errorf("%s: status %d with %s is not described", what, w.Code, kind)
		return
	}
	if kind == "text/csv" {
		return
	}
	for line := range strings.Lines(w.Body.String()) {
		var value any
		if err := json.Unmarshal([]byte(line), &value); err != nil {
			t.Errorf("%s: %v in %s", what, err, line)
		}
		if faults := d.fits(content.Schema, "it", value); len(faults) > 0 {
			t.Errorf("%s: %v\n%s", what, faults, line)
		}
	}
}
