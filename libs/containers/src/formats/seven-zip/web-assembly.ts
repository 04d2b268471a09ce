/** The few parts of WebAssembly used here; the compiler knows them only together with a browser's page. */
export interface WebAssemblyModule {
  readonly __module?: never;
}
export interface WebAssemblyInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
export type WebAssemblyImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WebAssemblyGlobal {
  compile(bytes: Uint8Array): Promise<WebAssemblyModule>;
  readonly Instance: new (module: WebAssemblyModule, imports: WebAssemblyImports) => WebAssemblyInstance;
  readonly RuntimeError: new () => Error;
}

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal };
