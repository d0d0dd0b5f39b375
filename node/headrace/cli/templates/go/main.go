// __NAME__: upper-cases the value of every record of its input topic into "<input>-$__NAME__$".
//
// The node hands over whole record batches, a chunk a call, and takes whole batches back.
package main

import (
	"bytes"

	"script/headrace"
)

func shout(chunk *headrace.Chunk, output *headrace.Output) error {
	output.Key() // the output is named after the script
	for batch, err := range chunk.Batches() {
		if err != nil {
			return err
		}
		output.Batch(batch.BaseTimestamp)
		for record, err := range batch.Records() {
			if err != nil {
				return err
			}
			if record.Value != nil { // nil is a null value: a tombstone stays one
				record.Value = bytes.ToUpper(record.Value)
			}
			output.Record(record)
		}
	}
	return nil
}

func init() { headrace.Transform(shout) }

func main() {} // not called: the node calls what headrace exports
