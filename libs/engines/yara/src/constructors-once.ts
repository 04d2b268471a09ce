/** Sections of a WebAssembly module that are looked at (WebAssembly core specification, 5.5.2). */
const sectionIds = { imports: 2, exports: 7, code: 10 } as const;
const functionKind = 0;
const callOpcode = 0x10;
const nopOpcode = 0x01;
/** Declarations of locals and the first instructions: the call stands at the function's beginning. */
const beginningBytes = 40;

/** What every rule set begins with: the constructors run there, once for each set. */
const runsConstructors = 'compiler_new';
/** An export that does nothing before it calls the constructors, so that their call can be told. */
const tellsConstructors = '__wbindgen_free_command_export';

/**
 * YARA-X's module was linked as a command: each of its exported functions first runs all constructors of the module, some
 * hundreds, which is most of what a scan of a small part costs (9.3 of 11 ms). They are left to the function that begins a rule set;
 * in the others the call becomes as many instructions that do nothing. A module of another shape is given back as it is.
 *
 * @returns a changed copy, and how many functions no longer run the constructors
 */
export function runConstructorsOnce(module: Uint8Array): {
  readonly module: Uint8Array;
  readonly calls: number;
} {
  const copy = Buffer.from(module);
  const functions = exportedFunctions(copy);
  const call = constructorCall(functions.get(tellsConstructors));
  if (call === null || !functions.has(runsConstructors)) return { module, calls: 0 };
  let calls = 0;
  for (const [name, body] of functions) {
    const at = name === runsConstructors ? -1 : body.subarray(0, beginningBytes).indexOf(call);
    if (at === -1) continue;
    body.fill(nopOpcode, at, at + call.length);
    calls += 1;
  }
  return { module: copy, calls };
}

/** The bytes of `call constructors`: the first instruction of a function without locals. */
function constructorCall(body: Buffer | undefined): Buffer | null {
  if (body?.[0] !== 0 || body[1] !== callOpcode) return null;
  const reader = new Reader(body, 2);
  reader.number();
  return Buffer.from(body.subarray(1, reader.at));
}

/** Bodies of exported functions, by name: views of the module's bytes. */
function exportedFunctions(module: Buffer): Map<string, Buffer> {
  const sections = sectionsOf(module);
  const imported = importedFunctions(sections.get(sectionIds.imports));
  const bodies = bodiesOf(sections.get(sectionIds.code));
  const functions = new Map<string, Buffer>();
  const reader = sections.get(sectionIds.exports);
  for (let left = reader?.number() ?? 0; reader !== undefined && left > 0; left -= 1) {
    const name = reader.bytes(reader.number()).toString('utf8');
    const kind = reader.byte();
    const body = bodies[reader.number() - (imported ?? 0)];
    if (kind === functionKind && imported !== null && body !== undefined) functions.set(name, body);
  }
  return functions;
}

function sectionsOf(module: Buffer): Map<number, Reader> {
  const sections = new Map<number, Reader>();
  const reader = new Reader(module, 8);
  while (!reader.isAtEnd) {
    const id = reader.byte();
    sections.set(id, new Reader(reader.bytes(reader.number())));
  }
  return sections;
}

/** How many functions are imported; null when anything else is: its description has another form. */
function importedFunctions(reader: Reader | undefined): number | null {
  const count = reader?.number() ?? 0;
  for (let left = count; reader !== undefined && left > 0; left -= 1) {
    reader.bytes(reader.number());
    reader.bytes(reader.number());
    if (reader.byte() !== functionKind) return null;
    reader.number();
  }
  return count;
}

function bodiesOf(reader: Reader | undefined): Buffer[] {
  const count = reader?.number() ?? 0;
  return Array.from({ length: count }, () => reader?.bytes(reader.number()) ?? Buffer.alloc(0));
}

/** Reads the binary format; ends of bytes are ends of what is read. */
class Reader {
  constructor(
    private readonly source: Buffer,
    public at = 0,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.source.length;
  }

  byte(): number {
    return this.source[this.at++] ?? 0;
  }

  bytes(length: number): Buffer {
    const end = this.at + length;
    const taken = this.source.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** Unsigned LEB128. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
