package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// loadSecrets reads the key that makes guests' secrets, which nodes that share players share, and the token that operators
// send to change boards.
func loadSecrets(data string) (guests []byte, operators string, err error) {
	if err := os.MkdirAll(data, 0o755); err != nil {
		return nil, "", fmt.Errorf("make -data: %w", err)
	}
	if guests, err = loadKey(data, "guest.key"); err != nil {
		return nil, "", fmt.Errorf("read the key of guests: %w", err)
	}
	token, err := loadKey(data, "operator.token")
	if err != nil {
		return nil, "", fmt.Errorf("read the token of operators: %w", err)
	}
	return guests, hex.EncodeToString(token), nil
}

// loadKey reads a key, or makes one at the first start.
func loadKey(data, name string) ([]byte, error) {
	path := filepath.Join(data, name)
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
