package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// schema is all .proto files of the repository, parsed and linked.
type schema struct {
	own []protoreflect.FileDescriptor       // ours, by path
	all []*descriptorpb.FileDescriptorProto // ours and what they import, imports first
}

// parse reads every .proto under dir, whose path from dir is also the path it is
// imported by. A schema with a fault, or a warning, yields all of them as one error,
// each with its file and line.
func parse(ctx context.Context, dir string) (*schema, error) {
	names, err := findProtos(dir)
	if err != nil {
		return nil, err
	}
	var faults []error
	note := func(err reporter.ErrorWithPos) { faults = append(faults, fmt.Errorf("proto/%w", err)) }
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{dir}}),
		Reporter: reporter.NewReporter(
			func(err reporter.ErrorWithPos) error { note(err); return nil }, note),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(ctx, names...)
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(faults...)
	}
	if err != nil {
		return nil, fmt.Errorf("parse the schema: %w", err)
	}
	return collect(files), nil
}

func findProtos(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if entry.IsDir() && rel == "gen" {
			return fs.SkipDir
		}
		if !entry.IsDir() && path.Ext(rel) == ".proto" {
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no .proto file under %s: %w", dir, os.ErrNotExist)
	}
	return names, err
}

func collect(files linker.Files) *schema {
	sch := &schema{}
	seen := map[string]bool{}
	var add func(protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		imports := file.Imports()
		for i := range imports.Len() {
			add(imports.Get(i).FileDescriptor)
		}
		sch.all = append(sch.all, protoutil.ProtoFromFileDescriptor(file))
	}
	for _, file := range files {
		sch.own = append(sch.own, file)
		add(file)
	}
	return sch
}
