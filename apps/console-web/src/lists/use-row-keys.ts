import { useEffect, useRef } from 'react';
import { isTyping } from './is-typing.js';

interface Options {
  readonly ids: readonly number[];
  readonly current: number | null;
  readonly onMove: (id: number) => void;
  readonly rowOf: (id: number) => Element | null;
  readonly keys: Readonly<Record<string, () => void>>;
}

/** Keys of a list with a current row, which has the focus. Enter stays with links and buttons that have the focus. */
export function useRowKeys(options: Options): void {
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const { ids, current, onMove, rowOf, keys } = latest.current;
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const at = current === null ? -1 : ids.indexOf(current);
        const next = ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
        if (next === undefined) return;
        onMove(next);
        const row = rowOf(next);
        // The focus itself, so that screen readers say where the keys act.
        row?.querySelector<HTMLElement>('.row-link')?.focus({ preventScroll: true });
        row?.scrollIntoView({ block: 'nearest' });
        return;
      }
      const isOnControl = event.target instanceof Element && event.target.closest('a, button') !== null;
      if (event.key === 'Enter' && isOnControl) return;
      keys[event.key]?.();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
