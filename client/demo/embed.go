// Package demo holds the playable pages, as parlord serves them: HTML, style, and the scripts that
// are bundled from the TypeScript beside them. It only holds them; who serves them decides how.
package demo

import "embed"

// Files has index.html at its root.
//
//go:embed *.html *.css *.js *.svg
var Files embed.FS
