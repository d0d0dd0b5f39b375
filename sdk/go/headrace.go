//go:build wasip1

// Package headrace speaks Headrace's batch ABI, version 1: whole Kafka v2 record batches in, whole batches out, one call per chunk.
//
// docs/transform-abi.md is the specification. A script gives one function to [Transform] in an init function and is built with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o main.wasm
//
// Standard Go, 1.24 or newer.
package headrace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"unsafe"
)

const (
	version          = 1
	inputHeaderBytes = 16
	batchHeaderBytes = 61
	sectionOutput    = 1
	sectionError     = 2
	noKey            = 0xFFFFFFFF
	failedThrown     = 1
)

var errMalformed = errors.New("malformed input")

// A Level of a log line.
type Level uint32

const (
	Debug Level = iota
	Info
	Warn
	Error
)

//go:wasmimport headrace log
func hostLog(level uint32, text unsafe.Pointer, length uint32)

// Log writes one line of the script's log. Lines past the limit of a chunk are counted and dropped.
func Log(level Level, text string) {
	hostLog(uint32(level), unsafe.Pointer(unsafe.StringData(text)), uint32(len(text)))
}

// A Chunk is what one call brings: some batches of one partition, in order.
type Chunk struct {
	Topic     string
	Partition int32
	batches   []byte
}

// A Batch of a chunk, uncompressed.
type Batch struct {
	BaseOffset    int64
	BaseTimestamp int64 // milliseconds since 1970
	Attributes    uint16
	RecordCount   int32
	records       []byte
}

// A Record of a batch. A nil Key or Value is null. The slices point into the input and end with the call.
type Record struct {
	TimestampDelta int64
	OffsetDelta    int64
	Key, Value     []byte
	Headers        []byte // as they stand in the batch: count, then key and value of each
}

func openChunk(frame []byte) (*Chunk, error) {
	if len(frame) < inputHeaderBytes || binary.LittleEndian.Uint32(frame) != version {
		return nil, errors.New("not a frame of ABI version 1")
	}
	partition := int32(binary.LittleEndian.Uint32(frame[4:]))
	topicBytes := uint64(binary.LittleEndian.Uint32(frame[8:]))
	start := inputHeaderBytes + (topicBytes+7)&^7
	if start > uint64(len(frame)) {
		return nil, errMalformed
	}
	topic := string(frame[inputHeaderBytes : inputHeaderBytes+topicBytes])
	return &Chunk{topic, partition, frame[start:]}, nil
}

// Batches yields the data batches of the chunk; markers of transactions are passed over.
func (c *Chunk) Batches() iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		for rest := c.batches; len(rest) > 0; {
			if len(rest) < batchHeaderBytes || rest[16] != 2 {
				yield(Batch{}, errMalformed)
				return
			}
			size := int64(int32(binary.BigEndian.Uint32(rest[8:]))) + 12
			if size < batchHeaderBytes || size > int64(len(rest)) {
				yield(Batch{}, errMalformed)
				return
			}
			batch := Batch{
				BaseOffset:    int64(binary.BigEndian.Uint64(rest)),
				BaseTimestamp: int64(binary.BigEndian.Uint64(rest[27:])),
				Attributes:    binary.BigEndian.Uint16(rest[21:]),
				RecordCount:   int32(binary.BigEndian.Uint32(rest[57:])),
				records:       rest[batchHeaderBytes:size],
			}
			rest = rest[size:]
			if batch.Attributes&0x20 == 0 && !yield(batch, nil) {
				return
			}
		}
	}
}

// Records yields the records of the batch.
func (b *Batch) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for rest := b.records; len(rest) > 0; {
			size, n := binary.Varint(rest)
			if n <= 0 || size < 1 || size > int64(len(rest)-n) {
				yield(Record{}, errMalformed)
				return
			}
			body := rest[n : n+int(size)]
			rest = rest[n+int(size):]
			record, err := readRecord(body[1:])
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

func readRecord(body []byte) (record Record, err error) {
	var n, m int
	record.TimestampDelta, n = binary.Varint(body)
	if n <= 0 {
		return record, errMalformed
	}
	record.OffsetDelta, m = binary.Varint(body[n:])
	if m <= 0 {
		return record, errMalformed
	}
	body = body[n+m:]
	if record.Key, body, err = readBytes(body); err != nil {
		return record, err
	}
	if record.Value, body, err = readBytes(body); err != nil || len(body) == 0 {
		return record, errMalformed
	}
	record.Headers = body
	return record, nil
}

func readBytes(body []byte) (value, rest []byte, err error) {
	length, n := binary.Varint(body)
	if n <= 0 || length < -1 || length > int64(len(body)-n) {
		return nil, nil, errMalformed
	}
	if length < 0 {
		return nil, body[n:], nil
	}
	end := n + int(length)
	return body[n:end:end], body[end:], nil
}

// Output collects what the script returns.
type Output struct {
	bytes          []byte
	section, batch int // where the open ones begin; 0: none is open
	baseTimestamp  int64
	records        int64
}

func (o *Output) start() {
	o.bytes = append(o.bytes[:0], version, 0, 0, 0, 0, 0, 0, 0)
	o.section, o.batch = 0, 0
}

// Key begins the records of one output: key "x" on topic "t" is the topic "t-$x$". Without one it is the script's own name.
func (o *Output) Key(key ...string) {
	o.endSection()
	o.section = len(o.bytes)
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, sectionOutput)
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, 0)
	if len(key) == 0 {
		o.bytes = binary.LittleEndian.AppendUint32(o.bytes, noKey)
		return
	}
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, uint32(len(key[0])))
	o.bytes = append(o.bytes, key[0]...)
}

// Batch begins a batch; the TimestampDelta of its records counts from baseTimestamp.
func (o *Output) Batch(baseTimestamp int64) {
	if o.section == 0 {
		o.Key()
	}
	o.endBatch()
	o.batch = len(o.bytes)
	o.baseTimestamp, o.records = baseTimestamp, 0
	o.bytes = append(o.bytes, make([]byte, batchHeaderBytes)...)
}

// Record adds a record to the open batch; OffsetDelta is not looked at.
func (o *Output) Record(record Record) {
	if o.batch == 0 {
		o.Batch(0)
	}
	headers := record.Headers
	if headers == nil {
		headers = []byte{0}
	}
	// The length stands in front and has as many bytes as it needs: the body is written behind room for the largest.
	start := len(o.bytes)
	o.bytes = append(o.bytes, 0, 0, 0, 0, 0, 0)
	o.bytes = binary.AppendVarint(o.bytes, record.TimestampDelta)
	o.bytes = binary.AppendVarint(o.bytes, o.records)
	o.bytes = appendBytes(o.bytes, record.Key)
	o.bytes = appendBytes(o.bytes, record.Value)
	o.bytes = append(o.bytes, headers...)
	body := o.bytes[start+5:] // its first byte: attributes, none
	var length [binary.MaxVarintLen64]byte
	n := binary.PutVarint(length[:], int64(len(body)))
	copy(o.bytes[start:], length[:n])
	copy(o.bytes[start+n:], body)
	o.bytes = o.bytes[:start+n+len(body)]
	o.records++
}

func appendBytes(to, value []byte) []byte {
	if value == nil {
		return binary.AppendVarint(to, -1)
	}
	return append(binary.AppendVarint(to, int64(len(value))), value...)
}

// The host assigns offsets and checksums: length, magic, base timestamp and count are all that it reads of a header.
func (o *Output) endBatch() {
	if o.batch == 0 {
		return
	}
	header := o.bytes[o.batch:]
	binary.BigEndian.PutUint32(header[8:], uint32(len(header)-12))
	binary.BigEndian.PutUint32(header[12:], 0xFFFFFFFF)
	header[16] = 2
	binary.BigEndian.PutUint32(header[23:], uint32(max(o.records-1, 0)))
	binary.BigEndian.PutUint64(header[27:], uint64(o.baseTimestamp))
	binary.BigEndian.PutUint64(header[35:], uint64(o.baseTimestamp))
	for i := 43; i < 57; i++ { // producer id, epoch and sequence: none
		header[i] = 0xFF
	}
	binary.BigEndian.PutUint32(header[57:], uint32(o.records))
	o.batch = 0
}

func (o *Output) endSection() {
	o.endBatch()
	if o.section != 0 {
		binary.LittleEndian.PutUint32(o.bytes[o.section+4:], uint32(len(o.bytes)-o.section-8))
		o.section = 0
	}
}

func (o *Output) fail(message string) {
	o.start()
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, sectionError)
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, uint32(8+len(message)))
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, failedThrown)
	o.bytes = binary.LittleEndian.AppendUint32(o.bytes, uint32(len(message)))
	o.bytes = append(o.bytes, message...)
}

var (
	script func(*Chunk, *Output) error
	input  []byte
	output Output
)

// Transform names the function that runs for every chunk. An error, or a panic, fails the chunk; the error policy decides what
// happens then.
func Transform(function func(*Chunk, *Output) error) { script = function }

func run(frame []byte) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	chunk, err := openChunk(frame)
	if err != nil {
		return err
	}
	if script == nil {
		return errors.New("the script never called headrace.Transform: do it in func init()")
	}
	return script(chunk, &output)
}

//go:wasmexport hr_alloc
func alloc(length uint32) unsafe.Pointer {
	if int(length) > len(input) {
		input = make([]byte, length)
	}
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport hr_transform
func transform(_ unsafe.Pointer, length uint32) uint64 {
	output.start()
	if err := run(input[:length]); err != nil {
		output.fail(err.Error())
	} else {
		output.endSection()
	}
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(output.bytes))))<<32 | uint64(len(output.bytes))
}
