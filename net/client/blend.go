package client

import (
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	syncv1 "parlor/proto/parlor/sync/v1"
)

// mostEntered is how many points of a queue may have entered from one view to the next.
const mostEntered = 16

// Picture is a message, drawn between two views: by the fields' JSON names, numbers are float64, queues
// []float64, lists of messages []Picture. It has what moves, what tells rows apart, and the lists.
type Picture map[string]any

// Blend draws between the views a and b, at part of the way, or past b if part is over 1: what moves is
// moved as the schema's lerp option says; rows come and go with b. What moves farther than snap from a
// to b is not drawn between.
func Blend(a, b proto.Message, part, snap float64) Picture {
	from, to := a.ProtoReflect(), b.ProtoReflect()
	picture := blendRow(from, to, part, snap)
	fields := from.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !fd.IsList() || fd.Message() == nil {
			continue
		}
		rows := []Picture{}
		base, other := from.Get(fd).List(), to.Get(fd).List()
		if part >= 1 {
			base, other = other, base
		}
		for at := range base.Len() {
			row := base.Get(at).Message()
			twin := twinOf(row, at, other)
			if twin == nil {
				twin = row
			}
			if part >= 1 {
				row, twin = twin, row
			}
			rows = append(rows, blendRow(row, twin, part, snap))
		}
		picture[fd.JSONName()] = rows
	}
	return picture
}

// keyOf is the field that tells rows apart; nil: their index does.
func keyOf(md protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	key, _ := proto.GetExtension(md.Options(), syncv1.E_Key).(string)
	return md.Fields().ByName(protoreflect.Name(key))
}

func twinOf(row protoreflect.Message, at int, rows protoreflect.List) protoreflect.Message {
	key := keyOf(row.Descriptor())
	for i := range rows.Len() {
		twin := rows.Get(i).Message()
		if key == nil && i == at || key != nil && twin.Get(key).Equal(row.Get(key)) {
			return twin
		}
	}
	return nil
}

func blendRow(a, b protoreflect.Message, part, snap float64) Picture {
	row, stay := Picture{}, Picture{}
	far := 0.0
	still := a
	if part >= 1 {
		still = b
	}
	fields := a.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		name := fd.JSONName()
		if fd == keyOf(a.Descriptor()) {
			row[name], stay[name] = number(still.Get(fd)), number(still.Get(fd))
		}
		sync, _ := proto.GetExtension(fd.Options(), syncv1.E_Sync).(*syncv1.Sync)
		if sync.GetLerp() < syncv1.Lerp_LERP_LINEAR {
			continue
		}
		if fd.IsList() {
			if sync.Queue {
				row[name] = slide(numbers(a.Get(fd)), numbers(b.Get(fd)), int(max(1, sync.Stride)), part)
				stay[name] = numbers(still.Get(fd))
			}
			continue
		}
		from, way := number(a.Get(fd)), number(b.Get(fd))-number(a.Get(fd))
		stay[name] = number(still.Get(fd))
		if wrap := float64(sync.Wrap); sync.Lerp == syncv1.Lerp_LERP_ANGLE && wrap > 0 {
			row[name] = around(from+part*(around(way+wrap/2, wrap)-wrap/2), wrap)
		} else {
			row[name] = from + part*way
			far += way * way
		}
	}
	if far > snap*snap {
		return stay
	}
	return row
}

func number(v protoreflect.Value) float64 {
	switch n := v.Interface().(type) {
	case int32:
		return float64(n)
	case uint32:
		return float64(n)
	}
	return 0
}

func numbers(v protoreflect.Value) (list []float64) {
	for i := range v.List().Len() {
		list = append(list, number(v.List().Get(i)))
	}
	return list
}

func around(value, wrap float64) float64 {
	return math.Mod(math.Mod(value, wrap)+wrap, wrap)
}

// slide draws a queue of points, which is a body that follows its head: it slides along the path that
// its own points make, and so never leaves it, not even where several points enter at once.
func slide(a, b []float64, stride int, part float64) []float64 {
	entered := enteredOf(a, b, stride)
	switch {
	case entered < 0 && part < 1:
		return a
	case entered < 0:
		return b
	}
	path := append(append([]float64(nil), b[:entered*stride]...), a...)
	end := len(path)/stride - 1
	back := max(-1, float64(entered)*(1-part)) // points from the head of b to what is shown as head
	tail := (float64(len(a))+float64(len(b)-len(a))*min(part, 1))/float64(stride) - 1
	var shown []float64
	for i := 0.0; i < tail+1; i++ {
		at := min(min(i, tail)+back, float64(end))
		one := max(0, min(int(math.Floor(at)), end-1))
		for axis := range stride {
			from := path[one*stride+axis]
			to := from
			if end > 0 {
				to = path[(one+1)*stride+axis]
			}
			shown = append(shown, from+(to-from)*(at-float64(one)))
		}
	}
	return shown
}

// enteredOf is how many points entered b after a; -1 if b does not go on from a.
func enteredOf(a, b []float64, stride int) int {
	for n := 0; len(a) > 0 && n <= mostEntered && n*stride < len(b); n++ {
		same := min(2*stride, len(a), len(b)-n*stride)
		i := 0
		for i < same && b[n*stride+i] == a[i] {
			i++
		}
		if i == same {
			return n
		}
	}
	return -1
}
