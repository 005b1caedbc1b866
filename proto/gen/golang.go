package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// writeGo lays the generated Go of each .proto beside it. The generator is the stock
// protoc-gen-go, which go.mod pins as a tool; it is a process of its own because that
// pipe is its promised interface, and linking it in is not.
func writeGo(ctx context.Context, out *tree, sch *schema) error {
	request := &pluginpb.CodeGeneratorRequest{
		Parameter: proto.String("paths=source_relative"),
		ProtoFile: sch.all,
	}
	for _, file := range sch.own {
		if err := checkGoPackage(file); err != nil {
			return err
		}
		request.FileToGenerate = append(request.FileToGenerate, file.Path())
	}
	response, err := askPlugin(ctx, out.path("proto/gen"), request)
	if err != nil {
		return fmt.Errorf("protoc-gen-go: %w", err)
	}
	for _, file := range response.File {
		if err := out.write("proto/"+file.GetName(), []byte(file.GetContent())); err != nil {
			return err
		}
	}
	return out.prune("proto", ".pb.go")
}

// checkGoPackage says better than protoc-gen-go what a file lacks whose Go would not
// lie, or not be importable, beside it.
func checkGoPackage(file protoreflect.FileDescriptor) error {
	want := path.Join("parlor/proto", path.Dir(file.Path()))
	options, _ := file.Options().(*descriptorpb.FileOptions)
	got, name, _ := strings.Cut(options.GetGoPackage(), ";")
	if got == want && name != "" {
		return nil
	}
	// The eighth field of a file's descriptor is its options, the eleventh of those this one.
	line := file.SourceLocations().ByPath(protoreflect.SourcePath{8, 11}).StartLine + 1
	return fmt.Errorf("proto/%s:%d: it must say `option go_package = \"%s;NAME\"`", file.Path(), line, want)
}

func askPlugin(ctx context.Context, dir string, request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	question, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", "tool", "protoc-gen-go")
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(question)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	response := &pluginpb.CodeGeneratorResponse{}
	if err := proto.Unmarshal(answer, response); err != nil {
		return nil, err
	}
	if response.Error != nil {
		return nil, errors.New(response.GetError())
	}
	return response, nil
}
