import type { FakeConsole, FakeOptions } from '../fake-console/fake-console.js';

/** Every page there is, as it is reached by its address. */
export interface EveryPage {
  readonly name: string;
  /** Ids are those of the fake whose state is shown; an empty one has none, which is a state as well. */
  readonly pathOf: (fake: FakeConsole) => string;
  readonly options?: FakeOptions;
}

export const states = {
  empty: { isEmpty: true },
  normal: { pageSize: 20 },
  troubled: { isTroubled: true, pageSize: 20 },
  error: { isFailing: true },
} as const satisfies Record<string, FakeOptions>;
export type StateName = keyof typeof states;

const nowhere = '00000000-0000-4000-8000-000000000000';
const at = (path: string) => () => path;
const idOf = (items: readonly { readonly id: string | number }[], index: number): string | number =>
  items[index]?.id ?? nowhere;

export const everyPage: readonly EveryPage[] = [
  { name: 'sign-in', pathOf: at('/'), options: { isSignedIn: false } },
  { name: 'own-password', pathOf: at('/'), options: { mustChangePassword: true } },
  { name: 'dashboard', pathOf: at('/') },
  { name: 'dashboard-week', pathOf: at('/?range=7d') },
  { name: 'alerts', pathOf: at('/alerts') },
  { name: 'alert-groups', pathOf: at('/alerts?group=hash') },
  { name: 'alert', pathOf: ({ alerts }) => `/alerts/${alerts.find((one) => one.message !== null)?.id ?? 1}` },
  { name: 'scans', pathOf: at('/scans') },
  {
    name: 'scan',
    pathOf: ({ scans }) => `/scans/${scans.find((one) => one.state === 'error')?.id ?? nowhere}`,
  },
  { name: 'quarantine', pathOf: at('/quarantine') },
  { name: 'failed-jobs', pathOf: at('/failed-jobs') },
  { name: 'health', pathOf: at('/health') },
  { name: 'external-systems', pathOf: at('/external-systems') },
  { name: 'system', pathOf: ({ systems }) => `/external-systems/${idOf(systems, 3)}` },
  { name: 'channels', pathOf: at('/notifications/channels') },
  { name: 'rules', pathOf: at('/notifications/rules') },
  { name: 'rule', pathOf: ({ notifications }) => `/notifications/rules/${idOf(notifications.rules, 0)}` },
  { name: 'new-rule', pathOf: at('/notifications/rules/new') },
  { name: 'deliveries', pathOf: at('/notifications/deliveries') },
  { name: 'settings', pathOf: at('/settings') },
  { name: 'operators', pathOf: at('/operators') },
  { name: 'audit', pathOf: at('/audit') },
  { name: 'profile', pathOf: at('/profile') },
  { name: 'no-such-page', pathOf: at('/nowhere') },
];
