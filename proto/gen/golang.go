package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"google.golang.org/protobuf/proto"
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
