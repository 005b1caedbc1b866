package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"parlor/net/wire"
)

// guestSecret proves that this server, or another with the same key, has made the player. It is
// an HMAC, so nothing needs to be stored for players who never come back.
func guestSecret(key []byte, player string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("parlor guest\x00" + player))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

func guestIs(key []byte, player, secret string) bool {
	return uuid.Validate(player) == nil && len(player) == 36 &&
		subtle.ConstantTimeCompare([]byte(guestSecret(key, player)), []byte(secret)) == 1
}

// tokens are the resume tokens of a session, hashed. The one before the newest stays valid until
// the newest is used, because the Welcome that brought the newest can be lost.
type tokens struct {
	newest, before [sha256.Size]byte
	any, two       bool
}

// issue makes the next token. 128 random bits, so a plain hash is enough.
func (t *tokens) issue() string {
	raw := make([]byte, 16)
	rand.Read(raw)
	token := base64.RawURLEncoding.EncodeToString(raw)
	t.before, t.two = t.newest, t.any
	t.newest, t.any = sha256.Sum256([]byte(token)), true
	return token
}

// use checks a token. When it was not the newest, that one was lost: it is forgotten, so that
// the one in use stays valid until its successor is used.
func (t *tokens) use(token string) bool {
	hash := sha256.Sum256([]byte(token))
	switch {
	case t.any && subtle.ConstantTimeCompare(hash[:], t.newest[:]) == 1:
		return true
	case t.two && subtle.ConstantTimeCompare(hash[:], t.before[:]) == 1:
		t.newest = t.before
		return true
	}
	return false
}

// cleanName is the name that others see: no control or invisible characters, no runs of spaces,
// at most wire.NameRunes. Where nothing is left, one is made from the player's id.
func cleanName(name, player string) string {
	if !utf8.ValidString(name) {
		name = ""
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > wire.NameRunes {
		name = strings.TrimSpace(string(runes[:wire.NameRunes]))
	}
	if name == "" {
		name = "Guest " + strings.ToUpper(player[:4])
	}
	return name
}
