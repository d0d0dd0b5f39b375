// What a Headrace script in JavaScript finds around it. `headrace wasm generate --lang ts` copies this file into the project.
// There is no file system, no network and no other module; the clock shows the newest timestamp of the batch in hand.

/** The part of Node's Buffer that scripts over records use. */
interface Buffer extends Uint8Array<ArrayBuffer> {
  toString(encoding?: BufferEncoding, start?: number, end?: number): string;
  /** The text as UTF-8. */
  text(): string;
  /** The value that the bytes hold as JSON; quicker than JSON.parse(buffer.toString()). */
  json(): any;
  equals(other: Uint8Array): boolean;
  compare(other: Uint8Array): number;
  copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number;
  write(text: string, offset?: number, length?: number, encoding?: BufferEncoding): number;
  slice(start?: number, end?: number): Buffer;
  subarray(start?: number, end?: number): Buffer;
  readUInt8(offset?: number): number;
  readInt8(offset?: number): number;
  readUInt16BE(offset?: number): number;
  readUInt16LE(offset?: number): number;
  readInt16BE(offset?: number): number;
  readInt16LE(offset?: number): number;
  readUInt32BE(offset?: number): number;
  readUInt32LE(offset?: number): number;
  readInt32BE(offset?: number): number;
  readInt32LE(offset?: number): number;
  readBigUInt64BE(offset?: number): bigint;
  readBigUInt64LE(offset?: number): bigint;
  readBigInt64BE(offset?: number): bigint;
  readBigInt64LE(offset?: number): bigint;
  readFloatBE(offset?: number): number;
  readFloatLE(offset?: number): number;
  readDoubleBE(offset?: number): number;
  readDoubleLE(offset?: number): number;
  writeUInt8(value: number, offset?: number): number;
  writeInt8(value: number, offset?: number): number;
  writeUInt16BE(value: number, offset?: number): number;
  writeUInt16LE(value: number, offset?: number): number;
  writeInt16BE(value: number, offset?: number): number;
  writeInt16LE(value: number, offset?: number): number;
  writeUInt32BE(value: number, offset?: number): number;
  writeUInt32LE(value: number, offset?: number): number;
  writeInt32BE(value: number, offset?: number): number;
  writeInt32LE(value: number, offset?: number): number;
  writeBigUInt64BE(value: bigint, offset?: number): number;
  writeBigUInt64LE(value: bigint, offset?: number): number;
  writeBigInt64BE(value: bigint, offset?: number): number;
  writeBigInt64LE(value: bigint, offset?: number): number;
  writeFloatBE(value: number, offset?: number): number;
  writeFloatLE(value: number, offset?: number): number;
  writeDoubleBE(value: number, offset?: number): number;
  writeDoubleLE(value: number, offset?: number): number;
}

declare const Buffer: {
  readonly prototype: Buffer;
  from(text: string, encoding?: BufferEncoding): Buffer;
  from(bytes: ArrayLike<number> | ArrayBuffer): Buffer;
  alloc(size: number, fill?: number | string | Uint8Array, encoding?: BufferEncoding): Buffer;
  concat(list: readonly Uint8Array[], totalLength?: number): Buffer;
  byteLength(value: string | ArrayBufferView, encoding?: BufferEncoding): number;
  compare(a: Uint8Array, b: Uint8Array): number;
  isBuffer(value: unknown): value is Buffer;
};

type BufferEncoding = "utf8" | "utf-8" | "hex" | "base64" | "base64url" | "latin1" | "binary" | "ascii" | "utf16le" | "ucs2";

/** Lines go to the topic `_headrace.logs`; `headrace wasm logs NAME` shows them. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};

declare const process: { readonly env: Readonly<Record<string, string>> };

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: "utf-8" | "utf8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}

/** Timers are virtual: the clock jumps to the next one when nothing else is left to do. */
declare function setTimeout(callback: (...values: any[]) => void, delayMs?: number, ...values: any[]): number;
declare function clearTimeout(timer: number): void;
declare function queueMicrotask(callback: () => void): void;

declare const engine: import("headrace").SimpleTransform & { readonly env: Readonly<Record<string, string>> };

declare module "headrace" {
  /** A null key, value or header value is an empty Buffer whose length field is -1. */
  export interface Record {
    attributes: number;
    timestampDelta: bigint;
    offsetDelta: number;
    length: number;
    key: Buffer;
    keyLength: number;
    value: Buffer;
    valueLen: number;
    headers: RecordHeader[];
  }

  export interface RecordHeader {
    headerKey: Buffer;
    headerKeyLength: number;
    value: Buffer;
    headerValueLength: number;
  }

  export interface RecordBatchHeader {
    baseOffset: bigint;
    recordCount: number;
    lastOffsetDelta: number;
    firstTimestamp: bigint;
    maxTimestamp: bigint;
    producerId: bigint;
    producerEpoch: number;
    baseSequence: number;
    attrs: number;
    term: bigint;
  }

  export interface RecordBatch {
    header: RecordBatchHeader;
    records: Record[];
    /** Calls `change` with the whole batch and returns what it returns. */
    map<Result>(change: (batch: RecordBatch) => Result): Result;
  }

  /** What a script may give for a key, a value or a header's value. */
  export type Bytes = Uint8Array | string | null;

  export interface OutputRecord {
    key?: Bytes;
    value?: Bytes;
    headers?: { headerKey: Bytes; value: Bytes }[];
    timestampDelta?: bigint;
  }

  export interface OutputBatch {
    header?: Partial<RecordBatchHeader>;
    records: OutputRecord[];
  }

  /** From output key to batch: key "x" on input "t" is the topic "t-$x$". An empty Map drops the batch. */
  export type Output = Map<string, OutputBatch>;

  export enum PolicyError {
    SkipOnFailure = 0,
    Deregister = 1,
  }

  export enum PolicyInjection {
    Earliest = 0,
    Stored = 1,
    Latest = 2,
  }

  export class SimpleTransform {
    subscribe(topics: readonly (string | readonly [string] | readonly [string, PolicyInjection])[]): void;
    errorHandler(policy: PolicyError): void;
    processRecord(callback: (batch: RecordBatch) => Output | Promise<Output>): void;
  }

  export function createRecordBatch(batch?: OutputBatch): RecordBatch;
  export function copyRecordBatch(batch: RecordBatch): RecordBatch;
}
