package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheKeyOfGuestsIsMadeOnceAndADamagedOneIsRefused(t *testing.T) {
	dir := t.TempDir()
	first, err := loadKey(dir, "guest.key")
	if err != nil {
		t.Fatal(err)
	}
	again, err := loadKey(dir, "guest.key")
	if err != nil || !bytes.Equal(first, again) || len(first) != 32 {
		t.Errorf("the key was %x and is %x: %v", first, again, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "guest.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "guest.key"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKey(dir, "guest.key"); err == nil {
		t.Error("a damaged key was taken")
	}
}
