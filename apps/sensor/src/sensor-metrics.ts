import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { JudgementKind } from './judge-objects/judgement.js';

export type ListenerName = 'clamd';

export interface SensorMetrics {
  readonly judged: (listener: ListenerName, judgement: JudgementKind) => void;
  readonly watchInFlight: (listener: ListenerName, count: () => number) => void;
}

export function createSensorMetrics(registry: Registry): SensorMetrics {
  const registers = [registry];
  const judgements = new Counter({
    name: 'sluice_sensor_judgements_total',
    help: 'Objects by listener and what became of them',
    labelNames: ['listener', 'judgement'],
    registers,
  });
  const watched = new Map<ListenerName, () => number>();
  new Gauge({
    name: 'sluice_sensor_in_flight',
    help: 'Objects that are being received or judged',
    labelNames: ['listener'],
    registers,
    collect() {
      for (const [listener, count] of watched) this.set({ listener }, count());
    },
  });
  return {
    judged: (listener, judgement) => judgements.inc({ listener, judgement }),
    watchInFlight: (listener, count) => void watched.set(listener, count),
  };
}
