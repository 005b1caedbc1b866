package main

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// comment renders what the schema says about a declaration, before it and behind it.
func comment(indent string, desc protoreflect.Descriptor) string {
	at := desc.ParentFile().SourceLocations().ByDescriptor(desc)
	return docComment(indent, at.LeadingComments, at.TrailingComments)
}

// docComment renders texts as one comment, or as nothing when all are empty.
func docComment(indent string, texts ...string) string {
	var lines []string
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(text, "*/", "*\\/")) {
			lines = append(lines, strings.TrimRight(strings.TrimPrefix(line, " "), " \t\n"))
		}
	}
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return indent + "/** " + lines[0] + " */\n"
	}
	var out strings.Builder
	out.WriteString(indent + "/**\n")
	for _, line := range lines {
		out.WriteString(strings.TrimRight(indent+" * "+line, " ") + "\n")
	}
	out.WriteString(indent + " */\n")
	return out.String()
}
