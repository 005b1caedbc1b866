package main

import (
	"os"
	"strings"
	"testing"
)

// withSync adds the options to a schema of one file.
func withSync(t *testing.T, text string) map[string]string {
	t.Helper()
	options, err := os.ReadFile("../parlor/sync/v1/sync.proto")
	if err != nil {
		t.Fatal(err)
	}
	const head = "syntax = \"proto3\";\npackage p;\nimport \"parlor/sync/v1/sync.proto\";\n"
	return map[string]string{"parlor/sync/v1/sync.proto": string(options), "p/p.proto": head + text}
}

func TestTablesSayHowFieldsTravelInDeltas(t *testing.T) {
	out := repository(t, withSync(t, `
		message View {
			uint32 plain = 1;
			sint32 x = 2 [(parlor.sync.v1.sync) = {predict: PREDICT_LINEAR, lerp: LERP_LINEAR, quantum: 4}];
			Sort still = 3 [(parlor.sync.v1.sync) = {predict: PREDICT_STATIC, lerp: LERP_STEP, quantum: 1, audience: AUDIENCE_OWNER}];
			repeated uint32 trail = 4 [(parlor.sync.v1.sync) = {queue: true, predict: PREDICT_LINEAR, wrap: 8}];
			repeated Row rows = 5;
			map<string, Row> by_name = 6;
			string text = 7 [(parlor.sync.v1.sync) = {predict: PREDICT_LINEAR, wrap: 8, quantum: 2}];
			optional uint32 perhaps = 8 [(parlor.sync.v1.sync).wrap = 8];
			repeated Sort sorts = 9 [(parlor.sync.v1.sync).queue = true];
			repeated uint32 loose = 10 [packed = false, (parlor.sync.v1.sync).queue = true];
			float f = 11 [(parlor.sync.v1.sync).lerp = LERP_LINEAR];
			enum Sort { NONE = 0; }
		}
		message Row {
			option (parlor.sync.v1.key) = "row_id";
			uint32 row_id = 1;
			uint32 heading = 2 [(parlor.sync.v1.sync).wrap = 256, (parlor.sync.v1.sync).lerp = LERP_ANGLE];
			repeated sint32 body = 3 [(parlor.sync.v1.sync) = {queue: true, stride: 2, quantum: 5}];
		}`))
	if err := generate(t, out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out.path("client/src/gen/p.ts"))
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(got), "\nexport const View:")
	const want = ` pb.Codec<View> = /* @__PURE__ */ pb.message([
  [1, "plain", pb.uint32],
  [2, "x", pb.sint32, 0, { quantum: 4, linear: true, lerp: 2 }],
  [3, "still", pb.int32],
  [4, "trail", pb.uint32, pb.repeated, { queue: 1 }],
  [5, "rows", () => Row, pb.repeated],
  [6, "byName", () => View_ByNameEntry, pb.repeated, { map: true }],
  [7, "text", pb.string],
  [8, "perhaps", pb.uint32, pb.optional],
  [9, "sorts", pb.int32, pb.repeated],
  [10, "loose", pb.uint32, pb.unpacked],
  [11, "f", pb.float, 0, { lerp: 2 }],
]);

export const View_ByNameEntry: pb.Codec<View_ByNameEntry> = /* @__PURE__ */ pb.message([
  [1, "key", pb.string],
  [2, "value", () => Row],
]);

export const Row: pb.Codec<Row> = /* @__PURE__ */ pb.message([
  [1, "rowId", pb.uint32],
  [2, "heading", pb.uint32, 0, { wrap: 256, lerp: 3 }],
  [3, "body", pb.sint32, pb.repeated, { queue: 2, quantum: 5 }],
], "rowId");
`
	if tables != want {
		t.Errorf("got\n%s\nwant\n%s", tables, want)
	}
	if _, err := os.Stat(out.path("client/src/gen/parlor.sync.v1.ts")); err == nil {
		t.Error("the options have a module")
	}
}

func TestOptionsWithWhichAMessageHasNoPlanAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"message M {\n  option (parlor.sync.v1.key) = \"id\";\n}":                                                                   `proto/p/p.proto:4: p.M: the key "id" is no`,
		"message M {\n  option (parlor.sync.v1.key) = \"id\";\n  string id = 1;\n}":                                                 `proto/p/p.proto:4: p.M: the key "id" is no`,
		"message M {\n  option (parlor.sync.v1.key) = \"id\";\n  optional uint32 id = 1;\n}":                                        `proto/p/p.proto:4: p.M: the key "id" is no`,
		"message M {\n  option (parlor.sync.v1.key) = \"id\";\n  bool id = 1;\n}":                                                   `proto/p/p.proto:4: p.M: the key "id" is no`,
		"message M {\n  repeated uint32 q = 1 [(parlor.sync.v1.sync) = {queue: true, stride: 9}];\n}":                               "proto/p/p.proto:5: p.M.q: a point has 8 integers at most",
		"message M {\n  uint32 a = 1 [(parlor.sync.v1.sync) = {wrap: 360, quantum: 7}];\n}":                                         "proto/p/p.proto:5: p.M.a: wrap is no multiple of quantum",
		"message M {\n  parlor.sync.v1.Sync sync = 1;\n}":                                                                           "proto/p/p.proto:5: p.M.sync: parlor.sync.v1.Sync has no TypeScript",
		"message M {\n  option (parlor.sync.v1.key) = \"id\";\n  int32 id = 1 [(parlor.sync.v1.sync).predict = PREDICT_LINEAR];\n}": "",
	} {
		err := generate(t, repository(t, withSync(t, text)))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %q", text, err, want)
		}
	}
}
