package leaderboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// told is an error of a kind whose text is for who asked: it says what would be accepted, in the words of docs/BOARDS.md.
type told struct {
	text string
	kind error
}

func (t told) Error() string { return t.text }
func (t told) Unwrap() error { return t.kind }

func tell(kind error, format string, args ...any) error {
	return told{fmt.Sprintf(format, args...), kind}
}

func noBoard(name string) error { return tell(ErrNoBoard, "no such board: %s", name) }

// Reason is what an error tells who asked about his own arguments, without what callers have put around it. It answers false
// if the error tells nothing of that kind.
func Reason(err error) (string, bool) {
	t, ok := errors.AsType[told](err)
	return t.text, ok
}

// EntryError says which of the entries of an import is refused.
type EntryError struct {
	Index int
	Err   error
}

func (e *EntryError) Error() string { return fmt.Sprintf("entry %d: %v", e.Index, e.Err) }
func (e *EntryError) Unwrap() error { return e.Err }

// JSONFault is what is wrong with a JSON text of ours, without the names that only this code knows.
func JSONFault(err error) string {
	if odd, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := odd.Field[strings.LastIndexByte(odd.Field, '.')+1:]
		if field == "" {
			field = "it"
		}
		switch odd.Type.Kind() {
		case reflect.Int, reflect.Int64:
			return field + " must be a whole number of 64 bits"
		case reflect.Bool:
			return field + " must be true or false"
		case reflect.String:
			return field + " must be a text"
		case reflect.Slice:
			return field + " must be a list"
		}
		return field + " must be a JSON object"
	}
	if odd, ok := errors.AsType[*time.ParseError](err); ok {
		return fmt.Sprintf("at must be a time such as 2026-03-01T00:00:00Z, not %s", strings.Trim(fmt.Sprintf("%.40s", odd.Value), `"\`))
	}
	if reason, ok := Reason(err); ok {
		return reason
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// isRefusal tells errors that asking again does not change.
func isRefusal(err error) bool {
	for _, refusal := range []error{ErrInvalid, ErrRange, ErrMismatch, ErrNoBoard, ErrOver} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}
