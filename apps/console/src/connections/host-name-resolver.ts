/** The part of `node:dns`' resolver that is used; each call rejects when there is no answer in time. */
export interface HostNameResolver {
  reverse(address: string): Promise<string[]>;
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
}
