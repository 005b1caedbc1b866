package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// loadKey reads the key that makes guests' secrets, or makes one at the first start. Nodes that
// share players share the file.
func loadKey(data string) ([]byte, error) {
	path := filepath.Join(data, "guest.key")
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := hex.DecodeString(string(text))
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%s is damaged: it must hold 64 hex digits", path)
		}
		return key, nil
	}
	if !os.IsNotExist(err) {
		return nil, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	// Written aside and renamed: a server killed half-way leaves no half a key.
	if err := os.WriteFile(path+".new", []byte(hex.EncodeToString(key)), 0o600); err != nil {
		return nil, err
	}
	return key, os.Rename(path+".new", path)
}
