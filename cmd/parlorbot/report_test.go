package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/game/arcade/tictactoe"
)

// names lists the fields of a JSON object in their order, those of objects in it after a dot.
// What is under errors is named by the run, not by us.
func names(t *testing.T, object string) (list []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(object))
	var path []string
	for isName := true; ; {
		token, err := d.Token()
		if err != nil {
			return list
		}
		switch v := token.(type) {
		case json.Delim:
			switch v {
			case '{', '[':
				isName = v == '{'
				continue
			}
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
			isName = true
		case string:
			if !isName {
				isName = len(path) == 0 || path[len(path)-1] != "failed"
				path = path[:len(path)-1]
				continue
			}
			path = append(path, v)
			if len(path) == 1 || path[0] != "errors" {
				list = append(list, strings.Join(path, "."))
			}
			isName = false
		default:
			path = path[:len(path)-1]
			isName = true
		}
	}
}
