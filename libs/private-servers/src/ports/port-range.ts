import { readFileSync } from 'node:fs';

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Where people and packages put their own servers ends below the one; the kernel's own range begins above the other. */
const preferred: PortRange = { first: 20_000, last: 32_767 };
const whole: PortRange = { first: 10_240, last: 65_535 };
const leastPorts = 1000;

/**
 * Ports the kernel gives to no outgoing connection. Inside its range a port that is free now may belong to some client's
 * connection by the time a server binds it.
 */
export function portRange(ephemeral: PortRange = readEphemeralRange()): PortRange {
  const below = { first: preferred.first, last: Math.min(preferred.last, ephemeral.first - 1) };
  if (size(below) >= leastPorts) return below;
  const others = [
    { first: whole.first, last: ephemeral.first - 1 },
    { first: Math.max(whole.first, ephemeral.last + 1), last: whole.last },
  ];
  const largest = others.sort((one, other) => size(other) - size(one))[0] ?? preferred;
  // Somebody gave the kernel everything: then one port is as good as another.
  return size(largest) >= leastPorts ? largest : preferred;
}

const size = ({ first, last }: PortRange): number => last - first + 1;

function readEphemeralRange(): PortRange {
  // What macOS and the BSDs use, and what IANA recommends.
  const usual = { first: 49_152, last: 65_535 };
  if (process.platform !== 'linux') return usual;
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    const [first, last] = text.trim().split(/\s+/).map(Number);
    return Number.isInteger(first) && Number.isInteger(last)
      ? { first: first as number, last: last as number }
      : usual;
  } catch {
    return usual;
  }
}
