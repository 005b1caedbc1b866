package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestEveryRouteOfBoardsIsDescribed(t *testing.T) {
	var described struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(openAPI, &described); err != nil {
		t.Fatal(err)
	}
	routes := adminBoards(AdminConfig{}, answers{})
	for path, methods := range routes {
		for method := range methods {
			if described.Paths[path][strings.ToLower(method)] == nil {
				t.Errorf("%s %s is served and not described", method, path)
			}
		}
	}
	for path := range described.Paths {
		if _, ok := routes[path]; !ok && !slices.Contains([]string{"/v1/ratings/{game}/players/{player}"}, path) {
			t.Errorf("%s is described and not served", path)
		}
	}
}
