// What a script finds around it: Buffer, console, timers, text codecs, the `headrace` module and its 2021 names.
//
// js_guest.c evaluates this file once per instance, before the script, and calls what it returns. The script may replace any
// global and any prototype method; that harms only itself, because the host checks every byte that leaves the sandbox.
(function (native, envJson) {
  'use strict';

  // ---- Buffer: the part of Node's that scripts over records use. Hot methods are in C. ----

  const HEX = /^(?:[0-9a-fA-F]{2})*/;
  const fromCharCode = String.fromCharCode;

  function encodingName(encoding) {
    const name = encoding === undefined || encoding === null ? 'utf8' : String(encoding).toLowerCase();
    switch (name) {
      case 'utf8': case 'utf-8': return 'utf8';
      case 'hex': case 'base64': case 'base64url': case 'ascii': return name;
      case 'latin1': case 'binary': return 'latin1';
      case 'ucs2': case 'ucs-2': case 'utf16le': case 'utf-16le': return 'utf16le';
      default: throw new TypeError('Unknown encoding: ' + encoding);
    }
  }

  function bytesOfString(text, encoding) {
    switch (encodingName(encoding)) {
      case 'utf8': return Buffer.from(text);
      case 'hex': return adoptBytes(Uint8Array.fromHex(HEX.exec(text)[0]));
      case 'base64': case 'base64url': {
        const plain = text.replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
        return adoptBytes(Uint8Array.fromBase64(plain.length % 4 === 1 ? plain.slice(0, -1) : plain));
      }
      case 'utf16le': {
        const bytes = new Buffer(text.length * 2);
        for (let i = 0; i < text.length; i++) bytes.writeUInt16LE(text.charCodeAt(i), i * 2);
        return bytes;
      }
      default: {
        const bytes = new Buffer(text.length);
        for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
        return bytes;
      }
    }
  }

  function adoptBytes(array) {
    return new Buffer(array.buffer, array.byteOffset, array.length);
  }

  function charsOf(bytes, mask) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += fromCharCode(bytes[i] & mask);
    return text;
  }

  function slowToString(encoding, start, end) {
    const from = start === undefined ? 0 : Math.max(0, start | 0);
    const to = end === undefined ? this.length : Math.min(this.length, end | 0);
    const name = encodingName(encoding);
    if (from >= to) return '';
    if (name === 'utf8') return native.utf8Decode(this, from, to);
    const part = this.subarray(from, to);
    switch (name) {
      case 'hex': return part.toHex();
      case 'base64': return part.toBase64();
      case 'base64url': return part.toBase64({ alphabet: 'base64url', omitPadding: true });
      case 'utf16le': {
        let text = '';
        for (let i = 0; i + 1 < part.length; i += 2) text += fromCharCode(part[i] | part[i + 1] << 8);
        return text;
      }
      default: return charsOf(part, name === 'ascii' ? 0x7f : 0xff);
    }
  }

  function slowFrom(value, encodingOrOffset, length) {
    if (typeof value === 'string') return bytesOfString(value, encodingOrOffset);
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Buffer(value, encodingOrOffset, length);
    if (value === null || typeof value !== 'object') {
      throw new TypeError('Buffer.from: the first argument must be a string, a Buffer, an ArrayBuffer or an array, not ' + (value === null ? 'null' : typeof value));
    }
    if (value.type === 'Buffer' && Array.isArray(value.data)) value = value.data;
    const primitive = value.valueOf();
    if (primitive !== value && primitive !== null && primitive !== undefined) return Buffer.from(primitive, encodingOrOffset, length);
    const source = ArrayBuffer.isView(value) || Array.isArray(value) ? value : typeof value.length === 'number' ? Array.from(value) : null;
    if (source === null) throw new TypeError('Buffer.from: cannot make bytes of this object');
    const bytes = new Buffer(source.length);
    bytes.set(source);
    return bytes;
  }

  class Buffer extends Uint8Array {
    static alloc(size, fill, encoding) {
      const bytes = new Buffer(size);
      return fill === undefined || fill === 0 ? bytes : bytes.fill(fill, encoding);
    }
    static allocUnsafe(size) { return new Buffer(size); }
    static allocUnsafeSlow(size) { return new Buffer(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { try { encodingName(name); return true; } catch { return false; } }
    static byteLength(value, encoding) {
      if (typeof value !== 'string') return value.byteLength;
      return encodingName(encoding) === 'utf8' ? native.utf8Length(value) : bytesOfString(value, encoding).length;
    }
    static compare(a, b) { return Buffer.prototype.compare.call(a, b); }
    static concat(list, totalLength) {
      let length = 0;
      for (const bytes of list) length += bytes.length;
      const result = new Buffer(totalLength === undefined ? length : totalLength);
      let at = 0;
      for (const bytes of list) {
        if (at >= result.length) break;
        result.set(at + bytes.length > result.length ? bytes.subarray(0, result.length - at) : bytes, at);
        at += bytes.length;
      }
      return result;
    }

    get parent() { return this.buffer; }
    get offset() { return this.byteOffset; }
    slice(start, end) { return this.subarray(start, end); }
    text() { return native.utf8Decode(this, 0, this.length); }
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; }
    toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); }
    inspect() { return inspectValue(this, 0, []); }
    equals(other) { return this.length === other.length && this.compare(other) === 0; }
    compare(other) {
      const n = Math.min(this.length, other.length);
      for (let i = 0; i < n; i++) if (this[i] !== other[i]) return this[i] < other[i] ? -1 : 1;
      return this.length === other.length ? 0 : this.length < other.length ? -1 : 1;
    }
    copy(target, targetStart = 0, start = 0, end = this.length) {
      const n = Math.max(0, Math.min(end - start, this.length - start, target.length - targetStart));
      if (n > 0) target.set(this.subarray(start, start + n), targetStart);
      return n;
    }
    write(text, offset, length, encoding) {
      if (typeof offset === 'string') { encoding = offset; offset = 0; length = undefined; }
      else if (typeof length === 'string') { encoding = length; length = undefined; }
      const at = offset === undefined ? 0 : offset;
      const bytes = bytesOfString(text, encoding);
      const n = Math.max(0, Math.min(bytes.length, this.length - at, length === undefined ? Infinity : length));
      this.set(n < bytes.length ? bytes.subarray(0, n) : bytes, at);
      return n;
    }
    fill(value, start, end, encoding) {
      if (typeof value === 'number' || typeof value === 'boolean') return super.fill(Number(value) & 255, start, end);
      if (typeof start === 'string') { encoding = start; start = undefined; end = undefined; }
      const pattern = typeof value === 'string' ? bytesOfString(value, encoding) : value;
      const from = start === undefined ? 0 : start;
      const to = end === undefined ? this.length : end;
      if (pattern.length === 0) return super.fill(0, from, to);
      for (let i = from; i < to; i++) this[i] = pattern[(i - from) % pattern.length];
      return this;
    }
    indexOf(value, start, encoding) {
      if (typeof value === 'number') return super.indexOf(value & 255, start);
      if (typeof start === 'string') { encoding = start; start = 0; }
      const pattern = typeof value === 'string' ? bytesOfString(value, encoding) : value;
      let i = start === undefined ? 0 : start < 0 ? Math.max(0, this.length + start) : start;
      if (pattern.length === 0) return Math.min(i, this.length);
      for (; (i = super.indexOf(pattern[0], i)) >= 0 && i + pattern.length <= this.length; i++) {
        let j = 1;
        while (j < pattern.length && this[i + j] === pattern[j]) j++;
        if (j === pattern.length) return i;
      }
      return -1;
    }
    includes(value, start, encoding) { return this.indexOf(value, start, encoding) !== -1; }
  }

  function hidden(object, members) {
    for (const name of Object.keys(members)) {
      Object.defineProperty(object, name, { value: members[name], writable: true, configurable: true, enumerable: false });
    }
  }

  hidden(Buffer, { from: native.from, poolSize: 8192 });
  hidden(Buffer.prototype, { toString: native.toString, json: native.json });

  // readInt16BE, writeDoubleLE and their like, over a DataView.
  for (const [name, kind, size] of [['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1], ['UInt16', 'Uint16', 2], ['Int16', 'Int16', 2], ['UInt32', 'Uint32', 4],
    ['Int32', 'Int32', 4], ['BigUInt64', 'BigUint64', 8], ['BigInt64', 'BigInt64', 8], ['Float', 'Float32', 4], ['Double', 'Float64', 8]]) {
    const get = DataView.prototype['get' + kind];
    const set = DataView.prototype['set' + kind];
    const view = (bytes, offset) => {
      if (offset < 0 || offset + size > bytes.length) throw new RangeError('The value of "offset" is out of range: ' + offset);
      return new DataView(bytes.buffer, bytes.byteOffset + offset, size);
    };
    for (const [suffix, little] of size === 1 ? [['', true]] : [['LE', true], ['BE', false]]) {
      const members = {
        ['read' + name + suffix](offset = 0) { return get.call(view(this, offset), 0, little); },
        ['write' + name + suffix](value, offset = 0) { set.call(view(this, offset), 0, value, little); return offset + size; },
      };
      hidden(Buffer.prototype, members);
      if (name.includes('UInt')) {
        hidden(Buffer.prototype, {
          ['read' + name.replace('UInt', 'Uint') + suffix]: members['read' + name + suffix],
          ['write' + name.replace('UInt', 'Uint') + suffix]: members['write' + name + suffix],
        });
      }
    }
  }

  // ---- text codecs ----

  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') {
      const bytes = Buffer.from(String(text));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    encodeInto(text, target) {
      const bytes = Buffer.from(String(text));
      let n = Math.min(bytes.length, target.length);
      while (n > 0 && n < bytes.length && (bytes[n] & 0xc0) === 0x80) n--;
      target.set(bytes.subarray(0, n));
      return { read: native.utf8Decode(bytes, 0, n).length, written: n };
    }
  }

  class TextDecoder {
    #fatal;
    #keepMark;
    constructor(label = 'utf-8', options = {}) {
      if (!['utf8', 'utf-8', 'unicode-1-1-utf-8'].includes(String(label).toLowerCase())) throw new RangeError('TextDecoder: only utf-8 is known, not ' + label);
      this.#fatal = Boolean(options.fatal);
      this.#keepMark = Boolean(options.ignoreBOM);
    }
    get encoding() { return 'utf-8'; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#keepMark; }
    decode(input) {
      if (input === undefined) return '';
      const bytes = ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
      const text = native.utf8Decode(bytes, 0, bytes.length);
      if (this.#fatal && text.includes('\ufffd') && !Buffer.from(text).equals(bytes)) throw new TypeError('The encoded data was not valid utf-8');
      return !this.#keepMark && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    }
  }

  // ---- console ----

  const ITEMS_SHOWN = 100;
  const DEPTH_SHOWN = 3;

  function inspectList(open, items, more, close) {
    if (more > 0) items.push(`... ${more} more`);
    return items.length === 0 ? open.trimEnd() + close.trimStart() : open + items.join(', ') + close;
  }

  function inspectEntries(iterable, show) {
    const items = [];
    let more = 0;
    for (const entry of iterable) if (items.length < ITEMS_SHOWN) items.push(show(entry)); else more++;
    return [items, more];
  }

  function inspectObject(value, depth, seen) {
    const inner = (item) => inspectValue(item, depth + 1, seen);
    if (value instanceof Error) return value.stack ? `${value}\n${String(value.stack).trimEnd()}` : String(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Buffer) {
      const shown = Array.from(value.subarray(0, 50), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      return `<Buffer${shown ? ' ' + shown : ''}${value.length > 50 ? ` ... ${value.length - 50} more bytes` : ''}>`;
    }
    if (depth > DEPTH_SHOWN) return Array.isArray(value) ? '[Array]' : '[Object]';
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const length = value.length === undefined ? 0 : value.length;
      const shown = Array.from({ length: Math.min(length, ITEMS_SHOWN) }, (_, i) => inner(value[i]));
      const name = Array.isArray(value) ? '' : `${value.constructor.name}(${length}) `;
      return inspectList(name + '[ ', shown, length - shown.length, ' ]');
    }
    if (value instanceof Map) {
      const [items, more] = inspectEntries(value, ([key, item]) => `${inner(key)} => ${inner(item)}`);
      return inspectList(`Map(${value.size}) { `, items, more, ' }');
    }
    if (value instanceof Set) {
      const [items, more] = inspectEntries(value, inner);
      return inspectList(`Set(${value.size}) { `, items, more, ' }');
    }
    if (value instanceof Promise) return 'Promise {}';
    const name = value.constructor && value.constructor !== Object && value.constructor.name ? value.constructor.name + ' ' : '';
    const [items, more] = inspectEntries(Object.keys(value), (key) => {
      const property = Object.getOwnPropertyDescriptor(value, key);
      return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${property && property.get ? '[Getter]' : inner(value[key])}`;
    });
    return inspectList(name + '{ ', items, more, ' }');
  }

  function inspectValue(value, depth, seen) {
    switch (typeof value) {
      case 'string': return depth === 0 ? value : JSON.stringify(value);
      case 'bigint': return value + 'n';
      case 'symbol': return String(value);
      case 'function': return `[Function: ${value.name || '(anonymous)'}]`;
      case 'object': {
        if (value === null) return 'null';
        if (seen.includes(value)) return '[Circular]';
        seen.push(value);
        const text = inspectObject(value, depth, seen);
        seen.pop();
        return text;
      }
      default: return String(value);
    }
  }

  function format(values) {
    let rest = values;
    let text = '';
    if (typeof values[0] === 'string' && values.length > 1 && values[0].includes('%')) {
      let next = 1;
      text = values[0].replace(/%[sdifjoOc%]/g, (mark) => {
        if (mark === '%%') return '%';
        if (next >= values.length) return mark;
        const value = values[next++];
        switch (mark) {
          case '%s': return typeof value === 'string' ? value : inspectValue(value, 1, []);
          case '%d': return String(typeof value === 'bigint' ? value + 'n' : Number(value));
          case '%i': return String(parseInt(value, 10));
          case '%f': return String(parseFloat(value));
          case '%j': return JSON.stringify(value);
          case '%c': return '';
          default: return inspectValue(value, 1, []);
        }
      });
      rest = values.slice(next);
      if (rest.length === 0) return text;
      text += ' ';
    }
    return text + rest.map((value) => inspectValue(value, 0, [])).join(' ');
  }

  const [DEBUG, INFO, WARN, ERROR] = [0, 1, 2, 3];
  // A full log costs a call and no formatting.
  const logger = (level) => (...values) => { native.log(level, native.logIsFull() ? '' : format(values)); };
  const console = {
    log: logger(INFO), info: logger(INFO), debug: logger(DEBUG), trace: logger(DEBUG), verbose: logger(DEBUG), silly: logger(DEBUG),
    http: logger(DEBUG), warn: logger(WARN), error: logger(ERROR), dir: (value) => native.log(INFO, format([value])),
    assert: (condition, ...values) => { if (!condition) native.log(ERROR, 'Assertion failed' + (values.length ? ': ' + format(values) : '')); },
    group() {}, groupEnd() {}, time() {}, timeEnd() {}, table: (value) => native.log(INFO, format([value])),
  };

  // ---- timers: virtual. The clock stands still while a script runs and jumps to the next timer when nothing else is left to do. ----

  const timers = new Map();
  let lastTimer = 0;
  let elapsedMs = 0;

  function addTimer(callback, delay, args, repeat) {
    if (typeof callback !== 'function') throw new TypeError('The callback of a timer must be a function');
    const wait = Math.max(1, Math.min(Number(delay) || 0, 2 ** 31 - 1));
    timers.set(++lastTimer, { callback, args, due: elapsedMs + wait, repeat: repeat ? wait : 0 });
    return lastTimer;
  }

  // Run the earliest timer; false when there is none.
  function fireTimer() {
    let first = 0;
    let due = Infinity;
    for (const [id, timer] of timers) if (timer.due < due) { first = id; due = timer.due; }
    if (first === 0) return false;
    const timer = timers.get(first);
    if (due > elapsedMs) {
      native.advanceClock(due - elapsedMs);
      elapsedMs = due;
    }
    if (timer.repeat) timer.due += timer.repeat; else timers.delete(first);
    timer.callback(...timer.args);
    return true;
  }

  const setTimeout = (callback, delay, ...args) => addTimer(callback, delay, args, false);
  const setInterval = (callback, delay, ...args) => addTimer(callback, delay, args, true);
  const setImmediate = (callback, ...args) => addTimer(callback, 0, args, false);
  const clearTimer = (id) => { timers.delete(id); };

  // ---- the transform API ----

  const PolicyError = { 0: 'SkipOnFailure', 1: 'Deregister', SkipOnFailure: 0, Deregister: 1 };
  const PolicyInjection = { 0: 'Earliest', 1: 'Stored', 2: 'Latest', Earliest: 0, Stored: 1, Latest: 2 };

  class SimpleTransform {
    subscribe(topics) { this.inputTopics = topics; }
    errorHandler(policy) {
      if (policy !== PolicyError.SkipOnFailure && policy !== PolicyError.Deregister) {
        throw new Error(`unexpected policy ${policy}: use PolicyError.SkipOnFailure or PolicyError.Deregister`);
      }
      this.policyError = policy;
    }
    processRecord(callback) {
      if (typeof callback !== 'function') throw new TypeError('processRecord takes a function of a record batch');
      this.apply = callback;
    }
  }

  // Same name as a property of every batch: calls fn with the whole batch, as in 2021. Not a closure, so that no batch holds itself.
  function map(fn) {
    return fn(this);
  }

  const BATCH_HEADER = { attrs: 0, baseOffset: 0n, baseSequence: 0, crc: 0, firstTimestamp: 0n, headerCrc: 0, lastOffsetDelta: 0, maxTimestamp: 0n,
    producerEpoch: 0, producerId: 0n, recordBatchType: 0, recordCount: 0, sizeBytes: 0, term: 0n, isCompressed: 0 };
  const empty = () => Buffer.alloc(0);

  function createRecordBatch(batch) {
    const records = ((batch && batch.records) || []).map((record) => ({
      attributes: 0, key: empty(), keyLength: 0, length: 0, offsetDelta: 0, timestampDelta: 0n, value: empty(), valueLen: 0,
      ...record,
      headers: ((record && record.headers) || []).map((header) => ({ headerKey: empty(), headerKeyLength: 0, headerValueLength: 0, value: empty(), ...header })),
    }));
    return { header: { ...BATCH_HEADER, ...(batch && batch.header) }, records, map };
  }

  function copyRecordBatch(batch) {
    const records = batch.records.map((record) => ({
      ...record, key: Buffer.from(record.key), value: Buffer.from(record.value),
      headers: record.headers.map((header) => ({ ...header, headerKey: Buffer.from(header.headerKey), value: Buffer.from(header.value) })),
    }));
    return { header: batch.header, records, map };
  }

  function varintSize(number) {
    let rest = BigInt.asUintN(64, (BigInt(number) << 1n) ^ (BigInt(number) >> 63n));
    let size = 1;
    for (; rest >= 128n; rest >>= 7n) size++;
    return size;
  }

  function calculateRecordLength(record) {
    let length = varintSize(record.attributes) + varintSize(record.timestampDelta) + varintSize(record.offsetDelta) + varintSize(record.keyLength)
      + record.key.length + varintSize(record.valueLen) + record.value.length + varintSize(record.headers.length);
    for (const header of record.headers) {
      length += varintSize(header.headerKeyLength) + header.headerKey.length + varintSize(header.headerValueLength) + header.value.length;
    }
    return length;
  }

  function calculateRecordBatchSize(records) {
    return records.reduce((size, record) => size + record.length + varintSize(record.length), 61);
  }

  const env = Object.freeze(JSON.parse(envJson));
  const engine = new SimpleTransform();
  hidden(engine, { env });
  const api = { engine, SimpleTransform, PolicyError, PolicyInjection, createRecordBatch, copyRecordBatch, calculateRecordLength, calculateRecordBatchSize, Buffer };
  const bufferModule = { Buffer };

  // ---- loading ----

  function require(name) {
    switch (name) {
      case 'headrace': case '@vectorizedio/wasm-api': case '@redpanda-data/wasm-api': return api;
      case 'buffer': case 'node:buffer': return bufferModule;
      default: throw new Error(`Cannot find module '${name}': a script is one file, bundle what it needs into it (known modules: headrace, `
        + '@vectorizedio/wasm-api, @redpanda-data/wasm-api, buffer)');
    }
  }

  function runCommonJs(body, fileName) {
    const module = { exports: {} };
    body.call(module.exports, module.exports, require, module, fileName, '.');
    return module.exports;
  }

  const isTransform = (value) => value !== null && typeof value === 'object' && typeof value.apply === 'function';

  function pickHandler(exports) {
    const candidates = [exports];
    for (let i = 0; i < 2; i++) {
      const last = candidates[candidates.length - 1];
      if (last !== null && typeof last === 'object' && last.default !== undefined) candidates.push(last.default);
    }
    const found = candidates.reverse().find(isTransform);
    if (found !== undefined) return found;
    if (isTransform(engine)) return engine;
    if (candidates.some((value) => value instanceof SimpleTransform) || engine.inputTopics !== undefined) {
      throw new Error('the script has no handler: call processRecord(recordBatch => ...) on its transform');
    }
    throw new Error('the script has no handler: call engine.processRecord(recordBatch => ...), or export a SimpleTransform as default');
  }

  const STARTS = ['earliest', 'stored', 'latest'];
  const isPair = (value) => Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

  function subscription(value) {
    if (typeof value === 'string') return [value, null];
    if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return [value[0], null];
    if (!isPair(value)) throw new TypeError('subscribe takes [[topic, PolicyInjection], ...], [topic, PolicyInjection] or [topic, ...]');
    if (STARTS[value[1]] === undefined) throw new TypeError(`subscribe: topic '${value[0]}': ${value[1]} is no PolicyInjection (Earliest, Stored or Latest)`);
    return [value[0], STARTS[value[1]]];
  }

  function subscriptions(topics) {
    if (topics === undefined || topics === null) return [];
    if (typeof topics === 'string' || isPair(topics)) return [subscription(topics)];
    if (!Array.isArray(topics)) throw new TypeError('subscribe takes a list of topics');
    return topics.map(subscription);
  }

  const host = { api, bufferModule, console, fireTimer, map, runCommonJs, sampleBuffer: new Buffer(0), settle: (value) => Promise.resolve(value), slowFrom, slowToString };

  // What the script exported -> its handler, and what the host wants to know of it.
  host.adopt = (exports) => {
    host.handler = pickHandler(exports);
    return JSON.stringify({
      subscriptions: subscriptions(host.handler.inputTopics),
      errorPolicy: [host.handler.policyError].map((policy) => (policy === PolicyError.SkipOnFailure ? 'skip' : policy === PolicyError.Deregister ? 'deregister' : null))[0],
    });
  };

  hidden(globalThis, { engine, Buffer, console, TextEncoder, TextDecoder, setTimeout, setInterval, setImmediate, clearTimeout: clearTimer, clearInterval: clearTimer,
    clearImmediate: clearTimer, global: globalThis, process: { env, nextTick: (callback, ...args) => queueMicrotask(() => callback(...args)) } });
  return host;
})
