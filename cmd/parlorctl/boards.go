package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// boardVerb is what can be done to boards, by its name.
type boardVerb struct {
	args   string // names of the words after it; one in brackets may be missing, dots say that it may repeat
	demand func(o options, args []string) (demand, error)
}

var boardVerbs = map[string]boardVerb{
	"page":    {"NAME", func(o options, a []string) (demand, error) { return pageDemand(a[0], o), nil }},
	"player":  {"NAME PLAYER", playerDemand},
	"players": {"NAME ID...", playersDemand},
	"periods": {"NAME", periodsDemand},
	"create":  {"NAME", createDemand},
	"end":     {"NAME", endDemand},
	"import":  {"NAME [FILE]", importDemand},
	"export":  {"NAME", exportDemand},
	"remove":  {"NAME PLAYER", removeDemand},
	"forget":  {"PLAYER", editDemand(http.MethodDelete, "/v1/players/", "is forgotten")},
	"ban":     {"PLAYER", editDemand(http.MethodPut, "/v1/bans/", "is banned")},
	"unban":   {"PLAYER", editDemand(http.MethodDelete, "/v1/bans/", "is banned no more")},
	"bans":    {"", bansDemand},
}

// fits tells whether there are as many words as the verb wants.
func (v boardVerb) fits(args []string) bool {
	names := strings.Fields(v.args)
	most, least := len(names), len(names)
	if strings.Contains(v.args, "[") {
		least--
	}
	return len(args) >= least && (len(args) <= most || strings.HasSuffix(v.args, "..."))
}

// boardsDemand finds what the words after boards ask for.
func boardsDemand(words []string, o options) (demand, error) {
	if len(words) == 0 {
		return listDemand(), nil
	}
	verb, known := boardVerbs[words[0]]
	switch {
	case known && verb.fits(words[1:]):
		return verb.demand(o, words[1:])
	case known:
		return demand{}, fmt.Errorf("boards %s wants: %s", words[0], verb.args)
	case len(words) == 1:
		return pageDemand(words[0], o), nil
	}
	return demand{}, fmt.Errorf("too many words: boards %s", strings.Join(words, " "))
}

// boardPath is a path below a board, with a query of what is not empty.
func boardPath(board, rest string, query url.Values) string {
	for name, values := range query {
		if len(values) == 1 && values[0] == "" {
			query.Del(name)
		}
	}
	path := "/v1/boards/" + url.PathEscape(board) + rest
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

func (o options) list() url.Values {
	return url.Values{"period": {o.period}, "region": {o.region}}
}

// pageDemand walks to the page by its cursors.
func pageDemand(board string, o options) demand {
	read := func(ctx context.Context, c *client) ([]byte, error) {
		after := o.after
		for n := 1; ; n++ {
			query := o.list()
			query.Set("limit", fmt.Sprint(o.limit))
			query.Set("after", after)
			body, err := c.get(ctx, boardPath(board, "", query))
			if err != nil || n == o.page {
				return body, err
			}
			var answer struct{ Next string }
			if err := decode(body, &answer); err != nil {
				return nil, err
			}
			if after = answer.Next; after == "" {
				return nil, fmt.Errorf("%s has %d pages of %d only", plain(board), n, o.limit)
			}
		}
	}
	return show(read, printPage)
}

func playerDemand(o options, args []string) (demand, error) {
	query := o.list()
	query.Set("around", fmt.Sprint(o.around))
	path := boardPath(args[0], "/players/"+url.PathEscape(args[1]), query)
	return show(getting(path), printPlayer), nil
}

func playersDemand(o options, args []string) (demand, error) {
	query := o.list()
	query["id"] = args[1:]
	if len(args) == 2 && args[1] == "" {
		return demand{}, fmt.Errorf("boards players wants ids")
	}
	return show(getting(boardPath(args[0], "/players", query)), printPage), nil
}

func periodsDemand(_ options, args []string) (demand, error) {
	return show(getting(boardPath(args[0], "/periods", nil)), printPeriods), nil
}

func createDemand(o options, args []string) (demand, error) {
	options := map[string]any{"board": args[0], "order": o.order, "operator": o.operator, "ties": o.ties}
	for name, text := range map[string]string{"tick": o.tick, "period": o.every, "zone": o.zone, "start": o.start, "archive": o.archive} {
		if text != "" {
			options[name] = text
		}
	}
	if o.size != 0 {
		options["size"] = o.size
	}
	if o.regional {
		options["regional"] = true
	}
	text, err := json.Marshal(options)
	if err != nil {
		return demand{}, err
	}
	send := sending(http.MethodPut, boardPath(args[0], "", nil), "application/json", func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(text))), nil
	})
	return show(send, func(out io.Writer, body []byte) error {
		var answer struct {
			Definition definition
			Limit      int64
		}
		if err := decode(body, &answer); err != nil {
			return err
		}
		return table(out, nil, answer.Definition.described(answer.Limit))
	}), nil
}

func endDemand(_ options, args []string) (demand, error) {
	return show(sending(http.MethodPost, boardPath(args[0], "/end", nil), "", nil), func(out io.Writer, body []byte) error {
		var answer struct {
			Ended struct{ Start, End time.Time }
		}
		if err := decode(body, &answer); err != nil {
			return err
		}
		return say(out, fmt.Sprintf("the period from %s to %s of %s has ended", moment(answer.Ended.Start), moment(answer.Ended.End), plain(args[0])))
	}), nil
}

// importDemand sends a file as it is read; without one, what comes in.
func importDemand(o options, args []string) (demand, error) {
	name := "-"
	if len(args) == 2 {
		name = args[1]
	}
	kind := "application/x-ndjson"
	if o.format == "csv" || o.format == "" && strings.HasSuffix(name, ".csv") {
		kind = "text/csv"
	}
	open := func() (io.ReadCloser, error) {
		if name == "-" {
			return io.NopCloser(os.Stdin), nil
		}
		return os.Open(name)
	}
	send := sending(http.MethodPost, boardPath(args[0], "/import", url.Values{"period": {o.period}}), kind, open)
	return show(send, func(out io.Writer, body []byte) error {
		var answer struct {
			Imported int
			LeftOut  int `json:"left_out"`
		}
		if err := decode(body, &answer); err != nil {
			return err
		}
		text := fmt.Sprintf("%d entries are in %s", answer.Imported, plain(args[0]))
		if answer.LeftOut > 0 {
			text += fmt.Sprintf("; %d were left out, whose players are banned or forgotten", answer.LeftOut)
		}
		return say(out, text)
	}), nil
}

func exportDemand(o options, args []string) (demand, error) {
	query := o.list()
	query.Set("format", o.format)
	return demand{stream: boardPath(args[0], "/export", query)}, nil
}

func removeDemand(o options, args []string) (demand, error) {
	path := boardPath(args[0], "/players/"+url.PathEscape(args[1]), url.Values{"period": {o.period}})
	return show(sending(http.MethodDelete, path, "", nil), saying(plain(args[1])+" is off "+plain(args[0]))), nil
}

// editDemand is an edit of a player everywhere.
func editDemand(method, path, says string) func(options, []string) (demand, error) {
	return func(_ options, args []string) (demand, error) {
		return show(sending(method, path+url.PathEscape(args[0]), "", nil), saying(plain(args[0])+" "+says)), nil
	}
}

func bansDemand(options, []string) (demand, error) {
	return show(getting("/v1/bans"), func(out io.Writer, body []byte) error {
		var answer struct{ Players []string }
		if err := decode(body, &answer); err != nil {
			return err
		}
		if len(answer.Players) == 0 {
			return say(out, "Nobody is banned.")
		}
		rows := make([][]string, len(answer.Players))
		for i, player := range answer.Players {
			rows[i] = []string{player}
		}
		return table(out, []string{"PLAYER"}, rows)
	}), nil
}

func saying(text string) func(io.Writer, []byte) error {
	return func(out io.Writer, _ []byte) error { return say(out, text) }
}
