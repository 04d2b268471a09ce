import { libarchiveWasm } from 'libarchive-wasm';

/** The few functions of libarchive used here, as the WebAssembly build exports them. Codes are libarchive's. */
export interface ArchiveLibrary {
  readonly heap: () => Uint8Array;
  /** 0 when there is no memory. */
  readonly allocate: (bytes: number) => number;
  readonly free: (pointer: number) => void;
  readonly readNew: () => number;
  readonly supportAllFilters: (archive: number) => number;
  readonly supportAllFormats: (archive: number) => number;
  readonly openMemory: (archive: number, pointer: number, bytes: number) => number;
  /** 0 for anything but ARCHIVE_OK: the end, a warning, a fault. */
  readonly nextEntry: (archive: number) => number;
  /** Bytes read, 0 at the entry's end, negative on faults. */
  readonly readData: (archive: number, pointer: number, bytes: number) => number;
  readonly readFree: (archive: number) => number;
  readonly errorText: (archive: number) => string;
  readonly entryName: (entry: number) => string | null;
  readonly isEntryEncrypted: (entry: number) => boolean;
  readonly hasEncryptedEntries: (archive: number) => boolean;
}

interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _archive_read_new(): number;
  _archive_read_support_filter_all(archive: number): number;
  _archive_read_support_format_all(archive: number): number;
  _archive_read_open_memory(archive: number, pointer: number, bytes: number): number;
  _archive_read_next_entry(archive: number): number;
  _archive_read_data(archive: number, pointer: number, bytes: number): number;
  _archive_read_free(archive: number): number;
  _archive_entry_is_encrypted(entry: number): number;
  _archive_read_has_encrypted_entries(archive: number): number;
}

let loaded: Promise<ArchiveLibrary> | null = null;

/** Loads it once a process: 15 ms. A trap inside it ruins the instance; the process must then end. */
export function loadArchiveLibrary(): Promise<ArchiveLibrary> {
  loaded ??= libarchiveWasm().then((wrapped) => {
    const module = wrapped.module as unknown as EmscriptenModule;
    return {
      // Read each time: the heap is another object after it has grown.
      heap: () => module.HEAPU8,
      allocate: (bytes) => module._malloc(Math.max(1, bytes)),
      free: (pointer) => module._free(pointer),
      readNew: () => module._archive_read_new(),
      supportAllFilters: (archive) => module._archive_read_support_filter_all(archive),
      supportAllFormats: (archive) => module._archive_read_support_format_all(archive),
      openMemory: (archive, pointer, bytes) => module._archive_read_open_memory(archive, pointer, bytes),
      nextEntry: (archive) => module._archive_read_next_entry(archive),
      readData: (archive, pointer, bytes) => module._archive_read_data(archive, pointer, bytes),
      readFree: (archive) => module._archive_read_free(archive),
      errorText: (archive) => wrapped.error_string(archive) || '',
      entryName: (entry) => wrapped.entry_pathname(entry) || null,
      isEntryEncrypted: (entry) => module._archive_entry_is_encrypted(entry) !== 0,
      hasEncryptedEntries: (archive) => module._archive_read_has_encrypted_entries(archive) > 0,
    };
  });
  return loaded;
}
